package analysis

import (
	"fmt"
	"math"

	"github.com/nassearch/nassearch/internal/stats"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/space"
)

// Also is a metric, searched for or not, of the best cell of every run at its end.
type Also struct {
	Metric objective.Metric `json:"metric"`
	// Optimum is the best value among all classes: no cell need have those of two metrics.
	Optimum    compare.Number `json:"optimum"`
	Strategies []Spread       `json:"strategies"` // in the plan's order
}

// Spread describes numbers, one a run. Runs without the number are not among them.
type Spread struct {
	Strategy string         `json:"strategy"`
	N        int            `json:"n"`
	Mean     compare.Number `json:"mean"`
	SD       compare.Number `json:"sd"` // NaN for fewer than two
}

// also looks up what else is known of the best cells.
func also(p compare.Plan, sp space.Enumerator, known objective.Landscape, r Result) ([]Also, error) {
	found := map[string][][]float64{} // by strategy, the values of one cell a run
	for _, run := range r.Runs {
		best, ok := run.Best(p.Axis, p.End())
		if !ok {
			continue
		}
		class, err := sp.ClassOf(best.Arch)
		if err != nil {
			return nil, fmt.Errorf("problem %s: %s, seed %d: %w", run.Problem, run.Strategy, run.Seed, err)
		}
		found[run.Strategy] = append(found[run.Strategy], known.Values(class))
	}
	var all []Also
	for i, m := range known.Metrics() {
		a := Also{Metric: m, Optimum: compare.Unknown()}
		if best, _, ok := known.Optimum(i); ok {
			a.Optimum = compare.Number(best)
		}
		for _, s := range p.Strategies {
			spread, err := spreadOf(s.Name, i, found[s.Name])
			if err != nil {
				return nil, fmt.Errorf("problem %s: %s of the cells that %s found: %w", r.Problem.Name, m.Words(), s.Name, err)
			}
			a.Strategies = append(a.Strategies, spread)
		}
		all = append(all, a)
	}
	return all, nil
}

func spreadOf(strategy string, metric int, cells [][]float64) (Spread, error) {
	var x []float64
	for _, values := range cells {
		if v := values[metric]; !math.IsNaN(v) {
			x = append(x, v)
		}
	}
	s := Spread{Strategy: strategy, N: len(x), Mean: compare.Unknown(), SD: compare.Unknown()}
	if len(x) == 0 {
		return s, nil
	}
	d, err := stats.Describe(x)
	s.Mean = compare.Number(d.Mean)
	if len(x) > 1 {
		s.SD = compare.Number(d.StdDev)
	}
	return s, err
}
