package stats

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestFixtureCorrelation(t *testing.T) {
	type expected struct {
		Method       string
		Statistic, P float64
	}
	for i, c := range fixtures[struct {
		A, B     []float64
		Kendall  []expected
		Spearman expected
	}](t, "paired*.json") {
		if len(c.Kendall) == 0 {
			t.Errorf("case %d: no kendall", i)
		}
		for _, want := range c.Kendall {
			got, err := KendallTest(c.A, c.B, method(t, want.Method))
			if err != nil {
				t.Fatalf("case %d: %v", i, err)
			}
			near(t, fmt.Sprintf("case %d: tau-b", i), got.Value, want.Statistic, tolerance)
			nearRelative(t, fmt.Sprintf("case %d: %s p of tau-b", i, want.Method), got.P, want.P, tolerance)
		}
		got, err := Spearman(c.A, c.B)
		if err != nil {
			t.Fatalf("case %d: %v", i, err)
		}
		near(t, fmt.Sprintf("case %d: rho", i), got.Value, c.Spearman.Statistic, tolerance)
		nearRelative(t, fmt.Sprintf("case %d: p of rho", i), got.P, c.Spearman.P, tolerance)
	}
}

// drawPairs draws two equally long samples with many ties in which neither side is constant.
func drawPairs(t *rapid.T) (x, y []float64) {
	n := rapid.IntRange(2, 30).Draw(t, "n")
	values := rapid.SliceOfN(rapid.Map(rapid.IntRange(0, 9), func(i int) float64 { return float64(i) }), n, n)
	varied := values.Filter(func(v []float64) bool { return slices.Min(v) < slices.Max(v) })
	return varied.Draw(t, "x"), varied.Draw(t, "y")
}

// The definition: every pair of pairs looked at.
func plainTauB(x, y []float64) float64 {
	var score, free, freeX, freeY float64
	for i := range x {
		for j := range i {
			sx, sy := sign(x[i]-x[j]), sign(y[i]-y[j])
			score += sx * sy
			freeX += sx * sx
			freeY += sy * sy
			free++
		}
	}
	return score / math.Sqrt(freeX*freeY)
}

func TestKendallTauBIsItsDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := drawPairs(t)
		got, err := KendallTauB(x, y)
		if want := plainTauB(x, y); err != nil || math.Abs(got.Value-want) > 1e-12 {
			t.Fatalf("%v, %v, want %v", got, err, want)
		}
	})
}

func TestKendallExactCountsPermutations(t *testing.T) {
	x := []float64{1, 2, 3, 4, 5, 6}
	tau := map[string]float64{}
	var all [][]float64
	permute(slices.Clone(x), 0, func(y []float64) { all = append(all, slices.Clone(y)) })
	for _, y := range all {
		tau[fmt.Sprint(y)] = plainTauB(x, y)
	}
	for _, y := range all {
		extreme := 0
		for _, other := range tau {
			if math.Abs(other) >= math.Abs(tau[fmt.Sprint(y)])-1e-12 {
				extreme++
			}
		}
		got, err := KendallTest(x, y, Exact)
		if want := float64(extreme) / float64(len(all)); err != nil || math.Abs(got.P-want) > 1e-12 {
			t.Fatalf("%v: p is %v (%v), want %v", y, got.P, err, want)
		}
	}
}

func permute(x []float64, from int, visit func([]float64)) {
	if from == len(x) {
		visit(x)
		return
	}
	for i := from; i < len(x); i++ {
		x[from], x[i] = x[i], x[from]
		permute(x, from+1, visit)
		x[from], x[i] = x[i], x[from]
	}
}

var correlations = map[string]func(x, y []float64) (Correlation, error){
	"spearman": Spearman, "kendall": KendallTauB,
}

func TestCorrelationIsSymmetricAndOdd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := drawPairs(t)
		mirrored := make([]float64, len(y))
		for i, v := range y {
			mirrored[i] = -v
		}
		for name, f := range correlations {
			a, _ := f(x, y)
			b, _ := f(y, x)
			c, _ := f(x, mirrored)
			if math.Abs(a.Value-b.Value) > 1e-12 || math.Abs(a.Value+c.Value) > 1e-12 || math.Abs(a.P-c.P) > 1e-9 {
				t.Fatalf("%s: %v, swapped %v, mirrored %v", name, a, b, c)
			}
		}
	})
}

