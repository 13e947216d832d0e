package measure_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/nassearch/nassearch/internal/stream"
	"github.com/nassearch/nassearch/robustness/measure"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"
)

const (
	side, width, classes = 4, 6, 3
)

// newCase returns one of gray images on a dense network.
func newCase(images int, dead bool) *measure.Case {
	r := stream.New(3, "images")
	c := &measure.Case{Channels: 1, Side: side, Mean: []float64{.4}, Std: []float64{.5}, Seed: 1}
	for i := range images * side * side {
		c.Pixels = append(c.Pixels, r.Float64())
		if i < images {
			c.Labels = append(c.Labels, i%classes)
		}
	}
	c.Open = func(v measure.Variant) (measure.Network, error) {
		wide := width
		if v.Channels > 0 {
			wide = v.Channels
		}
		return newDense(v, c.Channels*side*side, wide, classes, dead), nil
	}
	return c
}

func value(t testing.TB, c *measure.Case, name string) float64 {
	t.Helper()
	v, err := find(t, name).Of(context.Background(), c)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return v
}

// failing is a test.
type failing interface {
	Helper()
	Fatalf(format string, args ...any)
}

func find(t failing, name string) measure.Measure {
	t.Helper()
	m, ok := measure.Measures().Find(name)
	if !ok {
		t.Fatalf("no measure %s", name)
	}
	return m
}

func near(t testing.TB, what string, got, want, rel float64) {
	t.Helper()
	if !(math.Abs(got-want) <= rel*math.Abs(want)+1e-300) {
		t.Errorf("%s: %.12g, want %.12g (%.2g off)", what, got, want, math.Abs(got/want-1))
	}
}

func TestMeasuresAreDescribed(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range measure.Measures() {
		if seen[m.Name] {
			t.Errorf("%s twice", m.Name)
		}
		seen[m.Name] = true
		if m.Name == "" || m.Words == "" || m.Meaning == "" || m.Source == "" || m.Of == nil {
			t.Errorf("%s: nothing is told of it: %+v", m.Name, m)
		}
		if m.Needs.Labels && !m.Needs.Images {
			t.Errorf("%s: labels of no images", m.Name)
		}
	}
	if _, ok := measure.Measures().Find("nothing"); ok {
		t.Error("found what is not there")
	}
}

// Of W + eps W the squared norm of the gradient changes by 2 W H g to first order.
func TestValueIsTheMeanOverImages(t *testing.T) {
	c, means := newCase(5, false), 0
	for _, m := range measure.Measures() {
		if m.Each == nil {
			continue
		}
		means++
		each, err := m.Each(context.Background(), c)
		if err != nil {
			t.Fatalf("%s: %v", m.Name, err)
		}
		near(t, m.Name, value(t, c, m.Name), floats.Sum(each)/5, 1e-12)
	}
	if means == 0 {
		t.Error("no measure has values by image")
	}
}

func TestGraspIsThatOfScaledWeights(t *testing.T) {
	squared := func(by float64) (sum float64) {
		c := newCase(5, false)
		n, _ := c.Open(measure.Variant{})
		values := n.Values()
		for i, p := range n.Parameters() {
			if p.Kind == measure.Weight {
				floats.Scale(by, values[i])
			}
		}
		n.SetValues(values)
		g := gradients(t, c, n)
		for i, p := range n.Parameters() {
			if p.Kind == measure.Weight {
				sum += floats.Dot(g.Parameters[i], g.Parameters[i])
			}
		}
		return sum
	}
	const h = 1e-5
	near(t, "grasp", value(t, newCase(5, false), "grasp"), -(squared(1+h)-squared(1-h))/(4*h), 1e-5)
}

