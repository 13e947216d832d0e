package design

import (
	"errors"
	"fmt"
	"slices"

	"github.com/nassearch/nassearch/internal/anova"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/internal/stats"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// Share is a part of a metric's variance.
type Share struct {
	Value    float64   `json:"value"`
	Interval *Interval `json:"interval"` // nil where there are too few classes for one
}

// Fit is a metric as a sum of what operations on edges do, and of what they do in pairs, by least squares.
type Fit struct {
	Additive Share       `json:"additive"` // what single edges explain together
	Pairs    Share       `json:"pairs"`    // and what pairs of edges explain beyond that
	Rank     int         `json:"rank"`     // of the additive model, its constants included
	Columns  int         `json:"columns"`  // and how many it has: more, if the classes do not tell all effects apart
	Edges    []EdgeShare `json:"edges"`
	Effects  []Effect    `json:"effects"` // that are known, by edge and operation
	// Interactions are what two operations do together beyond what each does, those that are known; none at equal size.
	Interactions []Interaction `json:"interactions,omitempty"`
}

// EdgeShare is what an edge explains that the other edges do not, or a pair of edges beyond all edges and the other
// pairs: what leaving it out costs.
type EdgeShare struct {
	Edge string `json:"edge"`
	With string `json:"with,omitempty"` // the other edge of a pair; empty for a single one
	Share
}

// Effect is how much an operation on an edge is worth above the mean of all operations there.
type Effect struct {
	Edge      string `json:"edge"`
	Operation string `json:"operation"`
	Estimate
}

// Interaction is how much two operations on two edges are worth beyond what each is.
type Interaction struct {
	Edge          string `json:"edge"`
	Operation     string `json:"operation"`
	With          string `json:"with"`
	WithOperation string `json:"with_operation"`
	Estimate
}

// Estimate is a number in the metric's unit with how sure it is.
type Estimate struct {
	Value    float64   `json:"value"`
	Interval *Interval `json:"interval"` // nil where there are too few classes for one
	P        float64   `json:"p"`        // two-sided, against none
	Holm     float64   `json:"p_holm"`   // corrected for all estimates of the list
}

// Shown says whether there is an effect for sure.
func (e Estimate) Shown() bool { return e.Interval != nil && e.Holm < level }

// level is that of tests.
const level = .05

// any fits the metric over all observations.
func (a *analysis) any() error {
	s := a.sample
	s.Stratum = nil
	m, err := anova.New(s, a.terms)
	if err != nil {
		return a.constant(err)
	}
	if err := a.fit(m, &a.result.Any); err != nil {
		return err
	}
	interactions := m.Effects(a.all)[len(a.edges):]
	a.result.Any.Interactions, err = a.interactions(interactions)
	if err != nil {
		return err
	}
	r := a.result
	if missing := r.Of - r.Classes; missing > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("%s of %s classes have no value: effects are of the others",
			numeral.Thousands(missing), numeral.Thousands(r.Of)))
	}
	fit := r.Any
	switch {
	case fit.Rank >= r.Classes:
		r.Notes = append(r.Notes, fmt.Sprintf("%d classes are too few for the %d numbers that the effects are made of: the "+
			"fit proves nothing, and has no intervals", r.Classes, fit.Rank))
	case r.Classes < 10*fit.Rank:
		r.Notes = append(r.Notes, fmt.Sprintf("%d classes are few for %d numbers that are fitted: shares of variance flatter",
			r.Classes, fit.Rank))
	}
	if fit.Rank < fit.Columns {
		r.Notes = append(r.Notes, fmt.Sprintf("the classes do not tell all effects apart (rank %d of %d): those that they "+
			"do not tell are left out", fit.Rank, fit.Columns))
	}
	return nil
}

// equal fits it at equal size.
func (a *analysis) equal() error {
	if len(a.sample.Stratum) == 0 {
		a.result.Notes = append(a.result.Notes, "the space tells no sizes of networks: nothing is compared at equal size")
		return nil
	}
	var sizes []int
	for _, size := range a.sample.Stratum {
		if !slices.Contains(sizes, size) {
			sizes = append(sizes, size)
		}
	}
	by := anova.Sample{Levels: []int{len(sizes)}, Y: a.sample.Y, Cluster: a.sample.Cluster}
	for _, size := range a.sample.Stratum {
		by.X = append(by.X, []int{slices.Index(sizes, size)})
	}
	m, err := anova.New(by, []anova.Term{{0}})
	if err != nil {
		return err
	}
	size := share(m.Explained([]int{0}, nil))
	a.result.Size = &size
	s := a.sample
	if a.result.cells {
		s.Fixed = []int{int(nasbench201.Conv3x3), int(nasbench201.Conv1x1)}
	}
	m, err = anova.New(s, a.terms)
	if errors.Is(err, anova.ErrConstant) {
		a.result.Notes = append(a.result.Notes, "networks of equal size do not differ: size explains all that there is")
		return nil
	}
	if err != nil {
		return err
	}
	a.result.Equal = new(Fit)
	return a.fit(m, a.result.Equal)
}

// fit describes the additive model, and what pairs explain.
func (a *analysis) fit(m *anova.Model, f *Fit) error {
	f.Additive, f.Pairs = share(m.Explained(a.edges, nil)), share(m.Explained(a.all, a.edges))
	f.Rank, f.Columns = m.Rank(a.edges), m.Columns(a.edges)
	for t, term := range a.terms {
		in := a.all
		if len(term) == 1 {
			in = a.edges
		}
		others := slices.DeleteFunc(slices.Clone(in), func(other int) bool { return other == t })
		e := EdgeShare{Edge: a.result.Edges[term[0]], Share: share(m.Explained(in, others))}
		if len(term) == 2 {
			e.With = a.result.Edges[term[1]]
		}
		f.Edges = append(f.Edges, e)
	}
	for e, effects := range m.Effects(a.edges) {
		for op, effect := range effects {
			if effect.Known {
				f.Effects = append(f.Effects, Effect{a.result.Edges[e], a.result.Operations[op], estimate(effect)})
			}
		}
	}
	return correct(f.Effects, func(e *Effect) *Estimate { return &e.Estimate })
}

// interactions lists the effects of pairs that are known.
func (a *analysis) interactions(of [][]anova.Effect) (all []Interaction, err error) {
	r := a.result
	n := len(r.Operations)
	for t, effects := range of {
		term := a.terms[len(a.edges)+t]
		for cell, effect := range effects {
			if effect.Known {
				all = append(all, Interaction{
					r.Edges[term[0]], r.Operations[cell/n], r.Edges[term[1]], r.Operations[cell%n], estimate(effect),
				})
			}
		}
	}
	return all, correct(all, func(i *Interaction) *Estimate { return &i.Estimate })
}

func share(s anova.Share) Share { return Share{s.Value, interval(s.Interval)} }

func estimate(e anova.Effect) Estimate {
	return Estimate{Value: e.Value, Interval: interval(e.Interval), P: e.P}
}

// correct corrects the p-values of a list for their number.
func correct[T any](list []T, of func(*T) *Estimate) error {
	p := make([]float64, len(list))
	for i := range list {
		p[i] = of(&list[i]).P
	}
	if len(p) == 0 {
		return nil
	}
	holm, err := stats.Holm(p)
	if err != nil {
		return err
	}
	for i := range list {
		of(&list[i]).Holm = holm[i]
	}
	return nil
}
