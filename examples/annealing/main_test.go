package main

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/cmd"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/searchtest"
	"github.com/nassearch/nassearch/space"
)

func TestAnnealingKeepsTheContract(t *testing.T) { searchtest.Run(t, "annealing", Entry(), nil) }

func TestAnnealingRunsFromTheCommandLine(t *testing.T) {
	var out, errs bytes.Buffer
	args := []string{"--strategy", "annealing", "--where", "params<=0.01M", "--budget", "60"}
	code := cmd.Run(t.Context(), cmd.Extensions{Strategies: search.Registry{"annealing": Entry()}}, args, &out, &errs)
	for _, want := range []string{"search   annealing cooling=0.98 temperature=0.05 · seed 1 · 60 queries", "where    params<=10000 · "} {
		if code != 0 || !strings.Contains(out.String(), want) {
			t.Errorf("exit code %d, %s: no %q in\n%s", code, errs.String(), want, out.String())
		}
	}
}

// Metropolis' rule: what is worse by d is accepted in a share of exp(-d/temperature) of the trials.
func TestWorseIsAcceptedByMetropolisRule(t *testing.T) {
	p := search.Problem{Space: searchtest.NewGrid(3, 3), Metrics: []objective.Metric{{Name: "height"}}, Seed: 7}
	told := func(id int, arch space.Arch, value float64) search.Trial {
		return search.Trial{ID: id, Arch: arch, Values: []float64{value}, Of: -1}
	}
	const n = 4000
	for _, worse := range []float64{-1, 0, .5, 2} {
		accepted := 0
		for id := range n {
			a := &Annealing{problem: p, hot: 1, temperature: 1, cooling: 1}
			a.Tell(told(0, "0,0,0", 3))
			a.Tell(told(1+id, "1,0,0", 3-worse))
			if a.here.Arch == "1,0,0" {
				accepted++
			}
		}
		want := math.Min(1, math.Exp(-worse))
		if share := float64(accepted) / n; math.Abs(share-want) > 4*math.Sqrt(want*(1-want)/n) {
			t.Errorf("worse by %g: accepted in %.3f of the trials, want %.3f", worse, share, want)
		}
	}
}
