package forest

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/nassearch/nassearch/internal/stats"
	"github.com/nassearch/nassearch/internal/stream"
	"pgregory.net/rapid"
)

func fit(t testing.TB, x [][]float64, y []float64, o Options) *Forest {
	t.Helper()
	f, err := Fit(context.Background(), x, y, o)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// drawData draws a few rows with ties in everything.
func drawData(t *rapid.T) (x [][]float64, y []float64) {
	rows, features := rapid.IntRange(1, 24).Draw(t, "rows"), rapid.IntRange(1, 4).Draw(t, "features")
	for range rows {
		x = append(x, rapid.SliceOfN(rapid.Map(rapid.IntRange(-3, 3), func(n int) float64 { return float64(n) / 4 }),
			features, features).Draw(t, "row"))
		y = append(y, float64(rapid.IntRange(-5, 5).Draw(t, "value")))
	}
	return x, y
}

// squares is the sum of squares about the mean of the values of samples, drawn as often as counts say.
func squares(samples []int, counts, y []float64) (sum, mean, count float64) {
	for _, i := range samples {
		count += counts[i]
		mean += counts[i] * y[i]
	}
	mean /= count
	for _, i := range samples {
		sum += counts[i] * (y[i] - mean) * (y[i] - mean)
	}
	return sum, mean, count
}

// part divides samples by a question.
func part(samples []int, x [][]float64, feature int, at float64) (left, right []int) {
	for _, i := range samples {
		if x[i][feature] <= at {
			left = append(left, i)
		} else {
			right = append(right, i)
		}
	}
	return left, right
}

// least is the sum of squares that the best split leaves, by trying all of them; infinite if none is allowed.
func least(samples []int, x [][]float64, counts, y []float64, leaf int) float64 {
	best := math.Inf(1)
	for feature := range x[0] {
		for _, i := range samples {
			left, right := part(samples, x, feature, x[i][feature])
			if len(left) == 0 || len(right) == 0 {
				continue
			}
			a, _, n := squares(left, counts, y)
			b, _, m := squares(right, counts, y)
			if n >= float64(leaf) && m >= float64(leaf) {
				best = min(best, a+b)
			}
		}
	}
	return best
}

// held checks a node and all below it against the definition, and returns where the next one stands.
func held(t *rapid.T, nodes tree, at int, samples []int, x [][]float64, counts, y []float64, o Options, depth int) int {
	n := nodes[at]
	sum, mean, _ := squares(samples, counts, y)
	best := least(samples, x, counts, y, max(o.Leaf, 1))
	if n.feature == leaf {
		if math.Abs(n.at-mean) > 1e-9 {
			t.Fatalf("leaf %d has %v, want the mean %v", at, n.at, mean)
		}
		if sum > 1e-9 && !math.IsInf(best, 1) && (o.Depth == 0 || depth < o.Depth) {
			t.Fatalf("leaf %d could be split: %v is left", at, sum)
		}
		return at + 1
	}
	left, right := part(samples, x, int(n.feature), n.at)
	a, _, _ := squares(left, counts, y)
	b, _, _ := squares(right, counts, y)
	if math.Abs(a+b-best) > 1e-9 {
		t.Fatalf("node %d leaves %v, the best split %v", at, a+b, best)
	}
	next := held(t, nodes, at+1, left, x, counts, y, o, depth+1)
	if int(n.right) != next {
		t.Fatalf("node %d: the right child is %d, want %d", at, n.right, next)
	}
	return held(t, nodes, next, right, x, counts, y, o, depth+1)
}

// Every node of every tree is what a search of all splits finds.
func TestTreesAreTheirDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := drawData(t)
		o := Options{
			Trees: 3, Leaf: rapid.IntRange(0, 4).Draw(t, "leaf"), Depth: rapid.IntRange(0, 4).Draw(t, "depth"),
			Whole: rapid.Bool().Draw(t, "whole"), Seed: rapid.Uint64().Draw(t, "seed"),
		}
		f, err := Fit(context.Background(), x, y, o)
		if err != nil {
			t.Fatal(err)
		}
		for i, nodes := range f.trees {
			random := stream.New(o.Seed, "forest", i)
			counts := make([]float64, len(x))
			for k := range x {
				if !o.Whole {
					k = random.IntN(len(x))
				}
				counts[k]++
			}
			var drawn []int
			for k, n := range counts {
				if n > 0 {
					drawn = append(drawn, k)
				}
			}
			if end := held(t, nodes, 0, drawn, x, counts, y, o, 0); end != len(nodes) {
				t.Fatalf("%d nodes, want %d", len(nodes), end)
			}
		}
	})
}

