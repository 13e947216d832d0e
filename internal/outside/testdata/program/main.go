// Command program stands outside the module: it uses what the public packages offer, by its own implementations of
// their interfaces. With arguments it is nassearch with one more strategy, attack and quantity.
package main

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/nassearch/nassearch/cmd"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/objective/table/micro"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/strategies"
)

func main() {
	own := search.Registry{"again": {
		About: "mutate what was told last",
		New:   func(p search.Problem, _ search.Options) (search.Strategy, error) { return &again{problem: p}, nil },
	}}
	if len(os.Args) > 1 {
		os.Exit(cmd.Main(cmd.Extensions{
			Strategies: own,
			Attacks:    robustness.Catalogue{brightening},
			Quantities: []live.Quantity{pools{}},
		}))
	}
	all, ctx := strategies.All(), context.Background()
	maps.Copy(all, own)
	must(searchNumbers(ctx, all))
	must(searchTable(ctx, all))
	must(attack(ctx))
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// again is a strategy of its own.
type again struct {
	problem search.Problem
	last    space.Arch
}

func (a *again) Ask(_ context.Context, r *rand.Rand, _ []search.Proposal) (search.Proposal, error) {
	if a.last == "" {
		return search.Proposal{Arch: a.problem.Space.Sample(r)}, nil
	}
	return search.Proposal{Arch: a.problem.Space.Mutate(r, a.last)}, nil
}

func (a *again) Tell(t search.Trial) { a.last = t.Arch }

// numbers are a space of its own, 0 to 99, and what they measure: their distance from 42.
type numbers struct{}

func (numbers) Name() string                                   { return "numbers" }
func (numbers) Sample(r *rand.Rand) space.Arch                 { return space.Arch(strconv.Itoa(r.IntN(100))) }
func (n numbers) Mutate(r *rand.Rand, a space.Arch) space.Arch { return n.neighbour(a, 1+r.IntN(99)) }
func (numbers) Source() string                                 { return "numbers" }
func (numbers) Cost(objective.Request) time.Duration           { return time.Second }

func (numbers) neighbour(a space.Arch, by int) space.Arch {
	n, _ := strconv.Atoi(string(a))
	return space.Arch(strconv.Itoa((n + by) % 100))
}

func (numbers) Validate(a space.Arch) error {
	n, err := strconv.Atoi(string(a))
	if err == nil && (n < 0 || n > 99) {
		err = fmt.Errorf("%d: want 0 to 99", n)
	}
	return err
}

func (numbers) Metrics() []objective.Metric {
	return []objective.Metric{{Name: "distance", Goal: objective.Minimize}}
}

func (numbers) Evaluate(_ context.Context, r objective.Request) (objective.Outcome, error) {
	n, err := strconv.Atoi(string(r.Arch))
	return objective.Outcome{Values: []float64{float64(max(n-42, 42-n))}}, err
}

func searchNumbers(ctx context.Context, all search.Registry) error {
	c := search.Config{Space: numbers{}, Evaluator: numbers{}, Registry: all, Strategy: "evolution", Seed: 1, Budget: 90}
	c.Store = new(search.Memory)
	return run(ctx, c, "number")
}

func searchTable(ctx context.Context, all search.Registry) error {
	t, err := micro.Open("")
	if err != nil {
		return err
	}
	view, err := t.Select(ctx, []string{"pgd_acc"}, table.Settings{})
	if err != nil {
		return err
	}
	c := search.Config{Space: t.Space(), Evaluator: view, Registry: all, Strategy: "again", Seed: 1, Budget: 20}
	return run(ctx, c, "cell")
}

func run(ctx context.Context, c search.Config, what string) error {
	study, err := search.New(c)
	if err != nil {
		return err
	}
	r, err := study.Run(ctx, 1)
	if err != nil {
		return err
	}
	best, _, ok := r.Best()
	fmt.Printf("%s: %d queries, %v, %s %v\n", what, r.Queries, ok, best.Arch, best.Values)
	return nil
}

// pools is a quantity of its own: how many poolings lie on a cell's way.
type pools struct{}

func (pools) Metrics(live.Protocol) []objective.Metric {
	return []objective.Metric{{Name: "pools", Goal: objective.Minimize}}
}

func (pools) Needs() live.Needs { return live.NeedsCell }

func (pools) Passes(live.Protocol, int, []objective.Metric) float64 { return 0 }

func (pools) Measure(_ context.Context, on *live.Bench, _ []objective.Metric) ([]float64, error) {
	return []float64{float64(on.Cell.OpCounts()[nasbench201.Pool])}, nil
}

// brighten is an attack of its own: it adds eps to every pixel.
type brighten struct{}

var brightening = robustness.Method{
	Name: "brighten", Metric: "brighten", Attacks: []robustness.Attack{brighten{}}, Passes: 1,
	Meaning: "accuracy on images that are brighter by eps",
}

func (brighten) Name() string    { return "brighten" }
func (brighten) String() string  { return "one step up" }
func (brighten) Validate() error { return nil }

func (brighten) Run(_ robustness.Oracle, p robustness.Problem) ([]float32, error) {
	adv := make([]float32, len(p.X))
	for i, v := range p.X {
		adv[i] = v + float32(p.Threat.Eps)
	}
	return adv, nil
}

// threshold is a model of its own: an image is of class 1 if its pixel is above a half.
type threshold struct{}

func (threshold) Logits(_ context.Context, x robustness.Batch) ([]float32, error) {
	var logits []float32
	for _, v := range x.Pixels {
		logits = append(logits, .5-v, v-.5)
	}
	return logits, nil
}

func attack(ctx context.Context) error {
	e := robustness.Evaluation{
		Methods: []robustness.Method{brightening},
		Threats: []robustness.Threat{{Norm: robustness.Linf, Eps: .2}},
	}
	x := robustness.Batch{Shape: robustness.Shape{Channels: 1, Height: 1, Width: 1}, Pixels: []float32{.1, .4, .6, .9}}
	r, err := e.Run(ctx, []robustness.Model{threshold{}}, x, []int{0, 0, 1, 1})
	if err != nil {
		return err
	}
	fmt.Println(strings.ToLower(r.Results[0].Method.Name), r.CleanAccuracy, r.Results[0].Accuracy)
	return nil
}