// gradients are those of the mean cross-entropy in training mode.
func gradients(t testing.TB, c *measure.Case, n measure.Network) measure.Gradients {
	t.Helper()
	x := make([]float64, len(c.Pixels))
	for i, v := range c.Pixels {
		x[i] = (v - c.Mean[0]) / c.Std[0]
	}
	logits, err := n.Forward(context.Background(), x, measure.Training)
	if err != nil {
		t.Fatal(err)
	}
	for i, label := range c.Labels {
		at := logits[i*classes : (i+1)*classes]
		lse := floats.LogSumExp(at)
		for k := range at {
			at[k] = math.Exp(at[k]-lse) / float64(len(c.Labels))
		}
		at[label] -= 1 / float64(len(c.Labels))
	}
	g, err := n.Backward(context.Background(), logits, measure.Wants{Parameters: true, Images: true})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// Of a chain without norms the weights of each layer take the same part: the logits without the classifier's bias.
func TestSynflowOfAChain(t *testing.T) {
	c := newCase(1, false)
	n, _ := c.Open(measure.Variant{Norms: measure.NoNorms})
	values, bias := n.Values(), 0.
	for i, p := range n.Parameters() {
		for k, v := range values[i] {
			values[i][k] = math.Abs(v)
			if p.Kind == measure.Bias {
				bias += math.Abs(v)
			}
		}
	}
	n.SetValues(values)
	ones := slices.Repeat([]float64{1}, side*side)
	logits, err := n.Forward(context.Background(), ones, measure.Training)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "synflow", value(t, c, "synflow"), 7*(floats.Sum(logits)-bias), 1e-12)
}

// A network whose flow is no float64 is told so.
func TestSynflowThatIsTooLarge(t *testing.T) {
	c := newCase(1, false)
	open := c.Open
	c.Open = func(v measure.Variant) (measure.Network, error) {
		n, err := open(v)
		values := n.Values()
		for i := range values {
			floats.Scale(1e60, values[i])
		}
		n.SetValues(values)
		return n, err
	}
	undefined(t, c, "synflow", math.Inf(1))
}

func undefined(t testing.TB, c *measure.Case, name string, want float64) {
	t.Helper()
	v, err := find(t, name).Of(context.Background(), c)
	bad, ok := errors.AsType[*measure.UndefinedError](err)
	if !ok || bad.Measure != name || bad.Why == "" {
		t.Fatalf("%s: %v, %v, want an UndefinedError with its reason", name, v, err)
	}
	if bad.Value != want && !(math.IsNaN(bad.Value) && math.IsNaN(want)) {
		t.Errorf("%s: %v, want %v", name, bad, want)
	}
}

// Without a path these are the values. (zen draws weights of its own.)
func TestDeadCells(t *testing.T) {
	for name, want := range map[string]float64{
		"grad_norm": 0, "snip": 0, "plain": 0, "synflow": 0, "grasp": 0, "croze": 0, "linear_regions": 1,
		"jacobian_fro": 0, "hessian_eig": 0,
		"jacobian_fro_train": 0, "jacobian_fro_train_batch": 0, "jacobian_fro_train_summed": 0, "hessian_eig_train": 0,
	} {
		if got := value(t, newCase(6, true), name); got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
	for name, want := range map[string]float64{
		"jacov": math.NaN(), "ntk_cond": math.NaN(), "epe_nas": math.NaN(), "nwot": math.Inf(-1),
	} {
		undefined(t, newCase(6, true), name, want)
	}
}

// The largest eigenvalue by products is that of the whole matrix, whose columns are differences of gradients.
func TestHessianInTrainingMode(t *testing.T) {
	c := newCase(3, false)
	n, _ := c.Open(measure.Variant{})
	size := len(c.Pixels)
	h := mat.NewSymDense(size, nil)
	for i := range size {
		var ends [2][]float64
		for k, by := range []float64{-1e-5, 1e-5} {
			was := c.Pixels[i]
			c.Pixels[i] += by
			ends[k] = gradients(t, c, n).Images // of the mean, by what is divided by the deviation
			c.Pixels[i] = was
		}
		for j := range i + 1 {
			h.SetSym(i, j, (ends[1][j]-ends[0][j])/2e-5*float64(len(c.Labels))/c.Std[0])
		}
	}
	var e mat.EigenSym
	e.Factorize(h, false)
	values := e.Values(nil)
	if values[0] >= 0 {
		t.Error("no negative eigenvalue")
	}
	near(t, "hessian_eig_train", value(t, c, "hessian_eig_train"), values[size-1], 1e-5)
}

func TestLargestEigenvalue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 150).Draw(t, "rows")
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		rank := rapid.IntRange(0, n).Draw(t, "rank")
		a := mat.NewSymDense(n, nil)
		for range rank {
			v := make([]float64, n)
			for i := range v {
				v[i] = r.NormFloat64()
			}
			a.SymRankOne(a, r.NormFloat64(), mat.NewVecDense(n, v))
		}
		var e mat.EigenSym
		e.Factorize(a, false)
		values := e.Values(nil)
		got, err := measure.Largest(n, r, func(v []float64) ([]float64, error) {
			w := mat.NewVecDense(n, nil)
			w.MulVec(a, mat.NewVecDense(n, v))
			return w.RawVector().Data, nil
		})
		want, scale := values[n-1], max(math.Abs(values[0]), math.Abs(values[n-1]))
		if err != nil || math.Abs(got-want) > 1e-6*scale {
			t.Fatalf("%v, %v, want %v of %v", got, err, want, values)
		}
	})
}