// A forest is its seed's, whoever grows how many trees at a time; another has other trees.
func TestWorkersChangeNothing(t *testing.T) {
	x, y := friedman(200, 6)
	one := fit(t, x, y, Options{Trees: 9, Features: 2, Seed: 5, Workers: 1})
	four := fit(t, x, y, Options{Trees: 9, Features: 2, Seed: 5, Workers: 4})
	other := fit(t, x, y, Options{Trees: 9, Features: 2, Seed: 6, Workers: 4})
	if !slices.Equal(one.Impurity(), four.Impurity()) || slices.Equal(one.Impurity(), other.Impurity()) {
		t.Error("impurity depends on workers, or not on the seed")
	}
	a, b := make([]float64, 9), make([]float64, 9)
	for _, row := range x {
		one.Each(row, a)
		four.Each(row, b)
		if !slices.Equal(a, b) {
			t.Fatalf("%v by one worker, %v by four", a, b)
		}
	}
}

// Growing depends on the order of a feature's values alone.
func TestForestIgnoresMonotoneMaps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := drawData(t)
		o := Options{Trees: 2, Features: rapid.IntRange(0, 3).Draw(t, "features"), Whole: true}
		mapped := make([][]float64, len(x))
		for i, row := range x {
			for _, v := range row {
				mapped[i] = append(mapped[i], math.Exp(40*v))
			}
		}
		a, errA := Fit(context.Background(), x, y, o)
		b, errB := Fit(context.Background(), mapped, y, o)
		if err := errors.Join(errA, errB); err != nil {
			t.Fatal(err)
		}
		for i := range x {
			va, _ := a.Predict(x[i])
			if vb, _ := b.Predict(mapped[i]); va != vb {
				t.Fatalf("row %d: %v and %v", i, va, vb)
			}
		}
	})
}

// One tree that has seen every row, all different, knows every value; trees on bootstrap samples do not, and agree
// less where they know less.
func TestWholeTreesKnowTheirRows(t *testing.T) {
	x, y := friedman(100, 5)
	whole, forest := fit(t, x, y, Options{Trees: 3, Whole: true}), fit(t, x, y, Options{})
	unsure := 0.0
	for i, row := range x {
		if mean, variance := whole.Predict(row); mean != y[i] || variance != 0 {
			t.Fatalf("row %d: %v with variance %v, want %v", i, mean, variance, y[i])
		}
		_, variance := forest.Predict(row)
		unsure += variance / float64(len(x))
	}
	if unsure == 0 {
		t.Error("trees of different samples agree")
	}
}

func TestPredictionsAreThoseOfTrees(t *testing.T) {
	x, y := friedman(60, 5)
	f := fit(t, x, y, Options{Trees: 7})
	all, each := make([]float64, len(x)), make([]float64, f.Trees())
	f.PredictAll(x, all)
	for i, row := range x {
		f.Each(row, each)
		mean, variance := f.Predict(row)
		want := stats.Mean(each)
		square := 0.0
		for _, v := range each {
			square += (v - want) * (v - want) / float64(len(each))
		}
		if math.Abs(mean-want) > 1e-12 || math.Abs(variance-square) > 1e-12 || all[i] != mean {
			t.Errorf("row %d: %v, %v and %v, want %v, %v", i, mean, variance, all[i], want, square)
		}
	}
	if n := testing.AllocsPerRun(5, func() {
		f.Predict(x[0])
		f.Each(x[0], each)
		f.PredictAll(x, all)
	}); n != 0 {
		t.Errorf("predictions allocate %v times", n)
	}
}

