// Command custombackend is nassearch with one more backend, which guesses how robust a cell is from its operations:
//
//	go run ./examples/custombackend --backend guess --strategy evolution --pool 0.02
package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/nassearch/nassearch/cmd"
	"github.com/nassearch/nassearch/cmd/backend"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/spf13/pflag"
)

// Guess scores a cell: what it is worth that operations are on its way, and what each pooling adds. With its flags it
// is what the program asks for a problem, and it is the problem's evaluator.
type Guess struct{ pool float64 }

// Backend describes Guess to the command line.
func Backend() backend.Backend {
	return backend.Backend{
		Name: "guess", About: ", by a formula",
		New: func(f *pflag.FlagSet) backend.Measurer {
			g := new(Guess)
			f.Float64Var(&g.pool, "pool", 0.01, "what a pooling is worth")
			return g
		},
	}
}

// Open returns the problem: cells of the benchmark's network, and what measures them. Flags that all backends have and
// this one has no use for it refuses, where they stand on the command line.
func (g *Guess) Open(_ context.Context, ask backend.Ask) (*backend.Problem, error) {
	if len(ask.Objective) != 1 || ask.Objective[0] != "pgd_acc" {
		return nil, backend.Usage(fmt.Errorf("--objective %q: want pgd_acc, all that can be guessed", ask.Objective))
	}
	for _, flag := range []string{"eps", "dataset"} {
		if ask.Given(flag) {
			return nil, backend.Usage(fmt.Errorf("--%s has no meaning for a guess: leave it out", flag))
		}
	}
	sp, err := nasbench201.New(nasbench201.Benchmark(10, 32))
	told := report.Context{Backend: "guess", About: fmt.Sprintf("a pooling is worth %g", g.pool), Space: sp}
	return &backend.Problem{
		Space: sp, Evaluator: g,
		Report: func(context.Context, search.Result) (report.Context, error) { return told, nil },
	}, err
}

// Describe lists what can be asked for.
func (g *Guess) Describe(context.Context, backend.Ask) (backend.Listing, error) {
	return backend.Listing{Metrics: []backend.Metric{{Metric: g.Metrics()[0], How: "guessed"}}}, nil
}

// Metrics has accuracy under attack alone.
func (g *Guess) Metrics() []objective.Metric { return []objective.Metric{{Name: "pgd_acc"}} }

// Source names all that the values follow from: a study that was made with another formula is not continued.
func (g *Guess) Source() string { return fmt.Sprintf("guess pool=%g", g.pool) }

// Settings says the same by name, so that a difference can be told.
func (g *Guess) Settings() map[string]string {
	return map[string]string{"pool": strconv.FormatFloat(g.pool, 'g', -1, 64)}
}

// Cost is that of a lookup.
func (g *Guess) Cost(objective.Request) time.Duration { return time.Millisecond }

// Evaluate counts.
func (g *Guess) Evaluate(_ context.Context, q objective.Request) (objective.Outcome, error) {
	cell, err := nasbench201.Parse(q.Arch)
	if err != nil {
		return objective.Outcome{}, err
	}
	value := .1*float64(cell.Depth()) + .01*float64(cell.LiveEdges()) + g.pool*float64(cell.OpCounts()[nasbench201.Pool])
	return objective.Outcome{Values: []float64{value}}, nil
}

func main() { os.Exit(cmd.Main(cmd.Extensions{Backends: backend.Registry{Backend()}})) }