// curvature is that of the whole matrix, which is J^T (diag p - p p^T) J.
func TestCurvature(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k, pixels := rapid.IntRange(1, 6).Draw(t, "classes"), rapid.IntRange(1, 8).Draw(t, "pixels")
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		j := mat.NewDense(k, pixels, nil)
		for i := range k {
			for p := range pixels {
				j.Set(i, p, r.NormFloat64())
			}
		}
		logits := make([]float64, k)
		for i := range logits {
			logits[i] = 3 * r.NormFloat64()
		}
		lse := floats.LogSumExp(logits)
		middle := mat.NewDense(k, k, nil)
		for i := range k {
			for l := range k {
				p, q := math.Exp(logits[i]-lse), math.Exp(logits[l]-lse)
				middle.Set(i, l, -p*q)
				if i == l {
					middle.Set(i, l, p-p*p)
				}
			}
		}
		var half, h mat.Dense
		half.Mul(middle, j)
		h.Mul(j.T(), &half)
		symmetric := mat.NewSymDense(pixels, nil)
		for i := range pixels {
			for l := range i + 1 {
				symmetric.SetSym(i, l, h.At(i, l))
			}
		}
		var e mat.EigenSym
		e.Factorize(symmetric, false)
		want := max(e.Values(nil)[pixels-1], 0)
		got, err := measure.Curvature(j, logits)
		if err != nil || math.Abs(got-want) > 1e-9*(1+want) {
			t.Fatalf("%v, %v, want %v", got, err, want)
		}
	})
}

// A network that is sure to the last digit has a curvature nevertheless.
func TestCurvatureOfSureNetworks(t *testing.T) {
	got, err := measure.Curvature(mat.NewDense(2, 2, []float64{1, 0, 0, 1}), []float64{300, 0})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "curvature", got, 2*math.Exp(-300), 1e-12) // p q (J_0 - J_1)^2
}

// Stages of five cells, as the authors have them.
func TestCrozeFeatures(t *testing.T) {
	params := []measure.Parameter{{Name: "stem.0.weight"}}
	want := []int{0}
	for i := range 17 {
		name := map[bool]string{false: "cells.%d.layers.0.op.1.weight", true: "cells.%d.conv_a.op.1.weight"}[i%6 == 5]
		params = append(params, measure.Parameter{Name: fmt.Sprintf(name, i)})
	}
	want = append(want, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3)
	params = append(params, measure.Parameter{Name: "classifier.weight"})
	want = append(want, 4)
	if got := measure.FeatureBehind(params); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// Whatever images there are, a measure is a finite number or says that there is none.
func TestAnyImages(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		images := rapid.IntRange(1, 7).Draw(t, "images")
		c := newCase(images, rapid.Bool().Draw(t, "dead"))
		c.Batch = rapid.IntRange(0, images+1).Draw(t, "batch")
		c.Labels = rapid.SliceOfN(rapid.IntRange(0, classes-1), images, images).Draw(t, "labels")
		size := side * side
		for i := range images { // some are equal, some black
			from := rapid.IntRange(-1, i).Draw(t, "from")
			if from < 0 {
				clear(c.Pixels[i*size : (i+1)*size])
				continue
			}
			copy(c.Pixels[i*size:(i+1)*size], c.Pixels[from*size:(from+1)*size])
		}
		for _, m := range measure.Measures() {
			v, err := m.Of(context.Background(), c)
			_, undefined := errors.AsType[*measure.UndefinedError](err)
			switch {
			case err != nil && !undefined:
				t.Fatalf("%s: %v", m.Name, err)
			case err == nil && (math.IsNaN(v) || math.IsInf(v, 0)):
				t.Fatalf("%s: %v without an error", m.Name, v)
			}
		}
	})
}