// A split lies halfway between the values that it tells apart, and a depth of one has one split.
func TestStumpSplitsHalfway(t *testing.T) {
	x, y := [][]float64{{5, 1}, {5, 2}, {5, 6}, {5, 8}}, []float64{1, 3, 11, 13}
	f := fit(t, x, y, Options{Trees: 1, Whole: true, Depth: 1})
	for at, want := range map[float64]float64{-9: 2, 4: 2, 4.1: 12, 99: 12} {
		if v, _ := f.Predict([]float64{0, at}); v != want {
			t.Errorf("%v at %v, want %v", v, at, want)
		}
	}
	if got := f.Impurity(); !slices.Equal(got, []float64{0, 1}) {
		t.Errorf("importance %v", got)
	}
}

// Where features act independently each explains the share of the squares that is its own.
func TestImpurityIsTheShareOfSquares(t *testing.T) {
	var x [][]float64
	var y []float64
	for i := range 8 {
		row := []float64{float64(i & 1), float64(i >> 1 & 1), float64(i >> 2 & 1), 7}
		x, y = append(x, row), append(y, 3*row[0]+row[1])
	}
	got := fit(t, x, y, Options{Trees: 5, Whole: true}).Impurity()
	for j, want := range []float64{.9, .1, 0, 0} {
		if math.Abs(got[j]-want) > 1e-12 {
			t.Errorf("feature %d has %v, want %v", j, got[j], want)
		}
	}
}

// Values that are shuffled are twice as far from the truth as its mean, in squares; what tells nothing is worth nothing.
func TestPermutationIsWhatShufflingCosts(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var x [][]float64
	var y []float64
	for i := range 400 {
		x, y = append(x, []float64{float64(i), random.Float64(), 1}), append(y, float64(i))
	}
	f := fit(t, x, y, Options{Trees: 1, Whole: true})
	got, err := f.Permutation(context.Background(), x, y, 40, 3)
	if err != nil || math.Abs(got[0]-2) > .1 || math.Abs(got[1]) > .001 || got[2] != 0 {
		t.Errorf("%v, %v, want 2, 0, 0", got, err)
	}
}

// Without features that vary, trees predict the means of their samples, which scatter by 1/n of the variance.
func TestBootstrapScattersAsItShould(t *testing.T) {
	x, y := make([][]float64, 50), make([]float64, 50)
	for i := range x {
		x[i], y[i] = []float64{3}, float64(i%2)
	}
	mean, variance := fit(t, x, y, Options{Trees: 4000}).Predict([]float64{3})
	if want := .25 / 50; math.Abs(mean-.5) > .005 || math.Abs(variance/want-1) > .1 {
		t.Errorf("mean %v, variance %v, want .5 and %v", mean, variance, want)
	}
}

// Equal values are predicted to the bit, and numbers of any size.
func TestForestOfAnySize(t *testing.T) {
	x := [][]float64{{math.Inf(-1)}, {-math.MaxFloat64}, {math.MaxFloat64}, {math.Inf(1)}}
	for _, y := range [][]float64{
		{.1, .1, .1, .1}, {math.MaxFloat64, -math.MaxFloat64, 0, math.MaxFloat64}, {5e-324, 0, 5e-324, 0}, {0, 0, 0, 0},
		{1e9, 1e9 + 1, 1e9, 1e9 + 2},
	} {
		f := fit(t, x, y, Options{Trees: 3, Whole: true})
		for i, row := range x {
			if v, variance := f.Predict(row); v != y[i] || variance != 0 {
				t.Errorf("%v: %v with variance %v in place %d", y, v, variance, i)
			}
		}
	}
}