func TestRankCorrelationIgnoresMonotoneMaps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := drawPairs(t)
		mapped := make([]float64, len(x))
		for i, v := range x {
			mapped[i] = math.Log(v) // of zero: -Inf, which has a rank
		}
		for _, f := range []func(x, y []float64) (Correlation, error){Spearman, KendallTauB} {
			a, _ := f(x, y)
			b, err := f(mapped, y)
			if err != nil || a != b {
				t.Fatalf("%v became %v, %v", a, b, err)
			}
		}
	})
}

// Bivariate normal pairs of correlation r have tau = 2/pi asin r and rho = 6/pi asin r/2.
func TestCorrelationIntervalsCoverTheTruth(t *testing.T) {
	const r, n, repeats = .6, 60, 2000
	truth := map[string]float64{"spearman": 6 / math.Pi * math.Asin(r/2), "kendall": 2 / math.Pi * math.Asin(r)}
	covered := map[string]int{}
	random := rand.New(rand.NewPCG(1, 2))
	for range repeats {
		x, y := make([]float64, n), make([]float64, n)
		for i := range x {
			x[i] = random.NormFloat64()
			y[i] = r*x[i] + math.Sqrt(1-r*r)*random.NormFloat64()
		}
		for name, f := range correlations {
			c, err := f(x, y)
			if err != nil {
				t.Fatal(err)
			}
			i, err := c.Interval(.95)
			if err != nil {
				t.Fatal(err)
			}
			if i.Low <= truth[name] && truth[name] <= i.High {
				covered[name]++
			}
		}
	}
	for name := range correlations { // four standard errors of the share, and one point for the approximation
		if share := float64(covered[name]) / repeats; math.Abs(share-.95) > .01+4*math.Sqrt(.95*.05/repeats) {
			t.Errorf("%s: 95 %% intervals cover the truth in %.1f %%", name, 100*share)
		}
	}
}

func TestPerfectOrderOfFewPairsIsNotCertain(t *testing.T) {
	x := []float64{1, 2, 3, 4, 5, 6, 7, 8}
	for _, f := range []func(x, y []float64) (Correlation, error){Spearman, KendallTauB} {
		c, err := f(x, x)
		if err != nil {
			t.Fatal(err)
		}
		if i, err := c.Interval(.95); err != nil || c.Value != 1 || i.High != 1 || i.Low > .95 || i.Low < .2 {
			t.Errorf("%+v has the interval %v, %v", c, i, err)
		}
	}
	c, _ := KendallTauB(x[:4], []float64{4, 3, 2, 1})
	if i, err := c.Interval(.95); err != nil || i != (Interval{-1, 1}) {
		t.Errorf("of four pairs the interval is %v, %v", i, err)
	}
}

func TestCorrelationRefusesBadInput(t *testing.T) {
	nan := math.NaN()
	for name, f := range correlations {
		for _, c := range []struct{ x, y []float64 }{
			{nil, nil}, {[]float64{1}, []float64{1, 2}}, {[]float64{1, nan}, []float64{1, 2}}, {[]float64{1, 2}, []float64{nan, 2}},
		} {
			if got, err := f(c.x, c.y); err == nil || errors.Is(err, ErrConstant) {
				t.Errorf("%s of %v: %v, %v", name, c, got, err)
			}
		}
		for _, c := range []struct{ x, y []float64 }{{[]float64{1}, []float64{1}}, {[]float64{2, 2}, []float64{1, 3}}, {[]float64{1, 3}, []float64{2, 2}}} {
			if got, err := f(c.x, c.y); !errors.Is(err, ErrConstant) {
				t.Errorf("%s of the constant %v: %v, %v", name, c, got, err)
			}
		}
	}
	if _, err := KendallTest([]float64{1, 1, 2}, []float64{1, 2, 3}, Exact); err == nil {
		t.Error("an exact p-value with ties")
	}
	if _, err := KendallTest([]float64{1, 2}, []float64{1, 2}, Method(7)); err == nil {
		t.Error("an unknown method")
	}
	if _, err := (Correlation{}).Interval(1); err == nil {
		t.Error("a confidence of 1")
	}
}

func BenchmarkKendallTauB(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 1))
	x, y := make([]float64, 6466), make([]float64, 6466) // the classes of the cell space
	for i := range x {
		x[i] = float64(random.IntN(2000))
		y[i] = x[i] + 500*random.NormFloat64()
	}
	for b.Loop() {
		if _, err := KendallTauB(x, y); err != nil {
			b.Fatal(err)
		}
	}
}
