package gp

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/nassearch/nassearch/internal/sharedtest"
	"github.com/nassearch/nassearch/objective"
	"pgregory.net/rapid"
)

func TestFixtureEHVI(t *testing.T) {
	for _, file := range sharedtest.Cases(t, "gp", "ehvi*.json") {
		var fixture struct {
			Cases []struct {
				Points      [][]float64
				Reference   [2]float64
				Hypervolume float64
				Rows        []struct {
					Kind     string
					Mean, SD [2]float64
					EHVI     float64
					Log      float64 `json:"log_ehvi"`
					AtMean   float64 `json:"hvi_at_mean"`
				}
			}
		}
		sharedtest.ReadJSON(t, file, &fixture)
		if len(fixture.Cases) == 0 {
			t.Errorf("%s: no cases", file)
		}
		for i, c := range fixture.Cases {
			f := NewFrontier(c.Points, c.Reference)
			if volume := area(f, c.Reference); !(math.Abs(volume-c.Hypervolume) <= 1e-12*(1+c.Hypervolume)) {
				t.Errorf("case %d: hypervolume %v, want %v", i, volume, c.Hypervolume)
			}
			for k, r := range c.Rows {
				got := f.LogEHVI(Normal{r.Mean[0], r.SD[0]}, Normal{r.Mean[1], r.SD[1]})
				if !(math.Abs(got-r.Log) <= max(1e-9, 1e-13*math.Abs(r.Log))) {
					t.Errorf("case %d, row %d (%s): log EHVI %v, want %v", i, k, r.Kind, got, r.Log)
				}
				if r.EHVI > 1e-300 && !(math.Abs(math.Exp(got)/r.EHVI-1) <= 1e-9) {
					t.Errorf("case %d, row %d (%s): EHVI %v, want %v", i, k, r.Kind, math.Exp(got), r.EHVI)
				}
				certain := math.Exp(f.LogEHVI(Normal{Mean: r.Mean[0]}, Normal{Mean: r.Mean[1]}))
				if !(math.Abs(certain-r.AtMean) <= 1e-12*(1+c.Hypervolume+r.AtMean)) {
					t.Errorf("case %d, row %d: improvement by the mean %v, want %v", i, k, certain, r.AtMean)
				}
			}
		}
	}
}

// area is what a frontier dominates of the plane up to the reference.
func area(f Frontier, reference [2]float64) float64 {
	sum := 0.0
	for i, x := range f.ends[:len(f.ends)-1] {
		sum += (f.ends[i+1] - x) * (reference[1] - f.heights[i+1])
	}
	return sum
}

// normal draws a distribution that is near the unit square, or far from it, wide, narrow, or certain.
func normal(t *rapid.T, name string) Normal {
	return Normal{
		rapid.Float64Range(-1, 2).Draw(t, name+" mean"),
		rapid.SampledFrom([]float64{0, 1e-12, 1e-4, .01, .1, .3, 1, 10}).Draw(t, name+" sd"),
	}
}

// points draws some in the unit square and around it; most of them are on a grid, so that coordinates are the same.
func points(t *rapid.T, dims int) [][]float64 {
	x := rapid.OneOf(
		rapid.Map(rapid.IntRange(-1, 5), func(i int) float64 { return float64(i) / 4 }),
		rapid.Float64Range(-.2, 1.2),
	)
	return rapid.SliceOfN(rapid.SliceOfN(x, dims, dims), 0, 12).Draw(t, "points")
}

// Of a certain point the expectation is its improvement, which the hypervolumes say.
func TestCertainPointsImproveByTheirHypervolume(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all, p := points(t, 2), rapid.SliceOfN(rapid.Float64Range(-.5, 1.5), 2, 2).Draw(t, "point")
		reference := []float64{1, 1}
		before, err := objective.Hypervolume(t.Context(), all, reference)
		if err != nil {
			t.Fatal(err)
		}
		after, err := objective.Hypervolume(t.Context(), append(all, p), reference)
		if err != nil {
			t.Fatal(err)
		}
		got := math.Exp(NewFrontier(all, [2]float64(reference)).LogEHVI(Normal{Mean: p[0]}, Normal{Mean: p[1]}))
		if math.Abs(got-(after-before)) > 1e-12 {
			t.Fatalf("improvement %v, hypervolumes say %v", got, after-before)
		}
	})
}

