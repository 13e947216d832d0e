package compare_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/report/comparison"
	"github.com/nassearch/nassearch/search/searchtest"
	"github.com/nassearch/nassearch/space"
)

// Each run is the study that package search makes of the same configuration.
func TestRunsAreStudies(t *testing.T) {
	for _, counted := range []bool{false, true} {
		c := config()
		c.Window, c.CountDuplicates = 3, counted
		c.Tasks[0].Evaluator = searchtest.Landscape{Count: 1, Fails: searchtest.FailSome}
		problem := experiment(t, c).Plan().Problems[0]
		for _, run := range runs(t, c, "") {
			study, err := search.New(search.Config{
				Space: grid, Evaluator: c.Tasks[0].Evaluator, Registry: registry,
				Strategy: run.Strategy, Seed: run.Seed, Budget: c.Budget, Window: 3, CountDuplicates: counted,
			})
			if err != nil {
				t.Fatal(err)
			}
			r, err := study.Run(t.Context(), 1)
			if err != nil {
				t.Fatal(err)
			}
			if run.Queries != r.Queries || run.Duplicates != r.Duplicates || run.Failed != r.Failed || run.Stop != r.Stop {
				t.Errorf("%s %d: %d queries, %d duplicates, %d failed, %s; the study: %d, %d, %d, %s",
					run.Strategy, run.Seed, run.Queries, run.Duplicates, run.Failed, run.Stop, r.Queries, r.Duplicates, r.Failed, r.Stop)
			}
			for i, want := range r.Curve() {
				if got := problem.At(run, compare.Queries, float64(i+1)); got != want && !(math.IsNaN(got) && math.IsNaN(want)) {
					t.Errorf("%s %d: %v after query %d, the study has %v", run.Strategy, run.Seed, got, i+1, want)
				}
			}
			if best, query, ok := r.Best(); ok {
				last := run.Steps[len(run.Steps)-1]
				if last.Arch != best.Arch || last.Query != query || last.Hours != best.End.Hours() && !best.Duplicate() {
					t.Errorf("%s %d: best %+v, the study's %+v at query %d", run.Strategy, run.Seed, last, best, query)
				}
			}
		}
	}
}

// The quality of several metrics is the hypervolume of the study's front.
func TestRunsOfSeveralMetricsFollowTheHypervolume(t *testing.T) {
	c := config()
	c.Tasks = []compare.Task{task(3)}
	c.Strategies = c.Strategies[:1]
	problem := experiment(t, c).Plan().Problems[0]
	for _, run := range runs(t, c, "") {
		for budget := 1; budget <= c.Budget; budget++ {
			study, err := search.New(search.Config{
				Space: grid, Evaluator: c.Tasks[0].Evaluator, Registry: registry,
				Strategy: "sample", Seed: run.Seed, Budget: budget,
			})
			if err != nil {
				t.Fatal(err)
			}
			r, err := study.Run(t.Context(), 1)
			if err != nil {
				t.Fatal(err)
			}
			want, err := r.Hypervolume(t.Context(), problem.Box())
			if err != nil {
				t.Fatal(err)
			}
			if got := problem.At(run, compare.Queries, float64(budget)); math.Abs(got-want.Value) > 1e-12 {
				t.Errorf("seed %d: hypervolume %v after query %d, the study has %v", run.Seed, got, budget, want)
			}
		}
	}
}

func TestWorkersChangeNothing(t *testing.T) {
	c := config()
	c.Workers = 1
	want := csv(t, c, runs(t, c, ""))
	c.Workers = 8
	if diff := cmp.Diff(want, csv(t, c, runs(t, c, ""))); diff != "" {
		t.Error(diff)
	}
}

func TestTimeBudgetIsTheAxis(t *testing.T) {
	c := config()
	c.Budget, c.TimeBudget = 0, 30*time.Second // trials of 1 to 2 seconds
	e := experiment(t, c)
	if p := e.Plan(); p.Axis != compare.Hours || p.End() != c.TimeBudget.Hours() || p.Budget != 0 {
		t.Errorf("plan %+v", p)
	}
	for _, r := range runs(t, c, "") {
		if r.Queries < 15 || r.Queries > 30 || r.Hours < c.TimeBudget.Hours() || r.Hours > (c.TimeBudget+2*time.Second).Hours() {
			t.Errorf("%s %d: %d queries in %v hours", r.Strategy, r.Seed, r.Queries, r.Hours)
		}
	}
}

