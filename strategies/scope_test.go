package strategies_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/searchtest"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/strategies"
	"pgregory.net/rapid"
)

// Whatever bounds there are, every strategy in every window proposes only what is within them, ends when nothing is
// left, and has one history for any number of workers.
func TestStrategiesStayWithinBounds(t *testing.T) {
	whole := searchtest.NewGrid(4, 4)
	sum := func(a space.Arch) (n float64) {
		for _, v := range whole.Encode(a) {
			n += v
		}
		return n
	}
	rapid.Check(t, func(t *rapid.T) {
		c := objective.Constraint{
			Metric:   "sum",
			Relation: rapid.SampledFrom([]objective.Relation{"<", "<=", ">", ">=", "=", "!="}).Draw(t, "relation"),
			Bound:    float64(rapid.IntRange(0, 12).Draw(t, "bound")),
		}
		holds := func(a space.Arch) bool { return c.Holds(sum(a)) }
		part, err := space.Restrict(whole, holds)
		if err != nil {
			t.Skip("nothing is left")
		}
		l := searchtest.Landscape{Count: 1}
		if rapid.Bool().Draw(t, "fails") {
			l.Fails = searchtest.FailSome
		}
		config := search.Config{
			Space: part, Scope: search.Scope{Where: []string{c.String()}}, Evaluator: l, Registry: strategies.All(),
			Strategy: rapid.SampledFrom(strategies.All().Names()).Draw(t, "strategy"),
			Seed:     rapid.Uint64().Draw(t, "seed"), Window: rapid.IntRange(1, 5).Draw(t, "window"),
			Budget: 40, MaxDuplicates: 1000,
		}
		var want search.Result
		for _, workers := range []int{1, 3} {
			study, err := search.New(config)
			if err != nil {
				t.Fatal(err)
			}
			got, err := study.Run(t.Context(), workers)
			if err != nil {
				t.Fatal(err)
			}
			if workers == 1 {
				want = got
			}
			if diff := cmp.Diff(want, got, sameTrials); diff != "" {
				t.Fatalf("%d workers come to another history:\n%s", workers, diff)
			}
		}
		for _, trial := range want.Trials {
			if !holds(trial.Arch) {
				t.Fatalf("trial %d is %s, of which %s does not hold", trial.ID, trial.Arch, c)
			}
		}
		if left := part.(space.Enumerator).Classes(); want.Queries > left {
			t.Fatalf("%d queries of %d classes", want.Queries, left)
		}
	})
}

// Where few classes are left, all are found, and the search ends.
func TestStrategiesExhaustSmallParts(t *testing.T) {
	whole := searchtest.NewGrid(5, 5)
	for _, left := range []int{1, 2, 7} {
		part, err := space.Restrict(whole, func(a space.Arch) bool {
			class, err := whole.ClassOf(a)
			return err == nil && class%17 == 3 && class/17 < left
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range strategies.All().Names() {
			t.Run(fmt.Sprintf("%s, %d classes", name, left), func(t *testing.T) {
				study, err := search.New(search.Config{
					Space: part, Evaluator: searchtest.Landscape{Count: 1}, Registry: strategies.All(), Strategy: name, Budget: 100,
					Options: map[string]map[string]string{"evolution": {"population": "3"}}[name],
				})
				if err != nil {
					t.Fatal(err)
				}
				r, err := study.Run(t.Context(), 1)
				if err != nil || r.Queries != left || r.Stop != search.SpaceExhausted {
					t.Errorf("%d queries of %d classes, then %s, %v", r.Queries, left, r.Stop, err)
				}
			})
		}
	}
}

// A class that failed is not asked for again in other words, however it may be written, unless nothing else is left.
func TestFailedClassesAreNotAskedAgain(t *testing.T) {
	grid := searchtest.NewGrid(5, 5)
	for _, name := range strategies.All().Names() {
		t.Run(name, func(t *testing.T) {
			fails := func(q objective.Request) bool {
				class, err := grid.ClassOf(q.Arch)
				return err != nil || class%10 != 0
			}
			study, err := search.New(search.Config{
				Space: grid, Evaluator: searchtest.Landscape{Count: 1, Fails: fails}, Registry: strategies.All(), Strategy: name,
				Budget: 60, Seed: 3,
			})
			if err != nil {
				t.Fatal(err)
			}
			r, err := study.Run(t.Context(), 1)
			if err != nil || r.Stop != search.BudgetSpent {
				t.Fatalf("%s, %v", r.Stop, err)
			}
			for _, trial := range r.Trials {
				if trial.Duplicate() && trial.Failed() {
					t.Errorf("trial %d, %s, failed before as trial %d", trial.ID, trial.Arch, trial.Of)
				}
			}
		})
	}
}
