package comparison

import (
	"fmt"
	"io"
	"slices"

	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/internal/figure/plot"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/internal/plain"
	"github.com/nassearch/nassearch/internal/stats"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/compare/analysis"
)

// Figure is a picture for papers with the name of its file, without an ending.
type Figure struct {
	Name    string
	Picture figure.Picture
}

// Write draws the figure as svg, png or pdf.
func (f Figure) Write(w io.Writer, format string) error { return plot.Write(w, format, f.Picture) }

// Figures are the curves, the regret and the ends of each problem, and the critical differences of several.
func Figures(c analysis.Comparison) ([]Figure, error) {
	var all []Figure
	mean := Statistics(c.Plan)[0]
	for _, r := range c.Results {
		prefix := ""
		if len(c.Results) > 1 {
			prefix = plain.FileName(r.Problem.Name) + "-"
		}
		all = append(all, Figure{prefix + "curves", Curves(c.Plan, r, mean)})
		if r.Problem.Optimum.Known() {
			all = append(all, Figure{prefix + "regret", Regret(c.Plan, r, mean)})
		}
		ends, err := Ends(c.Plan, r)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(ends.Panels[0].Boxes, func(b figure.Box) bool { return b.N > 0 }) {
			all = append(all, Figure{prefix + "end", ends})
		}
	}
	if c.Across != nil {
		all = append(all, Figure{"cd", CriticalDifferences(c.Across)})
	}
	return all, nil
}

// optimum is the line at it; nil if it is not known.
func optimum(p compare.Problem) *figure.Reference {
	if !p.Optimum.Known() {
		return nil
	}
	return &figure.Reference{At: float64(p.Optimum), Name: "optimum " + Value(p, p.Optimum)}
}

// Ends are what the runs had found.
func Ends(p compare.Plan, r analysis.Result) (figure.Boxes, error) {
	f := figure.Boxes{
		Title:  numeral.Thousands(p.Runs) + " runs of each, " + Budget(p) + "; diamond: mean with its interval",
		About:  fmt.Sprintf("Every run's best %s at the end, by strategy", r.Problem.Quality()),
		Values: figure.Axis{Title: Title(r.Problem)}, Reference: optimum(r.Problem), Panels: make([]figure.Panel, 1),
	}
	for i, s := range r.Strategies {
		b, err := figure.NewBox(s.Strategy, i, r.Ends(p, s.Strategy))
		if err != nil {
			return f, err
		}
		mean := s.End().Quality.Mean
		b.Note = "mean " + Value(r.Problem, mean.Value)
		if b.N == 0 {
			b.Note = "no run has a value"
		}
		if mean.Low.Known() {
			b.Interval = &stats.Interval{Low: float64(mean.Low), High: float64(mean.High)}
		}
		f.Panels[0].Boxes = append(f.Panels[0].Boxes, b)
	}
	return f, nil
}

// CriticalDifferences are the mean ranks and the critical differences over several problems.
func CriticalDifferences(a *analysis.Across) figure.Ranks {
	f := figure.Ranks{
		About:    fmt.Sprintf("Critical-difference diagram of %d strategies over %d problems", len(a.Strategies), a.Problems),
		Critical: float64(a.Critical), Groups: a.Groups,
	}
	for i, s := range a.Strategies {
		f.Means = append(f.Means, figure.Rank{Name: s, Mean: float64(a.MeanRanks[i])})
	}
	return f
}
