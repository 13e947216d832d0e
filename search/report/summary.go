// Package report says what a study found: as text for people, as JSON and CSV for programs.
package report

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"github.com/nassearch/nassearch/internal/stats"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
)

// Number is a metric with its value.
type Number struct {
	Metric objective.Metric
	Value  float64
}

// Context is what a summary tells of the circumstances.
type Context struct {
	Backend string // who measured: table or live
	About   string // what the values are, in one line
	Notes   []Note // more lines about it
	Dataset string
	Split   string // images that the search judged by; empty if About says it
	Budget  int    // queries; 0 for no limit
	// TimeBudget is that of the study's clock; 0 for none.
	TimeBudget time.Duration
	Space      space.Space
	ID         func(space.Arch) (int, bool) // number under which others released an architecture; nil if nobody knows any
	Known      objective.Landscape          // nil if nobody knows
	// Also returns what else is known of an architecture; nil if nothing.
	Also func(space.Arch) ([]Number, error)

	Command     string            // line that repeats the study; empty if nobody knows
	Program     string            // version of the program that ran it, to be told with the command
	Settings    map[string]string // that the values follow from, if they are known by name
	CoreSeconds float64           // that the trials took; 0 if it was not measured
	// Searched is the number of classes that were searched, of which alone Known knows, if they are a part of the space.
	Searched int
	// Tests are values of the best architecture, or of the front, on images that the search has not seen.
	Tests      map[space.Arch][]float64
	Warnings   []string // why values may be better than what they are of
	TestImages string   // which, in words: "1,024 test images"
}

// names tells what architectures are called.
func (c Context) names() space.Names { return space.Names{Space: c.Space, ID: c.ID} }

// Classes is the number of classes that were searched; 0 if they cannot be counted.
func (c Context) Classes() int { return cmp.Or(c.Searched, c.Whole()) }

// Whole is the number of classes of the whole space; 0 if they cannot be counted.
func (c Context) Whole() int {
	if e, ok := c.Space.(space.Enumerator); ok {
		return e.Classes()
	}
	return 0
}

// Note is a line of a report.
type Note struct{ Label, Text string }

// Summary is the outcome of a study. Numbers that are not known are nil.
type Summary struct {
	Objective  []string            `json:"objective"`
	Metrics    []objective.Metric  `json:"metrics"` // the objective with goals and settings
	Dataset    string              `json:"dataset"`
	Eps        *string             `json:"eps"`
	Source     string              `json:"source"`
	Strategy   string              `json:"strategy"`
	Options    search.Options      `json:"options"`
	Seed       uint64              `json:"seed"`
	Budget     int                 `json:"budget"`
	Queries    int                 `json:"queries"`
	Duplicates int                 `json:"duplicates"`
	Failed     int                 `json:"failed"`
	Fidelities []search.AtFidelity `json:"fidelities,omitempty"` // of the queries, if not all are of the full training
	Clock      *Clock              `json:"clock,omitempty"`      // nil where queries say as much
	Failures   []Failure           `json:"failures,omitempty"`   // in the order in which they first occurred
	Stop       search.Reason       `json:"stop"`
	search.Scope
	Searched int `json:"searched,omitempty"` // classes, of a part of the space

	Settings    map[string]string `json:"settings,omitempty"`
	CoreSeconds float64           `json:"core_seconds,omitempty"`
	Warnings    []string          `json:"warnings,omitempty"` // why values may be better than what they are of

	*Single
	*Multi

	Result  search.Result `json:"-"` // that it sums up
	Context Context       `json:"-"`
}

// Single is the outcome for one objective.
type Single struct {
	Best    *Best      `json:"best"`
	Optimum *float64   `json:"optimum"`
	Regret  *float64   `json:"regret"`
	Chance  *float64   `json:"chance_random"` // that a random search of as many classes, or full trainings, does as well
	Curve   []*float64 `json:"curve"`
	// Test has the values of the best on the test images, if they were measured.
	Test map[string]float64 `json:"test,omitempty"`
}

// Best is the best architecture of a study.
type Best struct {
	Arch space.Arch `json:"arch"`
	space.Named
	Values map[string]float64 `json:"values"`
	Query  int                `json:"query"`
	Rank   *int               `json:"rank"`  // among the classes whose value is known
	Known  *int               `json:"known"` // how many these are

	Value  float64   `json:"-"` // of the objective
	Tested []float64 `json:"-"` // on the test images; nil if it was not
	Also   []Number  `json:"-"` // other metrics that are known
}

// Multi is the outcome for several objectives.
type Multi struct {
	Front       []Point  `json:"front"`
	Hypervolume *float64 `json:"hypervolume"` // share of the box from the worst to the ideal point
	// Reference is the point up to which hypervolumes are counted, and Ideal the one opposite: the worst and the best
	// value of each metric among all classes. Hypervolumes are shares of the box between them.
	Reference map[string]float64 `json:"hypervolume_reference,omitempty"`
	Ideal     map[string]float64 `json:"hypervolume_ideal,omitempty"`
	// Volumes are the hypervolumes after each query.
	Volumes []float64 `json:"hypervolume_curve,omitempty"`
	// Error is half of the 95 % interval of a hypervolume that is an estimate, as it is of more than four metrics; else 0.
	Error float64 `json:"hypervolume_error,omitempty"`
	Truth *Truth  `json:"true_front,omitempty"` // nil if nobody knows
}

