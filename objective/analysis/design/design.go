// Package design says which choices of an architecture's design go with a metric, from the values of all classes of a
// table: the effect of each operation on each edge, alone and in pairs, of any size and at equal size; how far networks
// of equal size are apart, and what the best of them share (Jung, Lukasik, Keuper, ICLR 2023, section 4.3).
package design

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/nassearch/nassearch/internal/anova"
	"github.com/nassearch/nassearch/internal/stats"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// Parametric is a space whose architectures are a choice at each of several places, such as an operation on an edge.
type Parametric interface {
	Parameters() []space.Parameter
	// Choices returns, of a valid architecture, the number of the choice at each place.
	Choices(space.Arch) []int
}

// Membered is a space that lists all architectures of a class.
type Membered interface{ Members(class int) []space.Arch }

// Weight says what counts once.
type Weight string

// The weights.
const (
	// String counts every architecture, with the value of its class. The members of a class are one observation, in all
	// intervals. An effect is then what changes, on average over everything else, if an operation is put on an edge; over
	// all cells of a space every operation is equally often with every other, and effects are differences of means.
	String Weight = "string"
	// Class counts every class, by the architecture that represents it.
	Class Weight = "class"
)

// Weights lists them; the first is the usual one.
func Weights() []Weight { return []Weight{String, Class} }

// Subject is a metric of the classes of a space.
type Subject struct {
	Space  space.Listed
	Names  space.Names
	Metric objective.Metric
	Values []float64 // by class, NaN where there is none
	// Represents returns the architecture by which a class counts where it counts once: the one that was measured. Nil
	// is the canonical one.
	Represents func(class int) space.Arch
}

// Options say how it is analysed.
type Options struct {
	Weight Weight
	Best   int // of a group of equal size, which are set against the rest; 0: 20
}

// Result is what follows from a metric's values.
type Result struct {
	Metric     objective.Metric `json:"metric"`
	Weight     Weight           `json:"weight"`
	Classes    int              `json:"classes"` // that have a value
	Of         int              `json:"of"`      // of the space
	Strings    int              `json:"observations"`
	StdDev     float64          `json:"std_dev"` // of the metric over the observations
	Edges      []string         `json:"edges"`
	Operations []string         `json:"operations"`
	Any        Fit              `json:"any_size"`
	Size       *Share           `json:"size"`       // of the variance that size alone explains; nil if no sizes are known
	Equal      *Fit             `json:"equal_size"` // nil if no sizes are known, or nothing varies at equal size
	Best       int              `json:"best"`
	Tests      int              `json:"tests"`  // of traits, for which their p-values are corrected
	Groups     []Group          `json:"groups"` // of equal size, by size
	Where      []string         `json:"where"`  // bounds that the classes are within, as whoever left the others out says
	Notes      []string         `json:"notes"`

	cells bool // of NAS-Bench-201
}

// Interval is one of 95 %.
type Interval struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

func interval(of *stats.Interval) *Interval {
	if of == nil {
		return nil
	}
	return &Interval{of.Low, of.High}
}

// ParametersError says that a space has no places with choices, whose effects could be told.
type ParametersError struct{ Space string }

func (e *ParametersError) Error() string {
	return fmt.Sprintf("space %s does not say what its architectures are made of: design asks for places with choices "+
		"(Parameters and Choices), all with the same choices", e.Space)
}

// ConstantError says that a metric does not vary.
type ConstantError struct {
	Metric  objective.Metric
	Classes int // that have a value
}

func (e *ConstantError) Error() string {
	switch e.Classes {
	case 0:
		return fmt.Sprintf("no class has a value of %s: there is nothing to explain", e.Metric.Words())
	case 1:
		return fmt.Sprintf("only one class has a value of %s: there is nothing to compare", e.Metric.Words())
	}
	return fmt.Sprintf("%s is the same for all %d classes that have it: no choice makes a difference",
		e.Metric.Words(), e.Classes)
}