func TestExtendingRepeatsNothing(t *testing.T) {
	c, dir := config(), t.TempDir()
	runs(t, c, dir)
	c.Runs = 9
	made := 0
	c.Observe = func(r compare.Run) {
		if made++; r.Seed < c.Seed+6 {
			t.Errorf("%s %d was made again", r.Strategy, r.Seed)
		}
	}
	extended := runs(t, c, dir)
	if made != 6 {
		t.Errorf("%d runs were made, want 6", made)
	}
	c.Observe = nil
	if diff := cmp.Diff(csv(t, c, runs(t, c, "")), csv(t, c, extended)); diff != "" {
		t.Error(diff)
	}
}

// With journals of all runs, the trials that are there are not measured again.
func TestLargerBudgetGoesOn(t *testing.T) {
	c, dir := config(), t.TempDir()
	c.Strategies = c.Strategies[1:]
	measured := &counter{Landscape: searchtest.Landscape{Count: 1}}
	c.Tasks[0].Evaluator = measured
	make := func() []compare.Run {
		e := experiment(t, c)
		s := store(t, e, dir)
		s.Patience = 0
		e.Keep(s)
		all, err := e.Run(t.Context())
		if err := errors.Join(err, s.Close()); err != nil {
			t.Fatal(err)
		}
		return all
	}
	make()
	c.Budget = 25
	all := make()
	if n := measured.evaluations.Load(); n != int64(25*c.Runs) {
		t.Errorf("%d evaluations, want %d", n, 25*c.Runs)
	}
	if diff := cmp.Diff(csv(t, c, runs(t, c, "")), csv(t, c, all)); diff != "" {
		t.Error(diff)
	}
}

// A strategy that fails or panics on one seed costs that run alone, which says why and is tried again.
func TestFailedRunIsReportedAndTriedAgain(t *testing.T) {
	for name, fail := range map[string]func() error{
		"error": func() error { return errors.New("no luck") },
		"panic": func() error { panic("no luck") },
	} {
		c, dir := config(), t.TempDir()
		var mended atomic.Bool
		c.Registry = search.Registry{"sample": registry["sample"], "climb": {New: func(p search.Problem, _ search.Options) (search.Strategy, error) {
			return &failing{climb: climb{problem: p, luck: 4}, fail: func(r *rand.Rand) error {
				if !mended.Load() && r.IntN(60) == 0 { // the same of a seed's proposals every time
					return fail()
				}
				return nil
			}}, nil
		}}}
		all := runs(t, c, dir)
		failed := 0
		for _, r := range all {
			if r.Failure == "" {
				continue
			}
			failed++
			if r.Strategy != "climb" || !strings.Contains(r.Failure, "no luck") || r.Stop != compare.Broken || r.Queries == c.Budget {
				t.Errorf("%s: %+v", name, r)
			}
		}
		if len(all) != 12 || failed == 0 || failed == 6 {
			t.Fatalf("%s: %d of %d runs failed", name, failed, len(all))
		}
		found := analyse(t, c, all)
		sum := found.Results[0].Strategies[1]
		if sum.Failures != failed || sum.Runs != 6 || !strings.Contains(comparison.Sentence(found, found.Results[0].Conclusions[0]), fmt.Sprintf("%d of 6 runs of climb broke off", failed)) {
			t.Errorf("%s: %d failures of %d runs, %+v", name, sum.Failures, sum.Runs, found.Results[0].Conclusions[0])
		}
		mended.Store(true)
		made := 0
		c.Observe = func(compare.Run) { made++ }
		for _, r := range runs(t, c, dir) {
			if r.Failure != "" {
				t.Errorf("%s: %s %d: %s", name, r.Strategy, r.Seed, r.Failure)
			}
		}
		if made != failed {
			t.Errorf("%s: %d runs were made again, want %d", name, made, failed)
		}
	}
}

// failing is a climb that fails when its function says so.
type failing struct {
	climb
	fail func(*rand.Rand) error
}

func (f *failing) Ask(ctx context.Context, r *rand.Rand, pending []search.Proposal) (search.Proposal, error) {
	if err := f.fail(r); err != nil {
		return search.Proposal{}, err
	}
	return f.climb.Ask(ctx, r, pending)
}

func TestInterruptedComparisonReturnsFinishedRuns(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c, finished := config(), 0
	c.Workers = 1
	c.Observe = func(compare.Run) {
		if finished++; finished == 5 {
			cancel()
		}
	}
	e := experiment(t, c)
	all, err := e.Run(ctx)
	if err != nil || len(all) != 5 {
		t.Fatalf("%d runs, %v", len(all), err)
	}
	found := analyse(t, c, all)
	if found.Complete {
		t.Error("it is complete")
	}
	if p := found.Results[0].Checkpoints[0].Pairs[0]; p.N != 2 {
		t.Errorf("%d pairs of 3 and 2 runs, want 2", p.N)
	}
}

