package strategies_test

import (
	"context"
	"errors"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/searchtest"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/strategies"
	"pgregory.net/rapid"
)

// shaped is a landscape whose values become others, all for each metric alike.
type shaped struct {
	searchtest.Landscape
	shape func(float64) float64
}

func (s shaped) Evaluate(ctx context.Context, q objective.Request) (objective.Outcome, error) {
	o, err := s.Landscape.Evaluate(ctx, q)
	for i, v := range o.Values {
		o.Values[i] = s.shape(v)
	}
	return o, err
}

// Spaces that offer less than a grid.
type (
	bareSpace   struct{ space.Space }
	walkedSpace struct {
		space.Space
		space.Neighborer
	}
	encodedSpace struct {
		space.Space
		space.Encoder
	}
	listedSpace struct {
		space.Space
		space.Enumerator
		space.Neighborer
		space.Encoder
		space.Parametric
	}
)

// asking is a study that somebody may ask for.
type asking struct {
	search.Config
	l       searchtest.Landscape
	shape   func(float64) float64
	lacking bool // the space lacks what some need
}

// part is a grid of few classes.
func part(classes int) space.Space {
	whole := searchtest.NewGrid(4, 4)
	few, err := space.Restrict(whole, func(a space.Arch) bool {
		class, err := whole.ClassOf(a)
		return err == nil && class%7 == 3 && class/7 < classes
	})
	if err != nil {
		panic(err)
	}
	return few
}

// demands are what may be asked for, each alone or several at once.
func demands() map[string]func(*asking) {
	grid := searchtest.NewGrid(4, 4)
	all := map[string]func(*asking){
		"nothing special":      func(*asking) {},
		"two metrics":          func(a *asking) { a.l.Count = 2 },
		"three metrics":        func(a *asking) { a.l.Count = 3 },
		"one that is small":    func(a *asking) { a.l.As = []objective.Metric{{Name: "params", Goal: objective.Minimize}} },
		"a window of 8":        func(a *asking) { a.Window = 8 },
		"duplicates that cost": func(a *asking) { a.CountDuplicates = true },
		"a time budget":        func(a *asking) { a.TimeBudget = 9 * time.Second },
		"shorter trainings":    func(a *asking) { a.l.Shares = []float64{1. / 9, 1. / 3, 1} },
		"one query":            func(a *asking) { a.Budget = 1 },
		"more than there is":   func(a *asking) { a.Budget = 100 },
		"one class":            func(a *asking) { a.Space = part(1) },
		"two classes":          func(a *asking) { a.Space = part(2) },
		"three classes":        func(a *asking) { a.Space = part(3) },
		"some fail":            func(a *asking) { a.l.Fails = searchtest.FailSome },
		"all fail":             func(a *asking) { a.l.Fails = func(objective.Request) bool { return true } },
		"equal values":         func(a *asking) { a.shape = func(float64) float64 { return .5 } },
		"few values":           func(a *asking) { a.shape = math.Round },
		"huge values":          func(a *asking) { a.shape = func(v float64) float64 { return 1e307 * v } },
		"tiny values":          func(a *asking) { a.shape = func(v float64) float64 { return 1e-310 * v } },
		"values side by side":  func(a *asking) { a.shape = func(v float64) float64 { return 1e15 + math.Round(v) } },
		"a custom space":       func(a *asking) { a.Space = listedSpace{grid, grid, grid, grid, grid} },
	}
	for name, s := range map[string]space.Space{
		"a bare space": bareSpace{grid}, "a space with neighbours": walkedSpace{grid, grid},
		"a space with an encoding": encodedSpace{grid, grid},
	} {
		all[name] = func(a *asking) { a.Space, a.lacking = s, true }
	}
	return all
}

// small are options with which few queries are enough to ask the models, and these learn little.
var small = map[string]map[string]string{
	"bananas": {"initial": "4", "batch": "3", "epochs": "3"}, "npenas": {"initial": "4", "batch": "3", "epochs": "3"},
	"forest": {"initial": "4"}, "bo": {"initial": "3"}, "tpe": {"startup": "4"}, "nsga2": {"population": "4"},
	"evolution": {"population": "4", "tournament": "2"},
}

