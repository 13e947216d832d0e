package compare

import (
	"context"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
)

// Config says what to compare, with all that runs need.
type Config struct {
	Space      space.Space
	Registry   search.Registry
	Tasks      []Task
	Strategies []Strategy // options that are absent have their defaults

	Runs            int           // of every strategy on every task
	Seed            uint64        // of the first run
	Budget          int           // queries of a run
	TimeBudget      time.Duration // of a run on the virtual clock, which is then the axis; 0 for queries alone
	Window          int           // as in [search.Config]
	CountDuplicates bool
	MaxDuplicates   int

	Checkpoints []float64 // on the axis; a sixth, a third and the whole of the budget if empty
	Resamples   int       // of a bootstrap, DefaultResamples if zero
	Workers     int       // runs at the same time, and measurements that take long; 1 if zero; changes nothing but time

	// Store keeps the runs; nil keeps them in the result alone.
	Store *Store
	// Observe, if set, sees every run when it ends, one at a time, but not those that Store already had.
	Observe func(Run)
	// Query, if set, sees every query of every run, one at a time, with those that an earlier process made of runs that it
	// did not finish.
	Query func()
}

// Task is a problem with those who can answer for it.
type Task struct {
	Name      string // unique
	Backend   string // who measures: table or live
	About     string // what the values are, in one line
	Dataset   string
	Evaluator objective.Evaluator
	Space     space.Space         // the part of the space that is searched, see [space.Restrict]; nil for all of it
	Scores    []search.Score      // from elsewhere, for strategies that make use of them; one of them must
	Scope     search.Scope        // which part that is; all that is known is of that part
	Known     objective.Landscape // of the evaluator's metrics; nil if nobody knows
	Also      objective.Landscape // of more metrics, to be told of the best cells; nil for nothing
}

const (
	// DefaultResamples of a bootstrap: the ends of 95 % intervals have then 50 resamples beyond them.
	DefaultResamples = 2000
	confidence       = .95
)

// tolerances are those distances from the optimum that are reported.
var tolerances = []float64{.01, .005, .001}

var nameForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._+-]*$`)

func (c *Config) validate() error {
	switch {
	case c.Space == nil:
		return errors.New("comparison without a space")
	case len(c.Tasks) == 0:
		return errors.New("comparison without a problem")
	case len(c.Strategies) == 0:
		return errors.New("comparison without a strategy")
	case c.Runs < 1:
		return fmt.Errorf("%d runs: want at least 1", c.Runs)
	case c.Seed+uint64(c.Runs-1) < c.Seed:
		return fmt.Errorf("seeds from %d on: there are not %d", c.Seed, c.Runs)
	case c.Budget < 0 || c.Budget == 0 && c.TimeBudget == 0:
		return fmt.Errorf("budget of %d queries: want at least 1", c.Budget)
	case c.TimeBudget < 0 || c.Resamples < 0:
		return fmt.Errorf("time budget %v, resamples %d: want no negative numbers", c.TimeBudget, c.Resamples)
	}
	if c.Resamples == 0 {
		c.Resamples = DefaultResamples
	}
	known := map[string]bool{}
	for _, s := range c.Strategies {
		if !nameForm.MatchString(s.Name) {
			return &NameError{s.Name, "want letters, digits and . _ + -"}
		}
		if known[s.Name] {
			other := s.Name + "2=" + s.Algorithm
			return &NameError{s.Name, "it stands twice: give one of them a name of its own, such as " + other}
		}
		known[s.Name] = true
	}
	return nil
}

// NameError says that a strategy cannot have its name.
type NameError struct{ Name, Problem string }

func (e *NameError) Error() string { return fmt.Sprintf("strategy %q: %s", e.Name, e.Problem) }

// CheckpointError says that a checkpoint is not within the budget.
type CheckpointError struct {
	Axis    Axis
	At, End float64
}

func (e *CheckpointError) Error() string {
	text := func(v float64) string {
		if e.Axis == Hours {
			return time.Duration(math.Round(v * float64(time.Hour))).String()
		}
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	return fmt.Sprintf("checkpoint at %s: want more than 0 and at most the budget, %s", text(e.At), text(e.End))
}

// plan completes the plan: options in full, what is known of the problems.
func (c *Config) plan() (Plan, error) {
	p := Plan{
		Space: c.Space.Name(), Runs: c.Runs, Seed: c.Seed,
		Axis: Queries, Budget: c.Budget, Hours: c.TimeBudget.Hours(),
		CountDuplicates: c.CountDuplicates,
		Tolerances:      tolerances, Confidence: confidence, Resamples: c.Resamples,
	}
	if c.TimeBudget > 0 {
		p.Axis = Hours
	}
	for _, t := range c.Tasks {
		problem, err := t.problem(c.Space)
		if err != nil {
			return p, err
		}
		p.Problems = append(p.Problems, problem)
	}
	for _, s := range c.Strategies {
		for _, t := range c.Tasks {
			study, err := search.New(c.study(t, s, c.Seed))
			if err != nil {
				return p, err
			}
			d := study.Description()
			s.Options, s.Files, p.Window, p.MaxDuplicates = d.Options, d.Files, d.Window, d.MaxDuplicates
		}
		p.Strategies = append(p.Strategies, s)
	}
	var err error
	p.Checkpoints, err = checkpoints(c.Checkpoints, p.End(), p.Axis)
	return p, err
}

// End is the last point of the axis.
func (p Plan) End() float64 {
	if p.Axis == Hours {
		return p.Hours
	}
	return float64(p.Budget)
}

// checkpoints returns those that are wanted in ascending order, the end among them.
func checkpoints(wanted []float64, end float64, axis Axis) ([]float64, error) {
	if len(wanted) == 0 {
		wanted = []float64{end / 6, end / 3}
		if axis == Queries {
			wanted = []float64{max(1, math.Round(end/6)), max(1, math.Round(end/3))}
		}
	}
	for _, at := range wanted {
		if !(at > 0 && at <= end) || axis == Queries && at != math.Trunc(at) {
			return nil, &CheckpointError{axis, at, end}
		}
	}
	all := append(slices.Clone(wanted), end)
	slices.Sort(all)
	return slices.Compact(all), nil
}

// study is the configuration of one run.
func (c *Config) study(t Task, s Strategy, seed uint64) search.Config {
	budget := c.Budget
	if budget == 0 {
		budget = math.MaxInt
	}
	sp := c.Space
	if t.Space != nil {
		sp = t.Space
	}
	var scores []search.Score
	if c.Registry[s.Algorithm].Scored || !c.scored() {
		scores = t.Scores
	}
	return search.Config{
		Space: sp, Scope: t.Scope, Evaluator: t.Evaluator, Scores: scores,
		Registry: c.Registry, Strategy: s.Algorithm, Options: s.Options,
		Seed: seed, Budget: budget, TimeBudget: c.TimeBudget, Window: c.Window,
		CountDuplicates: c.CountDuplicates, MaxDuplicates: c.MaxDuplicates,
	}
}

// scored says whether any strategy makes use of scores.
func (c *Config) scored() bool {
	return slices.ContainsFunc(c.Strategies, func(s Strategy) bool { return c.Registry[s.Algorithm].Scored })
}

// known counts the classes that have all metrics; 0 if all do, or nobody knows.
func (t Task) known(classes int) (n int) {
	switch {
	case t.Known == nil:
		return 0
	case len(t.Evaluator.Metrics()) == 1:
		n = objective.Valued(t.Known, 0)
	default:
		n = len(objective.Known(t.Known, classes))
	}
	if n == classes {
		return 0
	}
	return n
}

// problem describes the task, with what is known of all classes.
func (t Task) problem(s space.Space) (Problem, error) {
	p := Problem{
		Name: t.Name, Objective: t.Evaluator.Metrics(), Source: t.Evaluator.Source(),
		Backend: t.Backend, About: t.About, Dataset: t.Dataset,
		Scores: search.Sources(t.Scores), Scope: t.Scope, Optimum: Unknown(),
	}
	if e, ok := t.Evaluator.(objective.Settings); ok {
		p.Settings = e.Settings()
	}
	if e, ok := t.Evaluator.(objective.Named); ok {
		p.Named = e.Name()
	}
	e, listed := s.(space.Enumerator)
	if listed {
		p.Classes = e.Classes()
		if part, ok := t.Space.(space.Enumerator); ok {
			p.Searched = part.Classes()
		}
	} else if t.Also != nil {
		return p, fmt.Errorf("problem %s: to tell more of the cells that are found takes a space whose classes can be listed",
			t.Name)
	}
	p.Known = t.known(p.Classes)
	var box objective.Box
	known := false
	if t.Known != nil {
		box, known = objective.BoxOf(t.Known, len(p.Objective))
	}
	switch {
	case !p.Multi():
		if known {
			p.Optimum, p.Ideal, p.Worst = Number(box.Ideal[0]), box.Ideal, box.Worst
		}
		return p, nil
	case t.Known == nil || !listed:
		p.Joint = true
		return p, nil
	case !known:
		return p, fmt.Errorf("problem %s: nobody has measured %s", t.Name, p.Objective[len(box.Ideal)].Words())
	}
	p.Ideal, p.Worst = box.Ideal, box.Worst
	p.Front = objective.Front(p.Objective, objective.Known(t.Known, p.Classes))
	whole, err := p.Box().Hypervolume(context.Background(), p.Front) // which takes a second or two at most
	p.Optimum, p.Error = Number(whole.Value), whole.Error
	return p, err
}
