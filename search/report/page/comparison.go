package page

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/internal/figure/svg"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/compare/analysis"
	"github.com/nassearch/nassearch/search/report/comparison"
	"github.com/nassearch/nassearch/space"
)

type comparisonView struct {
	analysis.Comparison
	Chips    []chip
	Problems []problemView
}

// chip names a strategy in its colour.
type chip struct {
	Key  int
	Name string
}

type problemView struct {
	analysis.Result
	ID, Title   string
	Conclusions []analysis.Conclusion
	Open        []analysis.Conclusion // those that show nothing, where they would drown the others
	Curves      []pictured
	Settled     string // where the choice of the axis of the values begins
	Ends        pictured
	Reach       []pictured
	Fronts      *pictured
	Matrices    []matrix
	Cards       []card
	Data        []namedData
}

type namedData struct {
	ID   string
	Data data
}

// Comparison writes the page of a comparison. The tasks are those of the plan's problems, and tell what is known of
// architectures beyond the comparison. The space may be nil.
func Comparison(w io.Writer, c analysis.Comparison, sp space.Space, tasks []compare.Task) error {
	v := comparisonView{Comparison: c}
	for i, s := range c.Plan.Strategies {
		v.Chips = append(v.Chips, chip{i, s.Name})
	}
	for i := range c.Results {
		p, err := v.problem(i, sp, tasks[i])
		if err != nil {
			return err
		}
		v.Problems = append(v.Problems, p)
	}
	return write(w, "comparison.html", v)
}

// apart separates conclusions that show something from those that do not, if there are many of these.
func apart(all []analysis.Conclusion) (shown, open []analysis.Conclusion) {
	const many = 3
	for _, x := range all {
		if x.Shown() {
			shown = append(shown, x)
		} else {
			open = append(open, x)
		}
	}
	if len(open) < many {
		return all, nil
	}
	return shown, open
}

// Title names what is compared.
func (v comparisonView) Title() string {
	var names []string
	for _, c := range v.Chips {
		names = append(names, c.Name)
	}
	if n := len(names); n > 1 {
		names = []string{strings.Join(names[:n-1], ", "), names[n-1]}
	}
	return strings.Join(names, " and ")
}

// Lead says in one line what the numbers are.
func (v comparisonView) Lead() string {
	text := fmt.Sprintf("%s runs of each, %s", numeral.Thousands(v.Plan.Runs), comparison.Budget(v.Plan))
	if n := len(v.Results); n > 1 {
		text += fmt.Sprintf(", on %d problems", n)
	}
	return text + " · " + comparison.About(v.Plan.Problems[0])
}

// Partial says what is missing.
func (v comparisonView) Partial() string {
	if v.Complete {
		return ""
	}
	n, of := v.There()
	return fmt.Sprintf("This comparison is not finished: %s of %s runs are there. The same command continues it.",
		numeral.Thousands(n), numeral.Thousands(of))
}

// mostFailures are listed.
const mostFailures = 20

// Failures are runs that broke off.
func (v comparisonView) Failures() (all []string) {
	for _, r := range v.Results {
		for _, run := range r.Runs {
			if run.Failure != "" {
				all = append(all, fmt.Sprintf("%s on %s, seed %d, after %d queries: %s",
					run.Strategy, run.Problem, run.Seed, run.Queries, run.Failure))
			}
		}
	}
	return fewer(all, mostFailures, ", see runs.csv")
}

// Settings are all that the numbers follow from.
func (v comparisonView) Settings() []setting {
	p := v.Plan
	all := []setting{
		{"runs", fmt.Sprintf("%s of every strategy on every problem, seeds %d to %d, the same for all strategies",
			numeral.Thousands(p.Runs), p.Seed, p.Seed+uint64(max(p.Runs, 1)-1))},
		{"budget of a run", comparison.Budget(p)},
		{"compared", checkpoints(p)},
		{"duplicates", duplicates(p.CountDuplicates)},
		{"most duplicates in a row", numeral.Thousands(p.MaxDuplicates)},
		{"proposals in flight", strconv.Itoa(p.Window)},
		{"intervals", fmt.Sprintf("bootstrap over runs (BCa), %s, %s resamples",
			percent(p.Confidence), numeral.Thousands(p.Resamples))},
		{"tests", fmt.Sprintf("Wilcoxon's signed ranks over pairs of runs with equal seeds, "+
			"corrected after Holm for all pairs, at the level %.2g", 1-p.Confidence)},
		{"space", p.Space},
	}
	for _, q := range p.Problems {
		text := q.About
		if q.Dataset != "" && !strings.Contains(text, q.Dataset) {
			text += " · " + q.Dataset
		}
		if q.Source != "" {
			text += " · fingerprint " + q.Source
		}
		all = append(all, setting{"problem " + q.Name, text})
	}
	return all
}

func checkpoints(p compare.Plan) string {
	var all []string
	for _, at := range p.Checkpoints {
		all = append(all, comparison.At(p, at))
	}
	if p.Axis == compare.Hours {
		return strings.Join(all, ", ") + " of simulated time"
	}
	return strings.Join(all, ", ") + " queries"
}

func (v comparisonView) problem(i int, sp space.Space, t compare.Task) (problemView, error) {
	r := v.Results[i]
	p := problemView{
		Result: r, ID: "problem-" + strconv.Itoa(i+1), Title: comparison.Title(r.Problem), Conclusions: r.Conclusions,
	}
	if len(v.Results) > 1 {
		p.Conclusions, p.Open = apart(r.Conclusions)
	}
	if len(r.Strategies) > 1 {
		p.Matrices = v.matrices(r)
	}
	p.curves(v.Plan)
	p.reach(v.Plan)
	if r.Problem.Multi() && len(r.Problem.Objective) == 2 {
		p.Fronts = new(both(svg.Curves, comparison.Fronts(r)))
	}
	ends, err := comparison.Ends(v.Plan, r)
	if err != nil {
		return p, err
	}
	ends.Values.Title = r.Problem.Quality() + " after " + comparison.Budget(v.Plan)
	p.Ends = both(svg.Boxes, ends)
	p.Cards, err = cards(v.Plan, r, sp, t)
	return p, err
}

// Reference names the front that those of runs are measured against.
func (v problemView) Reference() string { return comparison.Reference(v.Problem) }

// About says what the quality is.
func (v problemView) About() string {
	text := better(v.Problem.Goal())
	if v.Problem.Multi() {
		text = "share of the box between the best and the worst values of all metrics that a run's front dominates"
	}
	if counted := comparison.Counted(v.Problem); counted != "" {
		text += " (its reference, the worst of each: " + counted + ")"
	}
	if v.Problem.Joint {
		text = strings.Replace(text, "all metrics", "all metrics in all runs together", 1)
	}
	text += comparison.Optimum(v.Problem)
	if within := comparison.Within(v.Problem); within != "" {
		text += " · where " + within
	}
	return text
}
