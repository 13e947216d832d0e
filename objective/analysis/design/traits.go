package design

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/nassearch/nassearch/internal/stats"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// Trait is something that cells have or have more or less of, among the best of a group and among the rest.
type Trait struct {
	Edge      string `json:"edge,omitempty"`      // with Operation, whether this is on it
	Operation string `json:"operation,omitempty"` //
	Name      string `json:"name"`
	// Best and Rest are the shares that have it, or the means.
	Best       float64   `json:"best"`
	Rest       float64   `json:"rest"`
	Difference float64   `json:"difference"`
	Interval   *Interval `json:"interval"` // of the difference: Newcombe's of shares, Welch's of means
	P          float64   `json:"p"`        // exact, over all permutations
	Holm       float64   `json:"p_holm"`   // corrected for all traits of all groups

	have, drawn []int // classes by value: of the group, and of the best
}

// Counts says how many of the best and of the rest have it; false of a trait that is a number.
func (t Trait) Counts() (best, ofBest, rest, ofRest int, ok bool) {
	if t.Edge == "" {
		return 0, 0, 0, 0, false
	}
	return t.drawn[1], t.drawn[0] + t.drawn[1], t.have[1] - t.drawn[1],
		t.have[0] + t.have[1] - t.drawn[0] - t.drawn[1], true
}

// Shown says whether the best differ from the rest for sure.
func (t Trait) Shown() bool { return t.Holm < level }

// question is a whole number that is asked of an architecture: 0 or 1 of an edge with an operation.
type question struct {
	edge, operation, name string
	of                    func(arch space.Arch, choices []int) int
}

func (a *analysis) questions() (all []question) {
	for e, edge := range a.result.Edges {
		for op, operation := range a.result.Operations {
			all = append(all, question{edge, operation, operation + " on " + edge, func(_ space.Arch, choices []int) int {
				if choices[e] == op {
					return 1
				}
				return 0
			}})
		}
	}
	if !a.result.cells {
		return all
	}
	for _, q := range []struct {
		name string
		of   func(nasbench201.Cell) int
	}{
		{"depth", nasbench201.Cell.Depth},
		{"live paths", nasbench201.Cell.LivePaths},
		{"paths of skips", nasbench201.Cell.SkipPaths},
	} {
		all = append(all, question{name: q.name, of: func(arch space.Arch, _ []int) int {
			cell, err := nasbench201.Parse(arch)
			if err != nil {
				return 0 // which the space would not have listed
			}
			return q.of(cell)
		}})
	}
	return all
}

// traits sets the best of a group, whose values are given best first, against the rest.
func (a *analysis) traits(g *Group, values []float64) error {
	if len(values) <= a.result.Best {
		g.Note = fmt.Sprintf("no more than %d classes: there is no rest to set them against", a.result.Best)
		return nil
	}
	top := a.result.Best
	for top < len(values) && values[top] == values[a.result.Best-1] {
		top++
	}
	if top == len(values) {
		g.Note = fmt.Sprintf("all are as good as the best %d: there is no rest", a.result.Best)
		return nil
	}
	g.Top = top
	choices := make([][]int, len(values))
	archs := make([]space.Arch, len(values))
	for i, class := range g.classes {
		archs[i] = a.Represents(class)
		choices[i] = a.space.Choices(archs[i])
	}
	for _, q := range a.questions() {
		answers := make([]float64, len(values))
		for i := range answers {
			answers[i] = float64(q.of(archs[i], choices[i]))
		}
		if slices.Min(answers) == slices.Max(answers) {
			continue
		}
		t, err := newTrait(q, answers[:top], answers[top:])
		if err != nil {
			return err
		}
		g.Traits = append(g.Traits, t)
	}
	slices.SortStableFunc(g.Traits, func(x, y Trait) int { return cmp.Compare(x.P, y.P) })
	return nil
}

// newTrait compares the answers of the best with those of the rest.
func newTrait(q question, best, rest []float64) (t Trait, err error) {
	t = Trait{Edge: q.edge, Operation: q.operation, Name: q.name, Best: stats.Mean(best), Rest: stats.Mean(rest)}
	t.Difference = t.Best - t.Rest
	n := 1 + int(max(slices.Max(best), slices.Max(rest)))
	t.have, t.drawn = make([]int, n), make([]int, n)
	for _, v := range best {
		t.have[int(v)]++
		t.drawn[int(v)]++
	}
	for _, v := range rest {
		t.have[int(v)]++
	}
	if t.P, err = stats.DrawTest(t.have, t.drawn); err != nil {
		return t, err
	}
	var in stats.Interval
	switch a, n, b, m, ok := t.Counts(); {
	case ok:
		in, err = stats.ShareDifference(a, n, b, m, confidence)
	case len(best) < 2 || len(rest) < 2:
		return t, nil
	default:
		in, err = stats.MeanDifference(best, rest, confidence)
	}
	t.Interval = interval(&in)
	return t, err
}

// confidence is that of intervals.
const confidence = .95

// correctTraits corrects the p-values of all groups together, for there is one question: what do the best share?
func (a *analysis) correctTraits() error {
	var p []float64
	for _, g := range a.result.Groups {
		for _, t := range g.Traits {
			p = append(p, math.Min(1, t.P))
		}
	}
	a.result.Tests = len(p)
	if len(p) == 0 {
		return nil
	}
	holm, err := stats.Holm(p)
	if err != nil {
		return err
	}
	for _, g := range a.result.Groups {
		for i := range g.Traits {
			g.Traits[i].Holm, holm = holm[0], holm[1:]
		}
	}
	return nil
}
