package strategies

import (
	"math"
	"testing"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/searchtest"
	"github.com/nassearch/nassearch/space"
)

// unlisted is a grid that cannot be listed; bare offers nothing at all.
type (
	unlisted struct {
		space.Space
		space.Encoder
		space.Canonicalizer
	}
	bare struct{ space.Space }
)

func TestBayesianWithoutAListOfClasses(t *testing.T) {
	g := searchtest.NewGrid(6, 6)
	l := searchtest.Landscape{Count: 1}
	mean := map[string]float64{}
	for _, name := range []string{"bo", "random"} {
		for seed := range uint64(5) {
			mean[name] += best(t, search.Config{
				Space: unlisted{g, g, g}, Evaluator: l, Strategy: name, Seed: seed, Budget: 40,
			}) / 5
		}
	}
	if !(mean["bo"] > mean["random"]+0.1) {
		t.Errorf("bo finds %v on average, random search %v", mean["bo"], mean["random"])
	}
}

func TestStrategiesSayWhatTheyMissInASpace(t *testing.T) {
	l := searchtest.Landscape{Count: 1}
	for _, c := range []struct {
		strategy string
		options  map[string]string
	}{
		{"bo", nil}, {"local", nil}, {"evolution", map[string]string{"rate": "0.5"}}, {"random", map[string]string{"over": "classes"}},
	} {
		_, err := search.New(search.Config{
			Space: bare{searchtest.NewGrid(3, 3)}, Evaluator: l, Registry: All(), Strategy: c.strategy, Options: c.options, Budget: 1,
		})
		if err == nil {
			t.Errorf("%s %v takes a space that offers nothing", c.strategy, c.options)
		}
	}
}

func TestTargetsAreStandardisedAndClipped(t *testing.T) {
	m := &surrogate{clip: 3, y: []float64{1, 2, 3, 4, 5, -1000}}
	y := m.targets() // median 2.5, median deviation 1.5: the last one counts as -2
	want := []float64{1, 2, 3, 4, 5, -2}
	mean, sd := 0.0, 0.0
	for _, v := range want {
		mean += v / 6
	}
	for _, v := range want {
		sd += (v - mean) * (v - mean) / 6
	}
	for i, v := range want {
		if w := (v - mean) / math.Sqrt(sd); math.Abs(y[i]-w) > 1e-12 {
			t.Errorf("target %d is %v, want %v", i, y[i], w)
		}
	}
	for _, v := range (&surrogate{y: []float64{2, 2, 2}}).targets() {
		if v != 0 {
			t.Errorf("equal values become %v, want 0", v)
		}
	}
}

// A metric that is minimised is searched downwards.
func TestStrategiesGoTheRightWay(t *testing.T) {
	g := searchtest.NewGrid(6, 6)
	l := searchtest.Landscape{Count: 1}
	for _, name := range []string{"bo", "evolution", "local"} {
		found := map[objective.Direction]float64{}
		for _, goal := range []objective.Direction{objective.Maximize, objective.Minimize} {
			l.As = []objective.Metric{{Name: "height", Goal: goal}}
			found[goal] = best(t, search.Config{Space: g, Evaluator: l, Strategy: name, Seed: 1, Budget: 60})
		}
		if !(found[objective.Maximize] > 3 && found[objective.Minimize] < -1.5) {
			t.Errorf("%s finds %v upwards and %v downwards", name, found[objective.Maximize], found[objective.Minimize])
		}
	}
}

// best returns the best value that a study with one of our strategies finds.
func best(t *testing.T, c search.Config) float64 {
	t.Helper()
	c.Registry = All()
	s, err := search.New(c)
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Run(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	found, _, _ := r.Best()
	return found.Values[0]
}
