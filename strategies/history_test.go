package strategies_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/searchtest"
	"github.com/nassearch/nassearch/strategies"
	"pgregory.net/rapid"
)

// sameTrials ignores what is measured with a clock.
var sameTrials = cmp.Options{cmpopts.IgnoreFields(search.Trial{}, "Wall"), cmpopts.EquateEmpty()}

// A study that ended at a smaller budget had trials in flight that were awaited while nothing new left. When it goes on,
// proposals leave in between, and some of these come back sooner.
func TestExtendedStudyIsTheStudyRunAtOnce(t *testing.T) {
	sp, view := released(t, "pgd_acc")
	for _, name := range []string{"evolution", "bo", "random", "local"} {
		for window := 2; window <= 8; window++ {
			if testing.Short() && name == "bo" && window != 4 {
				continue
			}
			t.Run(fmt.Sprintf("%s in a window of %d", name, window), func(t *testing.T) {
				c := search.Config{Strategy: name, Window: window, Seed: uint64(window), Budget: 80}
				want := study(t, sp, view, c)
				c.Store, c.Budget = new(search.Memory), 40
				study(t, sp, view, c)
				c.Budget = 80
				if diff := cmp.Diff(want.Trials, study(t, sp, view, c).Trials, sameTrials); diff != "" {
					t.Errorf("extended from 40 to 80 queries, it differs from 80 at once:\n%s", diff)
				}
			})
		}
	}
}

// Every strategy has one history, whatever part of it is known, in whatever order, and at whatever budgets it stopped.
func TestHistoryIsAFunctionOfTheConfigurationAlone(t *testing.T) {
	const budget = 24
	rapid.Check(t, func(t *rapid.T) {
		strategy := rapid.SampledFrom(strategies.All().Names()).Draw(t, "strategy")
		l := searchtest.Landscape{Count: 1}
		if strategies.All()[strategy].Multi {
			l.Count = rapid.IntRange(1, 4).Draw(t, "metrics")
		}
		if rapid.Bool().Draw(t, "fails") {
			l.Fails = searchtest.FailSome
		}
		c := search.Config{
			Space: searchtest.NewGrid(4, 4), Evaluator: l, Registry: strategies.All(),
			Strategy: strategy,
			Seed:     rapid.Uint64().Draw(t, "seed"), Window: rapid.IntRange(1, 8).Draw(t, "window"),
			CountDuplicates: rapid.Bool().Draw(t, "count duplicates"),
		}
		run := func(budget int, known []search.Trial) []search.Trial {
			store := new(search.Memory)
			for _, trial := range known {
				if err := store.Append(trial); err != nil {
					t.Fatal(err)
				}
			}
			c.Store, c.Budget = store, budget
			s, err := search.New(c)
			if err != nil {
				t.Fatal(err)
			}
			r, err := s.Run(t.Context(), rapid.IntRange(1, 4).Draw(t, "workers"))
			if err != nil {
				t.Fatal(err)
			}
			return r.Trials
		}
		want := run(budget, nil)
		var known []search.Trial
		for _, smaller := range rapid.SliceOfN(rapid.IntRange(1, budget), 0, 3).Draw(t, "budgets") {
			all := run(smaller, known)
			known = rapid.Permutation(all).Draw(t, "order")[:rapid.IntRange(0, len(all)).Draw(t, "left")]
		}
		if diff := cmp.Diff(want, run(budget, known), sameTrials); diff != "" {
			t.Fatalf("it differs:\n%s", diff)
		}
	})
}
