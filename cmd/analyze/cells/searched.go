package cells

import (
	"fmt"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/internal/stats"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/analysis/cells"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/search/compare"
)

// searched is how much of the front the runs of a strategy found.
type searched struct {
	Strategy string    `json:"strategy"`
	Runs     int       `json:"runs"`
	Share    float64   `json:"share"` // mean over runs, of the different points of the front
	Low      float64   `json:"low"`   // of the 95 % interval by bootstrap over runs
	High     float64   `json:"high"`
	Each     []float64 `json:"each"` // run by run
}

// against sets the runs of a comparison against the front of a table's metrics.
func against(dir string, t *table.Table, view *table.View, r *cells.Result) ([]searched, error) {
	problems, runs, err := compare.ReadRuns(dir)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(problems, func(p compare.Problem) bool { return same(p.Objective, r.Metrics) })
	if i < 0 {
		var there []string
		for _, p := range problems {
			there = append(there, p.Name)
		}
		return nil, fmt.Errorf("%s is not of these metrics together: it has %s", dir, strings.Join(there, " and "))
	}
	problem := problems[i]
	if !slices.Equal(problem.Where, r.Where) {
		return nil, fmt.Errorf("%s searched where %s, the front here is where %s: give the same bounds",
			dir, bounds(problem.Where), bounds(r.Where))
	}
	var front [][]float64
	for _, c := range r.Front {
		front = append(front, c.Values)
	}
	front = objective.Front(r.Metrics, front)
	var all []searched
	for _, run := range runs {
		if run.Problem != problem.Name {
			continue
		}
		share, err := found(run, t, view, front)
		if err != nil {
			return nil, fmt.Errorf("%s: %s with seed %d: %w", dir, run.Strategy, run.Seed, err)
		}
		k := slices.IndexFunc(all, func(s searched) bool { return s.Strategy == run.Strategy })
		if k < 0 {
			k, all = len(all), append(all, searched{Strategy: run.Strategy})
		}
		all[k].Each = append(all[k].Each, share)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s has no finished run of %s", dir, problem.Name)
	}
	for k := range all {
		if err := all[k].describe(); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// bounds lists them in words.
func bounds(where []string) string {
	if len(where) == 0 {
		return "nothing is bounded"
	}
	return strings.Join(where, " and ")
}

// same says whether two lists have the same metrics, in any order.
func same(a, b []objective.Metric) bool {
	missing := func(m objective.Metric) bool { return !slices.Contains(b, m) }
	return len(a) == len(b) && !slices.ContainsFunc(a, missing)
}

// found is the share of a front that a run found, by the values that the table has of its cells.
func found(run compare.Run, t *table.Table, view *table.View, front [][]float64) (float64, error) {
	var points [][]float64
	for _, s := range run.Steps {
		class, err := t.Space().ClassOf(s.Arch)
		if err != nil {
			return 0, err
		}
		values := view.Values(class)
		now, then := slices.Sorted(slices.Values(values)), slices.Sorted(slices.Values(s.Values))
		if !slices.Equal(now, then) {
			return 0, fmt.Errorf("%s had other values than the table has: name the table that was compared on", s.Arch)
		}
		points = append(points, objective.Costs(view.Metrics(), values))
	}
	if len(points) == 0 {
		return 0, nil
	}
	costs := make([][]float64, len(front))
	for i, f := range front {
		costs[i] = objective.Costs(view.Metrics(), f)
	}
	return stats.FrontShare(points, costs)
}

// describe fills in the mean and its interval.
func (s *searched) describe() error {
	in, err := stats.Bootstrap{Seed: 1}.Percentile(s.Each, stats.Mean)
	s.Runs, s.Share, s.Low, s.High = len(s.Each), stats.Mean(s.Each), in.Low, in.High
	return err
}