func TestForestRefusesBadInput(t *testing.T) {
	one := [][]float64{{1}}
	for name, err := range map[string]error{
		"no rows":      fitError(nil, nil, Options{}),
		"no features":  fitError([][]float64{{}}, []float64{1}, Options{}),
		"lengths":      fitError(one, []float64{1, 2}, Options{}),
		"ragged":       fitError([][]float64{{1}, {1, 2}}, []float64{1, 2}, Options{}),
		"NaN":          fitError([][]float64{{math.NaN()}}, []float64{1}, Options{}),
		"NaN value":    fitError(one, []float64{math.NaN()}, Options{}),
		"infinity":     fitError(one, []float64{math.Inf(1)}, Options{}),
		"trees":        fitError(one, []float64{1}, Options{Trees: -1}),
		"leaf":         fitError(one, []float64{1}, Options{Leaf: -1}),
		"permuted one": permuted(fit(t, one, []float64{1}, Options{}), one, []float64{1}),
		"others":       permuted(fit(t, one, []float64{1}, Options{}), [][]float64{{1, 2}, {3, 4}}, []float64{1, 2}),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	ended, end := context.WithCancelCause(context.Background())
	enough := errors.New("enough")
	end(enough)
	if _, err := Fit(ended, one, []float64{1}, Options{}); !errors.Is(err, enough) {
		t.Errorf("%v, want what ended it", err)
	}
}

func fitError(x [][]float64, y []float64, o Options) error {
	_, err := Fit(context.Background(), x, y, o)
	return err
}

func permuted(f *Forest, x [][]float64, y []float64) error {
	_, err := f.Permutation(context.Background(), x, y, 1, 1)
	return err
}

// friedman is the first of Friedman's problems (MARS, Annals of Statistics 1991) with noise.
func friedman(rows, features int) (x [][]float64, y []float64) {
	random := rand.New(rand.NewPCG(7, uint64(features)))
	for range rows {
		r := make([]float64, features)
		for j := range r {
			r[j] = random.Float64()
		}
		x = append(x, r)
		y = append(y, 10*math.Sin(math.Pi*r[0]*r[1])+20*(r[2]-.5)*(r[2]-.5)+10*r[3]+5*r[4]+random.NormFloat64())
	}
	return x, y
}

// As many rows and features as a fifth less than all classes of NAS-Bench-201 have zero-cost scores.
func BenchmarkFit(b *testing.B) {
	x, y := friedman(5028, 13)
	for b.Loop() {
		fit(b, x, y, Options{Workers: 1})
	}
}

func BenchmarkPredictAll(b *testing.B) {
	x, y := friedman(5028, 13)
	f := fit(b, x, y, Options{})
	to := make([]float64, len(x))
	for b.Loop() {
		f.PredictAll(x, to)
	}
}

// Of more values than codes, consecutive ones share a code, and codes have about as many rows; thresholds keep them
// apart.
func TestCodesAreQuantiles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		random := rand.New(rand.NewPCG(1, rapid.Uint64().Draw(t, "seed")))
		values, distinct := make([]int, rapid.IntRange(1, 3000).Draw(t, "rows")), rapid.IntRange(1, 3000).Draw(t, "distinct")
		x, y := make([][]float64, len(values)), make([]float64, len(values))
		most := map[int]int{}
		for i := range values {
			v := int(float64(distinct) * math.Pow(random.Float64(), 2)) // small ones are common
			values[i], x[i] = v, []float64{float64(v)}
			most[v]++
		}
		c := newData(x, y).columns[0]
		rows := make([]int, len(c.least))
		for i, v := range values {
			code := c.codes[i]
			rows[code]++
			if at := float64(v); at < c.least[code] || at > c.utmost[code] {
				t.Fatalf("%d has code %d, of %v to %v", v, code, c.least[code], c.utmost[code])
			}
		}
		commonest := 0
		for _, n := range most {
			commonest = max(commonest, n)
		}
		for code, n := range rows {
			if len(most) > codes && n > (len(values)+codes-1)/codes+commonest {
				t.Fatalf("code %d has %d of %d rows, the commonest value %d", code, n, len(values), commonest)
			}
			if code == 0 {
				continue
			}
			if at := c.between(uint8(code-1), uint8(code)); at < c.utmost[code-1] || at >= c.least[code] {
				t.Fatalf("threshold %v between %v and %v", at, c.utmost[code-1], c.least[code])
			}
		}
		if len(most) <= codes && len(rows) != len(most) {
			t.Fatalf("%d codes of %d values", len(rows), len(most))
		}
	})
}