// The order of images, the order of measures, and what was measured before change nothing.
func TestOrderChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		images := rapid.IntRange(2, 7).Draw(t, "images")
		c, moved := newCase(images, false), newCase(images, false)
		size := side * side
		for i, from := range rapid.Permutation(seq(images)).Draw(t, "order") {
			copy(moved.Pixels[i*size:(i+1)*size], c.Pixels[from*size:(from+1)*size])
			moved.Labels[i] = c.Labels[from]
		}
		for _, m := range rapid.Permutation(measure.Measures()).Draw(t, "measures") {
			got, err := m.Of(context.Background(), moved)
			want, wantErr := m.Of(context.Background(), newCase(images, false))
			again, _ := m.Of(context.Background(), c)
			switch {
			case (err == nil) != (wantErr == nil):
				t.Fatalf("%s: %v, want %v", m.Name, err, wantErr)
			case err == nil && again != want:
				t.Fatalf("%s: %v after others, %v alone", m.Name, again, want)
			case err == nil && math.Abs(got-want) > 2e-5*math.Abs(want)+1e-9:
				t.Fatalf("%s: %v, want %v", m.Name, got, want)
			}
		}
	})
}

func seq(n int) []int {
	s := make([]int, n)
	for i := range s {
		s[i] = i
	}
	return s
}

// Two equal images have one pattern of ReLUs and one gradient.
func TestEqualImages(t *testing.T) {
	c := newCase(4, false)
	copy(c.Pixels[:side*side], c.Pixels[side*side:2*side*side])
	undefined(t, c, "nwot", math.Inf(-1))
	undefined(t, c, "ntk_cond", math.Inf(1))
	if v := value(t, c, "jacov"); v > -1/1e-5 {
		t.Errorf("jacov: %v, want -1/k of an eigenvalue 0", v)
	}
	if v := value(t, c, "linear_regions"); v > 3 {
		t.Errorf("linear_regions: %v of three different images", v)
	}
}

func TestBadCases(t *testing.T) {
	for what, spoil := range map[string]func(c *measure.Case){
		"no images":    func(c *measure.Case) { c.Pixels, c.Labels = nil, nil },
		"no size":      func(c *measure.Case) { c.Side = 0 },
		"half images":  func(c *measure.Case) { c.Pixels = c.Pixels[1:] },
		"few labels":   func(c *measure.Case) { c.Labels = c.Labels[1:] },
		"large labels": func(c *measure.Case) { c.Labels[0] = classes },
		"small labels": func(c *measure.Case) { c.Labels[0] = -1 },
		"means":        func(c *measure.Case) { c.Mean = []float64{1, 2} },
		"deviation":    func(c *measure.Case) { c.Std = []float64{0} },
		"batch":        func(c *measure.Case) { c.Batch = -1 },
	} {
		c := newCase(3, false)
		spoil(c)
		_, err := find(t, "snip").Of(context.Background(), c)
		if _, ok := errors.AsType[*measure.CaseError](err); !ok {
			t.Errorf("%s: %v, want a CaseError", what, err)
		}
	}
}

// The end of the context ends every measure that computes.
func TestStopped(t *testing.T) {
	ctx, stop := context.WithCancelCause(context.Background())
	why := errors.New("enough")
	stop(why)
	for _, m := range measure.Measures() {
		if _, err := m.Of(ctx, newCase(3, false)); m.Passes > 0 && !errors.Is(err, why) {
			t.Errorf("%s: %v, want %v", m.Name, err, why)
		}
	}
}

func TestSizes(t *testing.T) {
	c := newCase(1, false)
	want := side*side*width + 5*width*width + classes*width
	if got := value(t, c, "flops"); got != float64(want) {
		t.Errorf("flops: %v, want %d", got, want)
	}
	if got := value(t, c, "params"); got != float64(want+classes+2*width*7) {
		t.Errorf("params: %v, want %d", got, want+classes+2*width*7)
	}
}
