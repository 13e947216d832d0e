// Package comparison shows a comparison of search strategies: as text for people, as CSV for programs, as a table
// for papers.
package comparison

import (
	"encoding/csv"
	"io"
	"math"
	"strconv"

	"github.com/nassearch/nassearch/search/compare"
)

// CSV writes one row a run, by problem, strategy and seed: how it ended, what it used, the best that it found, and
// its quality at each checkpoint. Numbers that are not known are empty. Nothing in it was measured with a clock, so
// that equal comparisons give equal files.
func CSV(w io.Writer, c compare.Comparison) error {
	out := csv.NewWriter(w)
	header := []string{
		"problem", "strategy", "seed", "stop", "queries", "duplicates", "failed", "hours",
		"best", "regret", "best_query", "best_hours", "arch",
	}
	for _, at := range c.Plan.Checkpoints {
		header = append(header, "at_"+number(at))
	}
	if err := out.Write(append(header, "failure")); err != nil {
		return err
	}
	for _, r := range c.Results {
		for _, run := range r.Runs {
			if err := out.Write(row(c.Plan, r.Problem, run)); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}

func row(p compare.Plan, problem compare.Problem, r compare.Run) []string {
	cells := []string{
		r.Problem, r.Strategy, strconv.FormatUint(r.Seed, 10), string(r.Stop),
		strconv.Itoa(r.Queries), strconv.Itoa(r.Duplicates), strconv.Itoa(r.Failed), number(r.Hours),
	}
	if n := len(r.Steps); n > 0 {
		s := r.Steps[n-1]
		cells = append(cells, number(s.Quality), number(problem.Regret(s.Quality)), strconv.Itoa(s.Query), number(s.Hours), string(s.Arch))
	} else {
		cells = append(cells, "", "", "", "", "")
	}
	for _, at := range p.Checkpoints {
		cells = append(cells, number(r.At(p.Axis, at)))
	}
	return append(cells, r.Failure)
}

// number prints all digits, and nothing for what is not known.
func number(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}
