package stats

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestFixtureBootstrap(t *testing.T) {
	statistics := map[string]Statistic{"mean": Mean, "median": Median, "std_ddof1": deviation}
	type expected struct {
		Low, High float64
		SDLow     float64 `json:"sd_low_at_9999"`
		SDHigh    float64 `json:"sd_high_at_9999"`
	}
	for i, c := range fixtures[struct {
		Statistic         string
		X                 []float64
		Value, Confidence float64
		Percentile, BCa   *expected
	}](t, "bootstrap*.json") {
		f, known := statistics[c.Statistic]
		if !known || c.Percentile == nil || c.BCa == nil {
			t.Fatalf("case %d: statistic %q, percentile %v, BCa %v", i, c.Statistic, c.Percentile, c.BCa)
		}
		near(t, fmt.Sprintf("case %d: %s", i, c.Statistic), f(c.X), c.Value, tolerance)
		for seed := range uint64(3) {
			b := Bootstrap{Resamples: 9999, Confidence: c.Confidence, Seed: seed}
			for name, run := range map[string]struct {
				interval func([]float64, Statistic) (Interval, error)
				want     *expected
			}{"percentile": {b.Percentile, c.Percentile}, "BCa": {b.BCa, c.BCa}} {
				got, err := run.interval(c.X, f)
				if err != nil {
					t.Fatalf("case %d: %s: %v", i, name, err)
				}
				if math.Abs(got.Low-run.want.Low) > 5*run.want.SDLow+1e-6 || math.Abs(got.High-run.want.High) > 5*run.want.SDHigh+1e-6 {
					t.Errorf("case %d: seed %d: %s interval of the %s is %v, want %+v", i, seed, name, c.Statistic, got, *run.want)
				}
			}
		}
	}
}

// deviation is the standard deviation that Describe tells.
func deviation(x []float64) float64 {
	d, err := Describe(x)
	if err != nil {
		return math.NaN()
	}
	return d.StdDev
}

func TestBootstrapIsSeeded(t *testing.T) {
	x := []float64{3.14, 1.59, 2.65, 3.58, 9.79, 3.23, 8.46, 2.64}
	a, _ := Bootstrap{Seed: 1}.BCa(x, Mean)
	b, _ := Bootstrap{Seed: 1, Resamples: 9999, Confidence: .95}.BCa(x, Mean)
	c, _ := Bootstrap{Seed: 2}.BCa(x, Mean)
	if a != b || a == c {
		t.Errorf("seed 1 gives %v and %v, seed 2 %v", a, b, c)
	}
}

// Intervals follow a change of unit.
func TestBootstrapMovesWithTheSample(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Map(rapid.IntRange(-20, 20), func(i int) float64 { return float64(i) }), 2, 20).Draw(t, "x")
		before := slices.Clone(x)
		moved := make([]float64, len(x))
		for i, v := range x {
			moved[i] = 4*v + 1
		}
		b := Bootstrap{Resamples: 199, Seed: rapid.Uint64().Draw(t, "seed")}
		for _, interval := range []func([]float64, Statistic) (Interval, error){b.Percentile, b.BCa} {
			a, errA := interval(x, Median)
			m, errM := interval(moved, Median)
			if (errA == nil) != (errM == nil) || math.Abs(4*a.Low+1-m.Low) > 1e-9 && errA == nil || math.Abs(4*a.High+1-m.High) > 1e-9 && errA == nil {
				t.Fatalf("%v, %v became %v, %v", a, errA, m, errM)
			}
		}
		if !slices.Equal(x, before) {
			t.Fatal("the sample was changed")
		}
	})
}

func TestBootstrapOfAConstantIsAPoint(t *testing.T) {
	b := Bootstrap{}
	for _, interval := range []func([]float64, Statistic) (Interval, error){b.Percentile, b.BCa} {
		if got, err := interval([]float64{2, 2, 2}, Mean); err != nil || got != (Interval{2, 2}) {
			t.Errorf("%v, %v", got, err)
		}
	}
}

// The column of a table alone has the interval of its mean, to the error of the draw; equal columns have equal
// intervals since rows are drawn whole.
func TestBootstrapMeansDrawsRowsWhole(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 3))
	rows, column := make([][]float64, 40), make([]float64, 40)
	for i := range rows {
		column[i] = random.NormFloat64()
		rows[i] = []float64{column[i], column[i], -column[i]}
	}
	got, err := Bootstrap{}.Means(rows)
	if err != nil || len(got) != 3 {
		t.Fatal(got, err)
	}
	want, _ := Bootstrap{Seed: 5}.Percentile(column, Mean)
	if got[0] != got[1] || math.Abs(got[0].Low+got[2].High) > 1e-12 || math.Abs(got[0].Low-want.Low) > .02 || math.Abs(got[0].High-want.High) > .02 {
		t.Errorf("%v, of one column %v", got, want)
	}
}

func TestBootstrapRefusesBadInput(t *testing.T) {
	x := []float64{1, 2, 3}
	nan := func([]float64) float64 { return math.NaN() }
	for name, run := range map[string]func() (Interval, error){
		"empty":        func() (Interval, error) { return Bootstrap{}.Percentile(nil, Mean) },
		"NaN":          func() (Interval, error) { return Bootstrap{}.BCa([]float64{1, math.NaN()}, Mean) },
		"one value":    func() (Interval, error) { return Bootstrap{}.BCa([]float64{1}, Mean) },
		"no number":    func() (Interval, error) { return Bootstrap{}.BCa(x, nan) },
		"confidence":   func() (Interval, error) { return Bootstrap{Confidence: 95}.Percentile(x, Mean) },
		"resamples":    func() (Interval, error) { return Bootstrap{Resamples: -1}.Percentile(x, Mean) },
		"out of reach": func() (Interval, error) { return Bootstrap{Resamples: 1}.BCa([]float64{1, 2, 4, 8, 16}, Mean) },
		"unequal rows": func() (Interval, error) { _, err := Bootstrap{}.Means([][]float64{x, x[:2]}); return Interval{}, err },
		"empty rows":   func() (Interval, error) { _, err := Bootstrap{}.Means([][]float64{{}}); return Interval{}, err },
	} {
		if got, err := run(); err == nil {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func BenchmarkBootstrapBCa(b *testing.B) {
	x := make([]float64, 100)
	random := rand.New(rand.NewPCG(1, 1))
	for i := range x {
		x[i] = random.Float64()
	}
	for name, f := range map[string]Statistic{"mean": Mean, "median": Median, "iqm": InterquartileMean} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := (Bootstrap{}).BCa(x, f); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkBootstrapMeans(b *testing.B) {
	rows := make([][]float64, 100)
	random := rand.New(rand.NewPCG(1, 1))
	for i := range rows {
		rows[i] = make([]float64, 300)
		for j := range rows[i] {
			rows[i][j] = random.Float64()
		}
	}
	for b.Loop() {
		if _, err := (Bootstrap{}).Means(rows); err != nil {
			b.Fatal(err)
		}
	}
}
