package strategies

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/searchtest"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/strategies/gp"
)

func TestScoresAreRanksInSteps(t *testing.T) {
	got := ranked([]float64{5, math.NaN(), -1, 5, 100, 7})
	want := []float64{1.5 * scoreWidth / 4, scoreWidth / 2., 0, 1.5 * scoreWidth / 4, scoreWidth, 3 * scoreWidth / 4.}
	for i, w := range want {
		if math.Abs(got[i]-w) > scoreWidth/(2.*scoreSteps) {
			t.Errorf("rank %d is %v, want %v", i, got[i], w)
		}
	}
	if got[0] != got[3] {
		t.Errorf("equal values have ranks %v and %v", got[0], got[3])
	}
	if v := sized([]float64{math.NaN(), math.NaN()}); !slices.Equal(v, []float64{0, 0}) {
		t.Errorf("a prior of which nothing is known: %v", v)
	}
}

// A study with scores, some of them unknown, has one history for any number of workers and when it is continued; the
// landscape itself as a prior finds the best sooner than nothing does.
func TestBayesianLearnsFromScores(t *testing.T) {
	grid, l := searchtest.NewGrid(6, 6), searchtest.Landscape{Count: 1}
	of := func(a space.Arch) (float64, bool) {
		class, err := grid.ClassOf(a)
		if err != nil || class%5 == 4 {
			return 0, false
		}
		return grid.Encode(a)[0], true
	}
	config := search.Config{
		Space: grid, Evaluator: l, Registry: All(), Strategy: "bo", Budget: 30, Window: 3,
		Scores: []search.Score{{Name: "first", Source: "grid", Of: of}, {Name: "guess", Source: "grid", Prior: true, Of: of}},
	}
	run := func(c search.Config, workers int) search.Result {
		s, err := search.New(c)
		if err != nil {
			t.Fatal(err)
		}
		r, err := s.Run(t.Context(), workers)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	want := run(config, 1)
	if len(want.Study.Scores) != 2 {
		t.Errorf("the study tells of the scores %v", want.Study.Scores)
	}
	same := cmp.Options{cmpopts.IgnoreFields(search.Trial{}, "Wall"), cmpopts.EquateEmpty()}
	if diff := cmp.Diff(want.Trials, run(config, 3).Trials, same); diff != "" {
		t.Errorf("three workers:\n%s", diff)
	}
	config.Store, config.Budget = new(search.Memory), 15
	run(config, 1)
	config.Budget = 30
	if diff := cmp.Diff(want.Trials, run(config, 1).Trials, same); diff != "" {
		t.Errorf("continued:\n%s", diff)
	}
}

func TestScoresAreRefusedByStrategiesWithoutAUseForThem(t *testing.T) {
	scores := []search.Score{{Name: "a", Of: func(space.Arch) (float64, bool) { return 1, true }}}
	grid := searchtest.NewGrid(3, 3)
	for _, c := range []struct {
		strategy string
		space    space.Space
	}{{"random", grid}, {"bo", unlisted{grid, grid, grid}}} {
		_, err := search.New(search.Config{
			Space: c.space, Evaluator: searchtest.Landscape{Count: 1}, Registry: All(), Strategy: c.strategy, Budget: 1,
			Scores: scores,
		})
		if err == nil {
			t.Errorf("%s takes scores", c.strategy)
		}
	}
}

// A score has one weight, and cells are compared in every view, by themselves or, with scores, together.
func TestBayesianComparesEveryView(t *testing.T) {
	sp, err := nasbench201.New(nasbench201.Benchmark(10, 32))
	if err != nil {
		t.Fatal(err)
	}
	terms := 0
	for _, v := range sp.Views() {
		terms += len(v.Terms)
	}
	score := search.Score{Name: "one", Of: func(space.Arch) (float64, bool) { return 1, true }}
	for _, c := range []struct {
		scores            []search.Score
		components, terms int
	}{{nil, len(sp.Views()), terms}, {[]search.Score{score}, 1, terms + 1}} {
		m, err := newSurrogate(search.Problem{Space: sp, Scores: c.scores}, 3)
		if err != nil {
			t.Fatal(err)
		}
		// Amplitudes, weights and the noise are learnt.
		if got, want := m.kernel.Size(), c.components+c.terms+1; len(m.kernel) != c.components || got != want {
			t.Errorf("%d scores: %d components and %d hyper-parameters, want %d and %d",
				len(c.scores), len(m.kernel), got, c.components, want)
		}
		for _, component := range m.kernel {
			if component.Shape != gp.Matern32 {
				t.Errorf("%d scores: shape %v", len(c.scores), component.Shape)
			}
		}
	}
}
