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
	"github.com/nassearch/nassearch/search/report/sheet"
	"github.com/nassearch/nassearch/space"
)

// comparisonView is what the template shows.
type comparisonView struct {
	Title    string
	Lead     string
	Partial  string // what is missing
	Chips    []chip
	Across   *acrossView
	Problems []problemView
	Settings []setting
	Plans    []setting // strategies with their options
	Failures []string
	Command  string
	Program  string
}

// chip names a strategy in its colour.
type chip struct {
	Key  int
	Name string
}

type problemView struct {
	ID, Title, About string
	Conclusions      []string
	Open             []string // those that show nothing, where they would drown the others
	Curves           []pictured
	HasRegret        bool
	Caption          string
	Ends             *pictured
	EndsCaption      string
	Reach            []pictured
	ReachCaption     string
	ReachTitle       string
	Fronts           *pictured
	Matrices         []matrix
	Tables           []*sheet.Sheet
	Legend           string
	Cards            []card
	Data             []namedData
}

type namedData struct {
	ID   string
	Data data
}

// Comparison writes the page of a comparison. The tasks are those of the plan's problems, and tell what is known of
// architectures beyond the comparison. The space may be nil.
func Comparison(w io.Writer, c analysis.Comparison, sp space.Space, tasks []compare.Task) error {
	v := comparisonView{
		Title: heading(c), Lead: lead(c), Settings: settings(c), Command: c.Command, Program: c.Program,
		Partial: partial(c), Failures: failed(c),
	}
	for i, s := range c.Plan.Strategies {
		v.Chips = append(v.Chips, chip{i, s.Name})
		v.Plans = append(v.Plans, setting{s.Name, comparison.Label(s)})
	}
	if c.Across != nil {
		v.Across = newAcross(c)
	}
	for i := range c.Results {
		p, err := newProblem(c, i, sp, tasks[i])
		if err != nil {
			return err
		}
		v.Problems = append(v.Problems, p)
	}
	return render(w, "comparison.html", v)
}

// apart separates conclusions that show something from those that do not, if there are many of these.
func apart(all []analysis.Conclusion) (shown, open []analysis.Conclusion) {
	const many = 3
	for _, x := range all {
		if x.Shown() {
			shown = append(shown, x)
			continue
		}
		open = append(open, x)
	}
	if len(open) < many {
		return all, nil
	}
	return shown, open
}

// heading names what is compared.
func heading(c analysis.Comparison) string {
	var names []string
	for _, s := range c.Plan.Strategies {
		names = append(names, s.Name)
	}
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return strings.Join(names, "")
}

// lead says in one line what the numbers are.
func lead(c analysis.Comparison) string {
	text := fmt.Sprintf("%s runs of each, %s", numeral.Thousands(c.Plan.Runs), comparison.Budget(c.Plan))
	if n := len(c.Results); n > 1 {
		text += fmt.Sprintf(", on %d problems", n)
	}
	if len(c.Results) > 0 {
		text += " · " + c.Results[0].Problem.About
		if n := c.Results[0].Problem.Classes; n > 0 {
			text += " · " + numeral.Thousands(n) + " classes"
		}
	}
	return text
}

func partial(c analysis.Comparison) string {
	if c.Complete {
		return ""
	}
	n, of := c.There()
	return fmt.Sprintf("This comparison is not finished: %s of %s runs are there. The same command continues it.",
		numeral.Thousands(n), numeral.Thousands(of))
}

// mostFailures are listed.
const mostFailures = 20

func failed(c analysis.Comparison) []string {
	var all []string
	for _, r := range c.Results {
		for _, run := range r.Runs {
			if run.Failure != "" {
				all = append(all, fmt.Sprintf("%s on %s, seed %d, after %d queries: %s",
					run.Strategy, run.Problem, run.Seed, run.Queries, run.Failure))
			}
		}
	}
	if more := len(all) - mostFailures; more > 0 {
		all = append(all[:mostFailures], fmt.Sprintf("and %s more, see runs.csv", numeral.Thousands(more)))
	}
	return all
}

// settings are all that the numbers follow from.
func settings(c analysis.Comparison) []setting {
	p := c.Plan
	all := []setting{
		{"runs", fmt.Sprintf("%s of every strategy on every problem, seeds %d to %d, the same for all strategies",
			numeral.Thousands(p.Runs), p.Seed, p.Seed+uint64(max(p.Runs, 1)-1))},
		{"budget of a run", comparison.Budget(p)},
		{"compared", checkpoints(p)},
		{"duplicates", duplicates(p.CountDuplicates)},
		{"most duplicates in a row", numeral.Thousands(p.MaxDuplicates)},
		{"proposals in flight", strconv.Itoa(p.Window)},
		{"intervals", fmt.Sprintf("bootstrap over runs (BCa), %g %%, %s resamples",
			100*p.Confidence, numeral.Thousands(p.Resamples))},
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

func newProblem(c analysis.Comparison, i int, sp space.Space, t compare.Task) (problemView, error) {
	r := c.Results[i]
	v := problemView{
		ID: "problem-" + strconv.Itoa(i+1), Title: r.Problem.Quality(), About: aboutProblem(r.Problem),
		Tables: comparison.Sheets(c.Plan, r),
	}
	shown, open := r.Conclusions, []analysis.Conclusion(nil)
	if len(c.Results) > 1 {
		shown, open = apart(shown)
	}
	v.Conclusions, v.Open = sentences(c, shown), sentences(c, open)
	if r.Problem.Multi() {
		v.Title += " of " + r.Problem.Name
	}
	if len(r.Strategies) > 1 {
		v.Legend = comparison.Legend(c.Plan, r)
		v.Matrices = matrices(c.Plan, r)
	} else {
		v.Conclusions = append(v.Conclusions, "One strategy alone is compared with nothing.")
	}
	v.curves(c.Plan, r)
	if err := v.ends(c.Plan, r); err != nil {
		return v, err
	}
	v.reach(c.Plan, r)
	if r.Problem.Multi() && len(r.Problem.Objective) == 2 {
		fronts := both(svg.Curves, comparison.Fronts(r))
		v.Fronts = &fronts
	}
	var err error
	v.Cards, err = cards(c.Plan, r, sp, t)
	return v, err
}

func aboutProblem(p compare.Problem) string {
	var parts []string
	if p.Multi() {
		parts = append(parts,
			"share of the box between the best and the worst values of all metrics that a run's front dominates")
	} else {
		parts = append(parts, better(p.Goal()))
	}
	if p.Optimum.Known() {
		parts = append(parts, "optimum "+comparison.Value(p, p.Optimum))
	}
	return strings.Join(parts, " · ")
}
