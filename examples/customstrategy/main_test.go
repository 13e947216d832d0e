package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/nassearch/nassearch/cmd"
	"github.com/nassearch/nassearch/internal/sharedtest"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/searchtest"
	"github.com/nassearch/nassearch/space/nasbench201"
)

func TestGreedyKeepsTheContract(t *testing.T) { searchtest.Run(t, "greedy", Entry(), nil) }

func TestGreedyRunsFromTheCommandLine(t *testing.T) {
	var out, errs bytes.Buffer
	args := []string{"--data", sharedtest.Robustness(t), "--strategy", "greedy", "--option", "chance=0.2", "--budget", "50", "-o", "json"}
	if code := cmd.Run(t.Context(), cmd.Extensions{Strategies: search.Registry{"greedy": Entry()}}, args, &out, &errs); code != 0 {
		t.Fatalf("exit code %d: %s", code, errs.String())
	}
	var result struct {
		Strategy string
		Queries  int
	}
	if err := json.Unmarshal(out.Bytes(), &result); err != nil || result.Strategy != "greedy" || result.Queries != 50 {
		t.Errorf("%+v, %v", result, err)
	}
}

// liveEdges is an evaluator of our own: it counts the edges that the output can feel.
type liveEdges struct{}

func (liveEdges) Metrics() []objective.Metric { return []objective.Metric{{Name: "live_edges"}} }
func (liveEdges) Source() string              { return "live edges" }

func (liveEdges) Cost(objective.Request) time.Duration { return time.Second }

func (liveEdges) Evaluate(_ context.Context, q objective.Request) (objective.Outcome, error) {
	cell, err := nasbench201.Parse(q.Arch)
	if err != nil {
		return objective.Outcome{}, err
	}
	return objective.Outcome{Values: []float64{float64(cell.LiveEdges())}}, nil
}

// A study needs a space, an evaluator of its architectures, and a strategy.
func ExampleGreedy() {
	sp, err := nasbench201.New(nasbench201.Benchmark(10, 32))
	if err != nil {
		panic(err)
	}
	study, err := search.New(search.Config{
		Space: sp, Evaluator: liveEdges{},
		Registry: search.Registry{"greedy": Entry()}, Strategy: "greedy", Seed: 1, Budget: 100,
	})
	if err != nil {
		panic(err)
	}
	result, err := study.Run(context.Background(), 1)
	if err != nil {
		panic(err)
	}
	best, _, _ := result.Best()
	fmt.Println(result.Queries, "queries, the best has", best.Values[0], "live edges")
	// Output: 100 queries, the best has 6 live edges
}
