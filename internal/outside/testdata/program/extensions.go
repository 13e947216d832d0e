package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"strings"

	"github.com/nassearch/nassearch/cmd/backend"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/robustness/corruption"
	"github.com/nassearch/nassearch/robustness/measure"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/space"
	"github.com/spf13/pflag"
)

// again is a strategy of its own.
type again struct {
	problem search.Problem
	last    space.Arch
}

func againEntry() search.Entry {
	return search.Entry{
		About: "mutate what was told last",
		New:   func(p search.Problem, _ search.Options) (search.Strategy, error) { return &again{problem: p}, nil },
	}
}

func (a *again) Ask(_ context.Context, r *rand.Rand, _ []search.Proposal) (search.Proposal, error) {
	if a.last == "" {
		return search.Proposal{Arch: a.problem.Space.Sample(r)}, nil
	}
	return search.Proposal{Arch: a.problem.Space.Mutate(r, a.last)}, nil
}

func (a *again) Tell(t search.Trial) { a.last = t.Arch }

// negative is a corruption of its own: it turns so much of an image into its negative.
type negative struct{}

func (negative) Name() string { return "negative" }
func (negative) At(_ robustness.Shape, severity int) corruption.Transform {
	return func(to, x []uint8, _ *rand.Rand) {
		copy(to, x)
		for i := range len(x) * severity / corruption.Severities {
			to[i] = 255 - x[i]
		}
	}
}

// brighten is an attack of its own: it adds eps to every pixel.
type brighten struct{}

func (brighten) Name() string    { return "brighten" }
func (brighten) String() string  { return "one step up" }
func (brighten) Validate() error { return nil }
func (brighten) Traits() robustness.Traits {
	return robustness.Traits{Kind: robustness.BlackBox, Runs: 1}
}

func (brighten) Run(_ robustness.Oracle, p robustness.Problem) ([]float32, error) {
	adv := make([]float32, len(p.X))
	for i, v := range p.X {
		adv[i] = v + float32(p.Threat.Eps)
	}
	return adv, nil
}

func brightening() robustness.Method {
	return robustness.Method{
		Name: "brighten", Metric: "brighten", Meaning: "accuracy on brighter images",
		Attacks: []robustness.Attack{brighten{}}, Passes: 1,
	}
}

// weight is a quantity of its own: the largest weight of a trained network, which is to be small.
type weight struct{}

func (weight) Metrics(live.Protocol) []objective.Metric {
	return []objective.Metric{{Name: "weight", Goal: objective.Minimize}}
}

func (weight) Needs() live.Needs                                     { return live.NeedsTraining }
func (weight) Passes(live.Protocol, int, []objective.Metric) float64 { return 0 }

func (weight) Measure(_ context.Context, on *live.Bench, _ []objective.Metric) ([]float64, error) {
	largest := float32(0)
	on.Weights.Tensors(func(_ string, _ []int, values []float32) {
		for _, v := range values {
			largest = max(largest, v, -v)
		}
	})
	return []float64{float64(largest)}, nil
}

// width is a measure of its own: the parameters of the largest tensor of a network.
func width() measure.Measure {
	return measure.Measure{Name: "width", Meaning: "parameters of the largest tensor", Of: func(_ context.Context, c *measure.Case) (float64, error) {
		n, err := c.Open(measure.Variant{})
		if err != nil {
			return 0, err
		}
		largest := 0
		for _, v := range n.Values() {
			largest = max(largest, len(v))
		}
		return float64(largest), nil
	}}
}

// count is a backend of its own, for a space of its own.
type count struct{ to int }

func counting() backend.Backend {
	return backend.Backend{Name: "count", About: ", by counting", Describing: []string{"to"}, New: func(f *pflag.FlagSet) backend.Measurer {
		c := new(count)
		f.IntVar(&c.to, "to", 42, "the number that is looked for")
		return c
	}}
}

func (c *count) Open(_ context.Context, ask backend.Ask) (*backend.Problem, error) {
	if len(ask.Objective) != 1 || ask.Objective[0] != "distance" {
		return nil, backend.Usage(errors.New("--objective: want distance"))
	}
	n := numbers{c.to}
	return &backend.Problem{
		Space: n, Evaluator: n, Test: n,
		Report: func(_ context.Context, r search.Result) (report.Context, error) {
			about := fmt.Sprintf("distances from %d", c.to)
			return report.Context{Backend: "count", About: about, Space: n, Known: landscape(n), TestImages: "same numbers"}, nil
		},
	}, nil
}

func (c *count) Describe(context.Context, backend.Ask) (backend.Listing, error) {
	m := backend.Metric{Metric: distance, Meaning: "how far it is", How: "counted"}
	return backend.Listing{About: fmt.Sprintf("numbers to %d", c.to), Metrics: []backend.Metric{m}}, nil
}

// lengths is a format of its own: what is named length:N has N as the length of every cell's text.
func lengths() table.Format {
	return table.Format{
		About: "length:",
		Reads: func(path string, _ fs.FileInfo) bool { return strings.HasPrefix(path, "length:") },
		Open: func(path string, o table.Options) (*table.Content, error) {
			c := &table.Content{Info: table.Info{Name: "lengths", Description: "lengths"}, Metrics: []objective.Metric{{Name: "length"}}}
			for class := range o.Space.Classes() {
				c.Values = append(c.Values, float64(len(o.Space.Class(class))))
			}
			return c, nil
		},
	}
}

// writeGo is a form of its own.
func writeGo(w io.Writer, value any) error {
	_, err := fmt.Fprintf(w, "%T\n", value)
	return err
}

// midrange is a statistic of its own.
func midrange(x []float64) float64 { return (x[0] + x[len(x)-1]) / 2 }