func TestNewRefusesIncompleteConfigurations(t *testing.T) {
	for want, change := range map[string]func(*compare.Config){
		"without a space":                  func(c *compare.Config) { c.Space = nil },
		"without a problem":                func(c *compare.Config) { c.Tasks = nil },
		"without a strategy":               func(c *compare.Config) { c.Strategies = nil },
		"0 runs":                           func(c *compare.Config) { c.Runs = 0 },
		"budget of 0":                      func(c *compare.Config) { c.Budget = 0 },
		"there are not 6":                  func(c *compare.Config) { c.Seed = math.MaxUint64 - 4 },
		"no negative":                      func(c *compare.Config) { c.TimeBudget = -1 },
		"no strategy \"climbs\"":           func(c *compare.Config) { c.Strategies[1].Algorithm = "climbs" },
		"option luck: 11":                  func(c *compare.Config) { c.Strategies[1].Options = search.Options{"luck": "11"} },
		`"climb": it stands twice`:         func(c *compare.Config) { c.Strategies[0] = c.Strategies[1] },
		`"../up": want letters`:            func(c *compare.Config) { c.Strategies[0].Name = "../up" },
		"checkpoint at 21":                 func(c *compare.Config) { c.Checkpoints = []float64{5, 21} },
		"checkpoint at 2.5":                func(c *compare.Config) { c.Checkpoints = []float64{2.5} },
		"climb takes one objective, not 2": func(c *compare.Config) { c.Tasks = []compare.Task{task(2)} },
	} {
		c := config()
		change(&c)
		if _, err := compare.New(c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}

// counter counts evaluations.
type counter struct {
	searchtest.Landscape
	evaluations atomic.Int64
}

func (c *counter) Evaluate(ctx context.Context, q objective.Request) (objective.Outcome, error) {
	c.evaluations.Add(1)
	return c.Landscape.Evaluate(ctx, q)
}

// testdata/runs.jsonl is a folder's record as version 1 of its form has it: what a program writes must stay readable,
// to the last digit of its checksums.

// What two strategies ask with the same seed is measured once, and the runs are those of evaluators of their own.
func TestRunsShareWhatTheyMeasure(t *testing.T) {
	for _, window := range []int{1, 3} {
		c := config()
		c.Window, c.Workers = window, 4
		c.Strategies = append(c.Strategies, compare.Strategy{Name: "again", Algorithm: c.Strategies[1].Algorithm})
		alone := runs(t, c, "")
		measured := &counter{Landscape: searchtest.Landscape{Count: 1}}
		c.Tasks[0].Evaluator, c.Tasks[0].Known = measured, nil
		together := runs(t, c, "")
		if diff := cmp.Diff(told(alone), told(together)); diff != "" {
			t.Errorf("window %d: %s", window, diff)
		}
		asked := 0
		for _, r := range together {
			if r.Strategy != "again" {
				asked += r.Queries
			}
		}
		if n := int(measured.evaluations.Load()); n > asked || n == 0 {
			t.Errorf("window %d: %d evaluations of %d queries", window, n, asked)
		}
	}
}

// told are the steps of runs, of which nothing depends on what is known beyond them.
func told(all []compare.Run) (values []string) {
	for _, r := range all {
		values = append(values, fmt.Sprint(r.Strategy, r.Seed, r.Queries, r.Duplicates, r.Failed, r.Stop, r.Steps))
	}
	return values
}

// A run that breaks off leaves nothing half measured to others that wait for it.
func TestBrokenRunDoesNotBreakOthers(t *testing.T) {
	c := config()
	c.Strategies = []compare.Strategy{{Name: "breaks", Algorithm: "breaks"}, {Name: "sample", Algorithm: "sample"}}
	c.Registry = maps.Clone(registry)
	c.Registry["breaks"] = search.Entry{New: func(p search.Problem, _ search.Options) (search.Strategy, error) {
		asked := 0
		return asks(func(r *rand.Rand) space.Arch {
			if asked++; asked > 2 {
				panic("no more")
			}
			return p.Space.Sample(r)
		}), nil
	}}
	c.Window, c.Workers = 4, 4
	c.Tasks[0].Evaluator, c.Tasks[0].Known = patiently{c.Tasks[0].Evaluator}, nil
	for _, r := range runs(t, c, "") {
		if r.Strategy == "sample" && (r.Failed != 0 || r.Failure != "" || r.Queries != c.Budget) {
			t.Errorf("%+v", r)
		}
	}
}

// patiently measures for a while, unless it is cut off.
type patiently struct{ objective.Evaluator }

func (p patiently) Evaluate(ctx context.Context, q objective.Request) (objective.Outcome, error) {
	select {
	case <-time.After(time.Millisecond):
		return p.Evaluator.Evaluate(ctx, q)
	case <-ctx.Done():
		return objective.Outcome{}, ctx.Err()
	}
}