// Analyse finds what design has to do with a metric. Errors are a [*ParametersError] for a space without choices, and a
// [*ConstantError].
func Analyse(ctx context.Context, s Subject, o Options) (*Result, error) {
	a, err := newAnalysis(s, o)
	if err != nil {
		return nil, err
	}
	if err := a.any(); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := a.equal(); err != nil {
		return nil, err
	}
	if err := a.groups(); err != nil {
		return nil, err
	}
	return a.result, ctx.Err()
}

// analysis is one that is made.
type analysis struct {
	Subject
	space   Parametric
	result  *Result
	classes []int // that have a value

	sample anova.Sample // its observations
	terms  []anova.Term // one for each edge, then one for each pair
	edges  []int        // the numbers of the terms of single edges
	all    []int
}

func newAnalysis(s Subject, o Options) (*analysis, error) {
	a := &analysis{Subject: s}
	var ok bool
	if a.space, ok = s.Space.(Parametric); !ok || !alike(a.space.Parameters()) {
		return nil, &ParametersError{s.Space.Name()}
	}
	if a.Represents == nil {
		a.Represents = s.Space.Class
	}
	for class, v := range s.Values {
		if !math.IsNaN(v) {
			a.classes = append(a.classes, class)
		}
	}
	r := &Result{Metric: s.Metric, Weight: o.Weight, Classes: len(a.classes), Of: s.Space.Classes(), Best: o.Best}
	_, r.cells = s.Space.(nasbench201.Space)
	r.Operations = slices.Clone(a.space.Parameters()[0].Choices)
	for _, p := range a.space.Parameters() {
		r.Edges = append(r.Edges, p.Name)
	}
	if r.Best == 0 {
		r.Best = 20
	}
	a.result = r
	return a, a.observe()
}

// alike says whether there are places, and all of them have the same choices.
func alike(places []space.Parameter) bool {
	if len(places) == 0 {
		return false
	}
	other := func(p space.Parameter) bool { return !slices.Equal(p.Choices, places[0].Choices) }
	return !slices.ContainsFunc(places, other)
}

// observe makes the observations.
func (a *analysis) observe() error {
	members, ok := a.Space.(Membered)
	switch {
	case a.result.Weight == String && !ok:
		return fmt.Errorf("space %s does not list the architectures of a class: count classes instead (weight class)",
			a.Space.Name())
	case !slices.Contains(Weights(), a.result.Weight):
		return fmt.Errorf("weight %q: want one of %v", a.result.Weight, Weights())
	}
	for range a.result.Edges {
		a.sample.Levels = append(a.sample.Levels, len(a.result.Operations))
	}
	for _, class := range a.classes {
		archs := []space.Arch{a.Represents(class)}
		if a.result.Weight == String {
			archs = members.Members(class)
		}
		for _, arch := range archs {
			a.sample.X = append(a.sample.X, a.space.Choices(arch))
			a.sample.Y = append(a.sample.Y, a.Values[class])
			a.sample.Cluster = append(a.sample.Cluster, class)
			if size, ok := a.sizeOf(arch); ok {
				a.sample.Stratum = append(a.sample.Stratum, size)
			}
		}
	}
	a.result.Strings = len(a.sample.Y)
	if d, err := stats.Describe(a.sample.Y); err == nil { // there is one, and all are finite, or the fit will say it
		a.result.StdDev = d.StdDev
	}
	for e := range a.result.Edges {
		a.terms = append(a.terms, anova.Term{e})
		a.edges = append(a.edges, e)
	}
	for e := range a.result.Edges {
		for f := range e {
			a.terms = append(a.terms, anova.Term{f, e})
		}
	}
	for t := range a.terms {
		a.all = append(a.all, t)
	}
	return nil
}

// constant names the metric in the error for a sample that does not vary.
func (a *analysis) constant(err error) error {
	if errors.Is(err, anova.ErrConstant) {
		return &ConstantError{a.Metric, len(a.classes)}
	}
	return err
}
