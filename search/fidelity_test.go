package search_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/searchtest"
	"pgregory.net/rapid"
)

// shares has values that look the better the shorter the training was, at an eighth, a third and the whole of it.
type shares struct{ searchtest.Landscape }

var thirds = []float64{.125, 1. / 3, 1}

func (s shares) Evaluate(ctx context.Context, q objective.Request) (objective.Outcome, error) {
	o, err := s.Landscape.Evaluate(ctx, q)
	if err != nil {
		return o, err
	}
	o.Values = slices.Clone(o.Values)
	for i := range o.Values {
		o.Values[i] += 1000 * (1 - q.Fidelity) * float64(1-2*int(s.Metrics()[i].Goal))
	}
	return o, nil
}

// mixed proposes cells at random, each at one of some fidelities.
type mixed struct {
	search.Problem
	of []float64
}

func (m mixed) Ask(_ context.Context, r *rand.Rand, _ []search.Proposal) (search.Proposal, error) {
	return search.Proposal{Arch: m.Space.Sample(r), Fidelity: m.of[r.IntN(len(m.of))]}, nil
}

func (mixed) Tell(search.Trial) {}

func mixing(of ...float64) search.Registry {
	return search.Registry{"mixed": {Multi: true, New: func(p search.Problem, _ search.Options) (search.Strategy, error) {
		return mixed{p, of}, nil
	}}}
}

// Whatever fidelities a strategy asks for, its answer, its curve and its front are of the full training alone, a journal
// gives the same, and a continued study is the uncut one.
func TestOnlyTheFullTrainingIsAnAnswer(t *testing.T) {
	dir := t.TempDir()
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		metrics := rapid.IntRange(1, 2).Draw(t, "metrics")
		of := rapid.SliceOfN(rapid.SampledFrom([]float64{0, .125, 1. / 3, .333333333333, 1}), 1, 4).Draw(t, "fidelities")
		c := search.Config{
			Space:     searchtest.NewGrid(2, 4),
			Evaluator: shares{searchtest.Landscape{Count: metrics, Fails: searchtest.FailSome, Shares: thirds}},
			Registry:  mixing(of...), Strategy: "mixed", Seed: rapid.Uint64().Draw(t, "seed"),
			Budget: rapid.IntRange(1, 30).Draw(t, "budget"), Window: rapid.IntRange(1, 3).Draw(t, "window"),
			CountDuplicates: rapid.Bool().Draw(t, "count"), MaxDuplicates: 200,
		}
		path := filepath.Join(dir, string(rune('a'+n%26))+time.Now().Format("150405.000000000")+".jsonl")
		r := kept(t, c, path, c.Budget)
		whole := func(t search.Trial) bool { return !t.Failed() && t.Fidelity == 1 }
		best, query, ok := r.Best()
		if ok != slices.ContainsFunc(r.Trials, whole) || ok && (!whole(best) || r.Trials[query-1].ID != best.ID) {
			t.Fatalf("the best is %+v, %v", best, ok)
		}
		curve := r.Curve()
		if last := curve[len(curve)-1]; ok && last != best.Values[0] || !ok && !math.IsNaN(last) {
			t.Fatalf("the curve ends at %v, the best is %v", last, best.Values)
		}
		if front := r.Front(); ok == (len(front) == 0) || slices.ContainsFunc(front, func(t search.Trial) bool { return !whole(t) }) {
			t.Fatalf("front %+v", front)
		}
		sum, queries := 0., 0
		for _, a := range r.Fidelities() {
			sum, queries = sum+a.Fidelity*float64(a.Queries), queries+a.Queries
		}
		if r.Fidelities() != nil && (queries != r.Queries || math.Abs(math.Ceil(sum-1e-6)-float64(r.Trainings())) > 0) ||
			r.Fidelities() == nil && r.Trainings() != r.Queries {
			t.Fatalf("%v of %d queries are %d trainings", r.Fidelities(), r.Queries, r.Trainings())
		}
		read, err := search.ReadJournal(path)
		if again, _, _ := read.Best(); err != nil || again.ID != best.ID {
			t.Fatalf("the journal's best is %+v, want %+v, %v", again, best, err)
		}
		cut := path + ".cut"
		kept(t, c, cut, (c.Budget+1)/2)
		if again := kept(t, c, cut, c.Budget); !slices.EqualFunc(again.Trials, r.Trials, sameTrial) {
			t.Fatalf("continued:\n%+v\nuncut:\n%+v", again.Trials, r.Trials)
		}
	})
}

func sameTrial(a, b search.Trial) bool {
	return a.ID == b.ID && a.Arch == b.Arch && a.Fidelity == b.Fidelity && a.End == b.End && slices.Equal(a.Values, b.Values)
}

// kept runs a study in a journal.
func kept(t *rapid.T, c search.Config, path string, budget int) search.Result {
	c.Budget = budget
	s, err := search.New(c)
	if err != nil {
		t.Fatal(err)
	}
	j, err := search.OpenJournal(path, "test", s.Description())
	if err != nil {
		t.Fatal(err)
	}
	s.Keep(j)
	r, err := s.Run(context.Background(), 2)
	if err = errors.Join(err, j.Close()); err != nil {
		t.Fatal(err)
	}
	return r
}

// What nobody can measure ends the study at once, with an error that says what can be, and is no failed trial.
func TestFidelityThatNobodyHasEndsTheStudy(t *testing.T) {
	for _, window := range []int{1, 4} {
		store := &search.Memory{}
		s, err := search.New(search.Config{
			Space: searchtest.NewGrid(2, 4), Evaluator: shares{searchtest.Landscape{Count: 1, Shares: thirds}}, Window: window,
			Registry: mixing(.5), Strategy: "mixed", Budget: 10, Store: store,
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Run(t.Context(), window)
		const want = "strategy mixed: fidelity 1/2 cannot be asked of landscape: want one of 1/8, 1/3, 1"
		if _, ok := errors.AsType[*objective.FidelityError](err); !ok || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
		if kept, _ := store.Load(); len(kept) > 0 {
			t.Errorf("%d trials were kept", len(kept))
		}
	}
}

// A space is exhausted when all of it is known of the full training, however much is known of shorter ones.
func TestShorterTrainingsExhaustNoSpace(t *testing.T) {
	grid := searchtest.NewGrid(1, 4)
	s, err := search.New(search.Config{
		Space: grid, Evaluator: shares{searchtest.Landscape{Count: 1, Shares: thirds}},
		Registry: mixing(.125, 1./3, 1), Strategy: "mixed", Budget: 1000, MaxDuplicates: 1000,
	})
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Run(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	whole := 0
	for _, trial := range r.Trials {
		if trial.Whole() {
			whole++
		}
	}
	if r.Stop != search.SpaceExhausted || whole != grid.Classes() {
		t.Errorf("%s with %d of %d classes known", r.Stop, whole, grid.Classes())
	}
}
