package comparison

import (
	"io"
	"strconv"

	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/compare/analysis"
	"github.com/nassearch/nassearch/search/report/sheet"
	"github.com/nassearch/nassearch/space"
)

// CSV writes one row a run, by problem, strategy and seed: how it ended, what it used, the best that it found, and
// its quality at each checkpoint. Numbers that are not known are empty. Nothing in it was measured with a clock, so
// that equal comparisons give equal files. The best has all its names ([space.NameColumns]).
func CSV(w io.Writer, c analysis.Comparison, names space.Names) error {
	t := sheet.New(append([]string{"problem", "strategy", "seed", "stop", "queries", "duplicates", "failed", "hours",
		"best", "regret", "best_query", "best_hours"}, space.NameColumns()...)...)
	for _, at := range c.Plan.Checkpoints {
		t.AddColumn("at_" + sheet.Exact(at))
	}
	t.AddColumn("failure")
	for _, r := range c.Results {
		for _, run := range r.Runs {
			t.Add(cells(c.Plan, r.Problem, run, names)...)
		}
	}
	return t.CSV(w)
}

// CurvesCSV writes the curves: for each problem and strategy a row for each point of the axis where they are read, of
// all runs that end with a value, from where all of these have one. Of the optimum's distances it has the middle.
func CurvesCSV(w io.Writer, c analysis.Comparison) error {
	axis := "query"
	if c.Plan.Axis == compare.Hours {
		axis = "hours"
	}
	t := sheet.New("problem", "strategy", axis, "runs",
		"mean", "mean_low", "mean_high", "median", "q1", "q3", "regret_mean", "regret_median")
	for _, r := range c.Results {
		for _, s := range r.Strategies {
			runs := sheet.Int(s.End().Quality.N)
			for i, at := range r.Grid {
				row := append(sheet.Texts(r.Problem.Name, s.Strategy), sheet.Float(at), runs)
				for _, of := range [][]compare.Number{
					s.Curve.Mean, s.Curve.Low, s.Curve.High, s.Curve.Median, s.Curve.Q1, s.Curve.Q3,
					s.Regret.Mean, s.Regret.Median,
				} {
					row = append(row, sheet.Float(float64(of[i])))
				}
				t.Add(row...)
			}
		}
	}
	return t.CSV(w)
}

func cells(p compare.Plan, problem compare.Problem, r compare.Run, names space.Names) []sheet.Cell {
	row := append(sheet.Texts(r.Problem, r.Strategy, strconv.FormatUint(r.Seed, 10), string(r.Stop)),
		sheet.Int(r.Queries), sheet.Int(r.Duplicates), sheet.Int(r.Failed), sheet.Float(r.Hours))
	if n := len(r.Steps); n > 0 {
		s := r.Steps[n-1]
		row = append(row, sheet.Float(s.Quality), sheet.Float(problem.Regret(s.Quality)),
			sheet.Int(s.Query), sheet.Float(s.Hours))
		row = append(row, sheet.Texts(names.Texts(s.Arch)...)...)
	} else {
		row = append(row, make([]sheet.Cell, 4+len(space.NameColumns()))...)
	}
	for _, at := range p.Checkpoints {
		row = append(row, sheet.Float(problem.At(r, p.Axis, at)))
	}
	return append(row, sheet.Text(r.Failure))
}
