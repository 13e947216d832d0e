package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestDescribe(t *testing.T) {
	got, err := Describe([]float64{4, 1, 3, 2, 10})
	want := Description{N: 5, Mean: 4, InterquartileMean: (.75*2 + 3 + .75*4) / 2.5, StdDev: math.Sqrt(12.5), Min: 1, Q1: 2, Median: 3, Q3: 4, Max: 10}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	one, err := Describe([]float64{7})
	if want := (Description{N: 1, Mean: 7, InterquartileMean: 7, Min: 7, Q1: 7, Median: 7, Q3: 7, Max: 7}); err != nil || one != want {
		t.Errorf("of one value: %+v, %v", one, err)
	}
}

// numpy.quantile([1, 2, 4, 8], p).
func TestQuantileIsOfType7(t *testing.T) {
	for _, c := range []struct{ p, want float64 }{{0, 1}, {.1, 1.3}, {.25, 1.75}, {.5, 3}, {.9, 6.8}, {1, 8}} {
		if got := quantile(ascending([]float64{8, 1, 4, 2}), c.p); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("quantile %v is %v, want %v", c.p, got, c.want)
		}
	}
}

// Where n is a multiple of 4 the middle half is whole values.
func TestInterquartileMeanIsTheMeanOfTheMiddleHalf(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := 4 * rapid.IntRange(1, 10).Draw(t, "quarter")
		x := rapid.SliceOfN(rapid.Float64Range(-100, 100), n, n).Draw(t, "x")
		s := slices.Sorted(slices.Values(x))
		got := InterquartileMean(x)
		if want := Mean(s[n/4 : n-n/4]); math.Abs(got-want) > 1e-9 {
			t.Fatalf("%v, want %v", got, want)
		}
	})
}

func TestDescriptionsMoveWithTheSample(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(-100, 100), 2, 40).Draw(t, "x")
		before := slices.Clone(x)
		moved := make([]float64, len(x))
		for i, v := range x {
			moved[i] = 2*v + 3
		}
		rand.New(rand.NewPCG(1, 1)).Shuffle(len(moved), func(i, j int) { moved[i], moved[j] = moved[j], moved[i] })
		for name, f := range map[string]Statistic{"mean": Mean, "median": Median, "iqm": InterquartileMean} {
			if a, b := f(x), f(moved); math.Abs(2*a+3-b) > 1e-9 {
				t.Fatalf("%s: %v became %v", name, a, b)
			}
		}
		if !slices.Equal(x, before) {
			t.Fatal("the sample was changed")
		}
	})
}

func TestDescriptionsRefuseBadInput(t *testing.T) {
	third := func(x []float64) float64 { return quantile(ascending(x), 1./3) }
	for _, x := range [][]float64{nil, {1, math.NaN()}, {math.Inf(-1), 2}} {
		if got, err := Describe(x); err == nil {
			t.Errorf("%v is described as %+v", x, got)
		}
		for name, f := range map[string]Statistic{"mean": Mean, "median": Median, "iqm": InterquartileMean, "sd": deviation, "quantile": third} {
			if got, err := (Bootstrap{}).Percentile(x, f); err == nil {
				t.Errorf("%s of %v is in %v", name, x, got)
			}
		}
	}
}

func TestRanksShareTies(t *testing.T) {
	got, groups := rank([]float64{3, math.Inf(-1), 3, 1, 3})
	if diff := cmp.Diff([]float64{4, 1, 4, 2, 4}, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int{1, 1, 3}, groups); diff != "" {
		t.Error(diff)
	}
}
