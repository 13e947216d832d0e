package strategies

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/searchtest"
	"github.com/nassearch/nassearch/space"
	"pgregory.net/rapid"
)

// epochs are the fidelities of trainings of so many epochs.
func epochs(n int) []float64 {
	all := make([]float64, n)
	for i := range all {
		all[i] = float64(i+1) / float64(n)
	}
	return all
}

func options(t testing.TB, strategy string, p search.Problem, given map[string]string) search.Options {
	t.Helper()
	_, o, err := All().New(strategy, p, given)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestRungsAreTheFidelitiesNearestToPowersOfEta(t *testing.T) {
	for _, c := range []struct {
		has   []float64
		given map[string]string
		want  []rung
	}{
		{nil, nil, []rung{{1, 0}}},
		{[]float64{1}, nil, []rung{{1, 0}}},
		{[]float64{.125, 1. / 3, 1}, nil, []rung{{.125, 2}, {1. / 3, 1}, {1, 0}}},
		{[]float64{.125, 1. / 3, 1}, map[string]string{"min_fidelity": "0.2"}, []rung{{1. / 3, 1}, {1, 0}}},
		{[]float64{.125, 1. / 3, 1}, map[string]string{"min_fidelity": "0.33333333333"}, []rung{{1. / 3, 1}, {1, 0}}},
		{[]float64{.125, 1. / 3, 1}, map[string]string{"min_fidelity": "1"}, []rung{{1, 0}}},
		{[]float64{.125, 1}, nil, []rung{{.125, 2}, {1, 0}}},
		{[]float64{.9, 1}, nil, []rung{{1, 0}}},
		{epochs(24), nil, []rung{{1. / 24, 3}, {3. / 24, 2}, {8. / 24, 1}, {1, 0}}},
		{epochs(16), map[string]string{"eta": "4"}, []rung{{1. / 16, 2}, {4. / 16, 1}, {1, 0}}},
	} {
		p := problem()
		p.Fidelities = c.has
		if diff := cmp.Diff(c.want, rungs(p, options(t, "asha", p, c.given)), cmp.AllowUnexported(rung{})); diff != "" {
			t.Errorf("of %v with %v: %s", c.has, c.given, diff)
		}
	}
}

// The brackets of Li et al., JMLR 2018, table 1.
func TestHyperbandHasTheBracketsOfThePaper(t *testing.T) {
	p := problem()
	p.Fidelities = []float64{1. / 81, 1. / 27, 1. / 9, 1. / 3, 1}
	plan := hyperbands(p, options(t, "hyperband", p, nil))
	var got [][]int
	for i, stages := range plan {
		var sizes []int
		for k, s := range stages {
			sizes = append(sizes, s.size)
			if s.fidelity != p.Fidelities[i+k] {
				t.Errorf("bracket %d trains to %v in step %d", i, s.fidelity, k)
			}
		}
		got = append(got, sizes)
	}
	want := [][]int{{81, 27, 9, 3, 1}, {34, 11, 3, 1}, {15, 5, 1}, {8, 2}, {5}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// heights answers requests by the architecture alone.
func heights(a space.Arch) (sum float64) {
	for i, c := range a {
		sum += float64(c-'0') * math.Pow(.9, float64(i))
	}
	return sum
}

// study runs a strategy by hand, so many at once: whichever the draw says is told first.
func study(
	t *rapid.T, s search.Strategy, p search.Problem, n, window int, fails func(search.Proposal) bool,
) (all []search.Trial) {
	var pending []search.Proposal
	for id := 0; len(all) < n; {
		for len(pending) < window {
			q, err := s.Ask(context.Background(), rand.New(rand.NewPCG(1, uint64(id))), slices.Clone(pending))
			if err != nil {
				t.Fatal(err)
			}
			q.ID = id
			id++
			pending = append(pending, q)
		}
		at := rapid.IntRange(0, len(pending)-1).Draw(t, "told")
		q := pending[at]
		pending = slices.Delete(pending, at, at+1)
		trial := search.Trial{ID: q.ID, Arch: q.Arch, Fidelity: q.Fidelity, Of: -1}
		if fails(q) {
			trial.Failure = "made to fail"
		} else {
			for range p.Metrics {
				trial.Values = append(trial.Values, heights(p.Class(q.Arch)))
			}
		}
		s.Tell(trial)
		all = append(all, trial)
	}
	return all
}

// Whatever is told first, a training is longer than the shortest only of what was shorter before and succeeded, and no
// request is made twice as long as there are others.
func TestLongerTrainingsFollowShorterOnes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := search.Problem{
			Space:      searchtest.NewGrid(6, 6),
			Metrics:    make([]objective.Metric, rapid.IntRange(1, 2).Draw(t, "metrics")),
			Fidelities: rapid.SampledFrom([][]float64{{1}, {.125, 1. / 3, 1}, epochs(24)}).Draw(t, "fidelities"),
		}
		name := rapid.SampledFrom([]string{"successive_halving", "asha"}).Draw(t, "strategy")
		s, o, err := All().New(name, p, nil)
		if err != nil {
			t.Fatal(err)
		}
		steps := rungs(p, o)
		fails := func(search.Proposal) bool { return false }
		if rapid.Bool().Draw(t, "failures") {
			fails = func(q search.Proposal) bool { return len(q.Arch)%2 == 1 && q.Arch[0] == '0' }
		}
		trials := study(t, s, p, 60, rapid.IntRange(1, 12).Draw(t, "window"), fails)
		slices.SortFunc(trials, func(a, b search.Trial) int { return a.ID - b.ID })
		known := map[request]bool{}
		for _, trial := range trials {
			class := p.Class(trial.Arch)
			if known[request{class, trial.Fidelity}] {
				t.Fatalf("%s is asked for at fidelity %v twice", class, trial.Fidelity)
			}
			known[request{class, trial.Fidelity}] = true
			k := slices.IndexFunc(steps, func(s rung) bool { return s.fidelity == trial.Fidelity })
			if k < 0 || k > 0 && !known[request{class, steps[k-1].fidelity}] {
				t.Fatalf("%s is asked for at fidelity %v first", class, trial.Fidelity)
			}
		}
		if again := counts(trials); again[1] > again[steps[0].fidelity] {
			t.Fatalf("more full trainings than short ones: %v", again)
		}
	})
}