// The improvement is convex in each coordinate, so whoever is less sure of one expects no less: on that the search for
// the best of a pool rests.
func TestEHVIGrowsWithEachDeviation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := NewFrontier(points(t, 2), [2]float64{1, 1})
		a, b := normal(t, "a"), normal(t, "b")
		wider := a
		wider.SD = max(2*a.SD, rapid.Float64Range(0, 2).Draw(t, "wider"))
		low := f.LogEHVI(a, b)
		if high := f.LogEHVI(wider, b); !(high >= low-1e-9*(1+math.Abs(low))) && !math.IsInf(low, -1) {
			t.Fatalf("%v with %v, %v with %v", low, a, high, wider)
		}
	})
}

// Both sums, that of numbers and that of logarithms, are the same, and which objective is the first does not matter.
func TestEHVIIsTheSameFromBothSides(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := points(t, 2)
		turned := make([][]float64, len(all))
		for i, p := range all {
			turned[i] = []float64{p[1], p[0]}
		}
		a, b := normal(t, "a"), normal(t, "b")
		one := NewFrontier(all, [2]float64{1, 1}).LogEHVI(a, b)
		other := NewFrontier(turned, [2]float64{1, 1}).LogEHVI(b, a)
		if one != other && !(math.Abs(one-other) <= 1e-9*(1+math.Abs(one))) {
			t.Fatalf("%v and %v", one, other)
		}
	})
}

// Two of the points are so near to each other that the strip between them is integrated, others count nothing.
func TestEHVIIsTheMeanOverDraws(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	all := [][]float64{{.2, .8}, {.5, .5}, {.500001, .499999}, {.9, .1}, {.6, .9}, {.2, .8}}
	f := NewFrontier(all, [2]float64{1, 1})
	a, b := Normal{.45, .2}, Normal{.4, .15}
	const draws = 200_000
	sum, squares := 0.0, 0.0
	for range draws {
		v := math.Exp(f.LogEHVI(Normal{Mean: a.Mean + a.SD*r.NormFloat64()}, Normal{Mean: b.Mean + b.SD*r.NormFloat64()}))
		sum, squares = sum+v, squares+v*v
	}
	mean := sum / draws
	se := math.Sqrt((squares/draws - mean*mean) / draws)
	if got := math.Exp(f.LogEHVI(a, b)); math.Abs(got-mean) > 4*se {
		t.Errorf("EHVI %v, draws say %v ± %v", got, mean, se)
	}
}

func TestCeilingIsAboveEHVI(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := NewFrontier(points(t, 2), [2]float64{1, 1})
		a, b := normal(t, "a"), normal(t, "b")
		exact, ceiling := f.LogEHVI(a, b), f.LogCeiling(a, b)
		if ceiling < exact {
			t.Fatalf("ceiling %v of %v", ceiling, exact)
		}
	})
}

// How much the ceiling is above decides about time alone.
func TestCeilingIsNear(t *testing.T) {
	f := NewFrontier([][]float64{{.2, .8}, {.5, .5}, {.9, .1}}, [2]float64{1, 1})
	for _, n := range []Normal{{.5, .3}, {.8, .2}, {1, .1}, {-.5, .4}} {
		exact, ceiling := f.LogEHVI(n, Normal{.6, .2}), f.LogCeiling(n, Normal{.6, .2})
		if !(ceiling-exact < 2e-3) {
			t.Errorf("%v: ceiling %v of %v", n, ceiling, exact)
		}
	}
}

func BenchmarkFrontier(b *testing.B) {
	var all [][]float64
	for i := range 10 {
		all = append(all, []float64{float64(i) / 10, 1 - float64(i+1)/11})
	}
	f, n := NewFrontier(all, [2]float64{1, 1}), Normal{.5, .1}
	for name, of := range map[string]func(a, b Normal) float64{"exact": f.LogEHVI, "ceiling": f.LogCeiling} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				of(n, n)
			}
		})
	}
}