// tester is that of a test or of a property.
type tester interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
	Context() context.Context
}

// answer runs a strategy on what is asked for: either it refuses by name, in a line, or it has a history of its
// budget at most, which it has again from any part of it.
func answer(t tester, strategy string, demanded []func(*asking), left [][2]int) {
	t.Helper()
	a := asking{
		Config: search.Config{
			Space: searchtest.NewGrid(4, 4), Registry: strategies.All(), Strategy: strategy, Options: small[strategy],
			Seed: 5, Budget: 14, MaxDuplicates: 500,
		},
		l: searchtest.Landscape{Count: 1}, shape: func(v float64) float64 { return v },
	}
	for _, demand := range demanded {
		demand(&a)
	}
	a.Evaluator = shaped{a.l, a.shape}
	run := func(known []search.Trial) (search.Result, error) {
		store := new(search.Memory)
		for _, trial := range known {
			if err := store.Append(trial); err != nil {
				t.Fatal(err)
			}
		}
		c := a.Config
		c.Store = store
		study, err := search.New(c)
		if err != nil {
			return search.Result{}, err
		}
		return study.Run(t.Context(), 1)
	}
	want, err := run(nil)
	several, multi := errors.AsType[*search.MetricsError](err)
	lacks, less := errors.AsType[*search.SpaceError](err)
	switch {
	case multi && a.l.Count > 1 && a.l.As == nil && several.Strategy == strategy,
		less && a.lacking && lacks.Strategy == strategy && lacks.Space == a.Space.Name():
		if strings.Contains(err.Error(), "\n") || !strings.HasPrefix(err.Error(), "strategy "+strategy) {
			t.Fatalf("refused with %q", err)
		}
		return
	case err != nil:
		t.Fatal(err)
	case want.Queries > a.Budget || want.Queries == 0 || want.Stop == search.Interrupted:
		t.Fatalf("%d queries of %d, then %s", want.Queries, a.Budget, want.Stop)
	case want.Queries < a.Budget && want.Stop == search.BudgetSpent && a.TimeBudget == 0:
		t.Fatalf("%d queries of %d, then %s", want.Queries, a.Budget, want.Stop)
	}
	for _, cut := range left {
		n := len(want.Trials)
		from, to := cut[0]*n/100, cut[1]*n/100
		got, err := run(want.Trials[from:to])
		if diff := cmp.Diff(want.Trials, got.Trials, sameTrials); err != nil || diff != "" || got.Stop != want.Stop {
			t.Fatalf("with trials %d to %d of %d there it comes to another history: %v\n%s", from, to, n, err, diff)
		}
	}
}

// Whatever is asked for, alone, every strategy refuses by name or does.
func TestStrategiesDoWhatIsAskedOrRefuse(t *testing.T) {
	all := demands()
	for _, strategy := range strategies.All().Names() {
		for _, name := range slices.Sorted(maps.Keys(all)) {
			t.Run(strategy+", "+name, func(t *testing.T) {
				answer(t, strategy, []func(*asking){all[name]}, [][2]int{{0, 0}, {0, 50}, {50, 100}, {0, 100}})
			})
		}
	}
}

// So it is whatever is asked for at once.
func TestPropertyStrategiesDoWhatIsAskedOrRefuse(t *testing.T) {
	all := demands()
	names := slices.Sorted(maps.Keys(all))
	rapid.Check(t, func(t *rapid.T) {
		strategy := rapid.SampledFrom(strategies.All().Names()).Draw(t, "strategy")
		var demanded []func(*asking)
		for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom(names), 2, 5, rapid.ID[string]).Draw(t, "demands") {
			demanded = append(demanded, all[name])
		}
		from := rapid.IntRange(0, 100).Draw(t, "from")
		answer(t, strategy, demanded, [][2]int{{from, rapid.IntRange(from, 100).Draw(t, "to")}})
	})
}