// Truth is what a study found of the front of all classes that have been measured.
type Truth struct {
	Classes     int      `json:"classes"` // that have been measured
	Points      int      `json:"points"`  // different ones, of the true front
	Found       int      `json:"found"`   // of these, by the study
	Hypervolume float64  `json:"hypervolume"`
	Share       *float64 `json:"hypervolume_share"` // that the study's front has of it; nil of none
}

// Point is an architecture that no other dominates.
type Point struct {
	Arch space.Arch `json:"arch"`
	space.Named
	Values map[string]float64 `json:"values"`
	Test   map[string]float64 `json:"test,omitempty"` // as that of [Single]

	Measured []float64 `json:"-"` // in the metrics' order
	Tested   []float64 `json:"-"` // so on the test images; nil if it was not
}

// Points are the front of several objectives, best in the first one first.
func (s Summary) Points() []Point {
	points := slices.Clone(s.Front)
	goal := s.Result.Study.Objective[0].Goal
	slices.SortStableFunc(points, func(a, b Point) int { return goal.Compare(a.Measured[0], b.Measured[0]) })
	return points
}

// New summarises a study. When ctx ends, hypervolumes that are not known by then are left out.
func New(ctx context.Context, r search.Result, c Context) (Summary, error) {
	d := r.Study
	s := Summary{
		Objective: objective.Names(d.Objective), Metrics: d.Objective,
		Dataset: c.Dataset, Eps: eps(d.Objective), Source: c.About,
		Strategy: d.Strategy, Options: d.Options, Seed: d.Seed,
		Budget: c.Budget, Queries: r.Queries, Duplicates: r.Duplicates, Failed: r.Failed, Stop: r.Stop,
		Fidelities: r.Fidelities(), Clock: clock(r, c.TimeBudget),
		Scope: d.Scope, Searched: c.Searched, Failures: failures(r, c.Space),
		Settings: c.Settings, CoreSeconds: c.CoreSeconds, Warnings: c.Warnings,
		Result: r, Context: c,
	}
	var err error
	if len(d.Objective) == 1 {
		s.Single, err = single(r, c)
	} else {
		s.Multi, err = multi(ctx, r, c)
	}
	return s, err
}

func single(r search.Result, c Context) (*Single, error) {
	s := &Single{Curve: make([]*float64, 0, r.Queries)}
	for _, v := range r.Curve() {
		s.Curve = append(s.Curve, &v)
		if math.IsNaN(v) {
			s.Curve[len(s.Curve)-1] = nil
		}
	}
	if c.Known != nil {
		if v, _, ok := c.Known.Optimum(0); ok {
			s.Optimum = &v
		}
	}
	t, query, ok := r.Best()
	if !ok {
		return s, nil
	}
	s.Best = &Best{Arch: space.Canonical(c.Space, t.Arch), Query: query, Value: t.Values[0]}
	s.Best.Named = c.names().Of(s.Best.Arch)
	s.Best.Values = values(r.Study.Objective, t.Values)
	if test, ok := c.Tests[s.Best.Arch]; ok {
		s.Best.Tested, s.Test = test, values(r.Study.Objective, test)
	}
	if s.Optimum != nil {
		if regret := math.Abs(stats.Difference(*s.Optimum, t.Values[0])); !math.IsNaN(regret) {
			s.Regret = &regret
		}
		s.Best.Rank, s.Best.Known = new(c.Known.Rank(0, t.Values[0])), new(objective.Valued(c.Known, 0))
		if n := c.Classes(); n > 0 {
			s.Chance = new(chance(c.Known.AtLeast(0, t.Values[0]), r.Trainings(), n))
		}
	}
	if c.Also == nil {
		return s, nil
	}
	also, err := c.Also(s.Best.Arch)
	if err != nil {
		return nil, err
	}
	for _, n := range also {
		if _, known := s.Best.Values[n.Metric.Name]; !known {
			s.Best.Values[n.Metric.Name] = n.Value
			s.Best.Also = append(s.Best.Also, n)
		}
	}
	return s, nil
}

// chance is the probability that one of the good classes is among n different ones, drawn at random from all.
func chance(good, n, classes int) float64 {
	none := 1.0
	for i := range min(n, classes) {
		none *= float64(max(classes-good-i, 0)) / float64(classes-i)
	}
	return 1 - none
}

func multi(ctx context.Context, r search.Result, c Context) (*Multi, error) {
	m := &Multi{Front: []Point{}}
	for _, t := range r.Front() {
		point := Point{
			Arch: space.Canonical(c.Space, t.Arch), Values: values(r.Study.Objective, t.Values), Measured: t.Values,
		}
		point.Named = c.names().Of(point.Arch)
		if test, ok := c.Tests[point.Arch]; ok {
			point.Tested, point.Test = test, values(r.Study.Objective, test)
		}
		m.Front = append(m.Front, point)
	}
	err := m.measure(ctx, r, c)
	if ctx.Err() != nil {
		err = nil
	}
	return m, err
}

func values(metrics []objective.Metric, v []float64) map[string]float64 {
	out := map[string]float64{}
	for i, name := range objective.Names(metrics) {
		out[name] = v[i]
	}
	return out
}

// eps is that of the objectives, if they have one and the same.
func eps(metrics []objective.Metric) *string {
	var found *string
	for _, m := range metrics {
		if m.Setting.Eps == 0 {
			continue
		}
		text := m.Setting.String()
		if found != nil && *found != text {
			return nil
		}
		found = &text
	}
	return found
}
