package strategies

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/searchtest"
	"github.com/nassearch/nassearch/space"
)

func testBatches(initial, size int) *batches {
	return &batches{problem: problem(), initial: initial, size: size, known: map[space.Arch]bool{}}
}

// A model is learnt once a batch, from the trials before it, and what it ranks is proposed in order, past what is pending.
func TestBatchesProposeInTheOrderOfTheModel(t *testing.T) {
	b := testBatches(2, 2)
	var learnt [][]observed
	rank := func(_ context.Context, _ *rand.Rand, trials []observed) ([]space.Arch, error) {
		learnt = append(learnt, trials)
		return []space.Arch{"0,0,0", "1,1,1", "2,2,2", "3,3,3"}, nil
	}
	ask := func(pending ...search.Proposal) space.Arch {
		p, err := b.next(t.Context(), rand.New(rand.NewPCG(1, 1)), pending, rank)
		if err != nil {
			t.Fatal(err)
		}
		return p.Arch
	}
	b.Tell(told(0, "4,4,4", 1))
	if ask(); len(learnt) != 0 {
		t.Error("a model has learnt from one of two initial proposals")
	}
	b.Tell(failed(1, "4,4,3"))
	b.Tell(failed(1, "4,3,4")) // of the same class
	got := []space.Arch{ask(), ask(search.Proposal{Arch: "0,0,0"})}
	b.Tell(told(2, "0,0,0", 2))
	got = append(got, ask())
	if want := []space.Arch{"0,0,0", "1,1,1", "1,1,1"}; !slices.Equal(got, want) || len(learnt) != 1 || len(learnt[0]) != 1 {
		t.Errorf("proposes %v, want %v; the models have learnt from %v", got, want, learnt)
	}
	b.Tell(told(3, "1,1,1", 3))
	if ask(); len(learnt) != 2 || len(learnt[1]) != 3 {
		t.Errorf("in the second batch the models have learnt from %v", learnt)
	}
}

// Mutants are of classes that nobody knew when the model was learnt, and each class comes once.
func TestMutantsAreNew(t *testing.T) {
	b := testBatches(1, 1)
	b.before = map[space.Arch]bool{"0,0,1": true}
	s := b.problem.Space
	all := b.mutants(rand.New(rand.NewPCG(1, 1)), []space.Arch{"0,0,0", "4,4,4"}, 200, 5, s.Mutate)
	classes := map[space.Arch]bool{}
	for _, a := range all {
		c := b.problem.Class(a)
		if classes[c] || c == "0,0,1" {
			t.Errorf("mutants %v: %s should not be there", all, a)
		}
		classes[c] = true
	}
	for _, want := range []space.Arch{"0,0,2", "0,0,4", "3,4,4"} {
		if !classes[want] {
			t.Errorf("mutants %v: %s is missing", all, want)
		}
	}
}

// What a space lacks is named where a strategy cannot do without, and several objectives are refused by name.
func TestStrategiesRefuseByName(t *testing.T) {
	one := []objective.Metric{{Name: "height"}}
	for name, lacks := range map[string]string{
		"tpe": "parameters", "reinforce": "parameters", "bananas": "nothing to learn from", "npenas": "nothing to learn from",
		"forest": "nothing to learn from",
	} {
		_, _, err := All().New(name, search.Problem{Space: bare{searchtest.NewGrid(3, 3)}, Metrics: one}, nil)
		if err == nil || !strings.Contains(err.Error(), lacks) || !strings.Contains(err.Error(), "grid 3x3") {
			t.Errorf("%s in a bare space: %v", name, err)
		}
		_, _, err = All().New(name, search.Problem{Space: searchtest.NewGrid(3, 3), Metrics: append(one, one...)}, nil)
		var several *search.MetricsError
		if !errors.As(err, &several) || several.Strategy != name {
			t.Errorf("%s for two objectives: %v", name, err)
		}
	}
}

// encoded can be encoded, but neither listed nor mutated part by part.
type encoded struct {
	space.Space
	space.Encoder
}

// Without a list and without classes strategies go by draws and mutants.
func TestModelsSearchSpacesWithoutAList(t *testing.T) {
	g := searchtest.NewGrid(4, 4)
	for _, name := range []string{"bananas", "npenas", "forest"} {
		study, err := search.New(search.Config{
			Space: encoded{g, g}, Evaluator: searchtest.Landscape{Count: 1}, Registry: All(), Strategy: name, Budget: 40, Window: 3,
		})
		if err != nil {
			t.Fatal(err)
		}
		if r, err := study.Run(t.Context(), 1); err != nil || r.Queries != 40 {
			t.Errorf("%s: %d queries, %v", name, r.Queries, err)
		}
	}
}

// Values of any size, equal or far apart, leave every model in one piece.
func TestModelsTakeValuesOfAnySize(t *testing.T) {
	for name, value := range map[string]func(i int) float64{
		"equal":     func(int) float64 { return 7 },
		"zero":      func(int) float64 { return 0 },
		"huge":      func(i int) float64 { return 1e308 * float64(i%3-1) },
		"tiny":      func(i int) float64 { return 5e-324 * float64(i%4) },
		"far apart": func(i int) float64 { return []float64{1e-300, -1e300, 1}[i%3] },
	} {
		for _, strategy := range []string{"tpe", "reinforce", "bananas", "npenas", "forest"} {
			p := problem()
			s, _, err := All().New(strategy, p, nil)
			if err != nil {
				t.Fatal(err)
			}
			e := p.Space.(space.Enumerator)
			for i := range 21 {
				s.Tell(told(i, e.Class(i), value(i)))
			}
			got, err := s.Ask(t.Context(), rand.New(rand.NewPCG(1, 1)), nil)
			if err != nil || p.Space.Validate(got.Arch) != nil {
				t.Errorf("%s, values %s: proposes %v, %v", strategy, name, got, err)
			}
		}
	}
}