func counts(trials []search.Trial) map[float64]int {
	of := map[float64]int{}
	for _, t := range trials {
		of[t.Fidelity]++
	}
	return of
}

// A bracket's sizes are kept whatever is told first.
func TestBracketsKeepTheirSizes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := search.Problem{
			Space: searchtest.NewGrid(6, 6), Metrics: make([]objective.Metric, 1), Fidelities: []float64{1. / 9, 1. / 3, 1},
		}
		name := rapid.SampledFrom([]string{"successive_halving", "hyperband", "bohb"}).Draw(t, "strategy")
		s, _, err := All().New(name, p, nil)
		if err != nil {
			t.Fatal(err)
		}
		n := map[string]int{"successive_halving": 13, "hyperband": 22}[name] // of all brackets once
		if name == "bohb" {
			n = 22
		}
		window := rapid.IntRange(1, 9).Draw(t, "window")
		trials := study(t, s, p, 3*n, window, func(search.Proposal) bool { return false })
		got := counts(trials)
		want := map[float64]int{1. / 9: 9, 1. / 3: 3, 1: 1}
		if n == 22 {
			want = map[float64]int{1. / 9: 9, 1. / 3: 3 + 5, 1: 1 + 1 + 3}
		}
		for f, each := range want {
			if off := got[f] - 3*each; off > 2*n || off < -2*n {
				t.Fatalf("%d trainings of fidelity %v in 3 rounds of %d", got[f], f, each)
			}
		}
		if window == 1 {
			for f, each := range want {
				if got[f] != 3*each {
					t.Fatalf("one at a time: %d trainings of fidelity %v, want 3 times %d", got[f], f, each)
				}
			}
		}
	})
}

func TestHalvingPromotesTheBest(t *testing.T) {
	p := search.Problem{
		Space: searchtest.NewGrid(3, 5), Metrics: []objective.Metric{{Name: "height"}}, Fidelities: []float64{1. / 3, 1},
	}
	for _, name := range []string{"successive_halving", "asha"} {
		s, _, err := All().New(name, p, nil)
		if err != nil {
			t.Fatal(err)
		}
		for id, value := range []float64{1, 3, 2} {
			trial := told(id, space.Arch(fmt.Sprintf("0,0,%d", id)), value)
			trial.Fidelity = 1. / 3
			s.Tell(trial)
		}
		got, err := s.Ask(context.Background(), rand.New(rand.NewPCG(1, 1)), nil)
		if want := (search.Proposal{Arch: "0,0,1", Fidelity: 1}); err != nil || got != want {
			t.Errorf("%s: proposes %+v, %v: want %+v", name, got, err, want)
		}
		got.ID = 3
		next, err := s.Ask(context.Background(), rand.New(rand.NewPCG(1, 1)), []search.Proposal{got})
		if err != nil || next.Fidelity != 1./3 {
			t.Errorf("%s: while that is under way it proposes %+v, %v", name, next, err)
		}
	}
}

// Of several metrics those that nothing dominates go on, the ends of the front first.
func TestASHAPromotesFronts(t *testing.T) {
	p := search.Problem{
		Space: searchtest.NewGrid(3, 6), Metrics: make([]objective.Metric, 2), Fidelities: []float64{1. / 3, 1},
	}
	s, _, err := All().New("asha", p, nil)
	if err != nil {
		t.Fatal(err)
	}
	front := map[space.Arch]bool{}
	for id, v := range [][]float64{{0, 4}, {1, 1}, {4, 0}, {3, 3}, {2, 2}, {0, 0}, {1, 0}, {0, 1}, {1, .5}} {
		trial := told(id, space.Arch(fmt.Sprintf("0,%d,%d", id%3, 3+id/3)), 0)
		trial.Fidelity, trial.Values = 1./3, v
		front[p.Class(trial.Arch)] = id == 0 || id == 2 || id == 3
		s.Tell(trial)
	}
	var pending []search.Proposal
	for range 3 {
		got, err := s.Ask(context.Background(), rand.New(rand.NewPCG(1, 1)), pending)
		if err != nil || got.Fidelity != 1 || !front[p.Class(got.Arch)] {
			t.Fatalf("proposes %+v, %v", got, err)
		}
		front[p.Class(got.Arch)] = false
		pending = append(pending, got)
	}
}

// A space that is known at the lowest fidelity is trained in full at last.
func TestSmallSpacesAreTrainedInFullAtLast(t *testing.T) {
	for _, name := range []string{"successive_halving", "hyperband", "asha", "bohb"} {
		s, err := search.New(search.Config{
			Space:     searchtest.NewGrid(2, 3),
			Evaluator: searchtest.Landscape{Count: 1, Shares: []float64{1. / 9, 1. / 3, 1}},
			Registry:  All(), Strategy: name, Seed: 1, Budget: 100, MaxDuplicates: 1000,
		})
		if err != nil {
			t.Fatal(err)
		}
		r, err := s.Run(t.Context(), 1)
		if at := counts(r.Trials); err != nil || r.Stop != search.SpaceExhausted || at[1] != 6 {
			t.Errorf("%s: trainings %v, then %s, %v", name, at, r.Stop, err)
		}
	}
}

// At the same cost short trainings find better ones than full trainings of random architectures do, where a short
// training tells much of a full one.
func TestShortTrainingsPay(t *testing.T) {
	mean := map[string]float64{}
	const runs, hours = 10, 40 * 1500 * time.Millisecond // of 40 full trainings
	for _, name := range []string{"random", "successive_halving", "hyperband", "asha", "bohb"} {
		for seed := range uint64(runs) {
			s, err := search.New(search.Config{
				Space:     searchtest.NewGrid(6, 8),
				Evaluator: searchtest.Landscape{Count: 1, Shares: []float64{1. / 9, 1. / 3, 1}},
				Registry:  All(), Strategy: name, Seed: seed, Budget: 10_000, TimeBudget: hours,
			})
			if err != nil {
				t.Fatal(err)
			}
			r, err := s.Run(t.Context(), 1)
			if err != nil {
				t.Fatal(err)
			}
			best, _, ok := r.Best()
			if !ok {
				t.Fatalf("%s, seed %d: nothing of the full training", name, seed)
			}
			mean[name] += best.Values[0] / runs
		}
	}
	t.Log(mean)
	for name, value := range mean {
		if name != "random" && !(value > mean["random"]) {
			t.Errorf("%s finds %.4f, random %.4f", name, value, mean["random"])
		}
	}
}
