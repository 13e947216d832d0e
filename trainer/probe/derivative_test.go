package probe

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"github.com/nassearch/nassearch/robustness/measure"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/kernel"
)

// subject is a network of a random cell with a random batch in a random mode.
type subject struct {
	*Network
	mode   measure.Mode
	images int
	x      []float64
	r      *rand.Rand
}

func fastest(t testing.TB) *kernel.Double {
	t.Helper()
	k, err := kernel.Choose("")
	if err != nil {
		t.Fatal(err)
	}
	return k.Double()
}

func randomSpec(t *rapid.T) trainer.Spec {
	var s trainer.Spec
	for i := range s.Cell {
		s.Cell[i] = nasbench201.Op(rapid.IntRange(0, 4).Draw(t, "operation"))
	}
	s.Network = nasbench201.Network{
		Channels: rapid.IntRange(1, 5).Draw(t, "channels"), Depth: rapid.IntRange(1, 2).Draw(t, "depth"),
		Classes: rapid.IntRange(2, 11).Draw(t, "classes"), Image: 4 * rapid.IntRange(1, 2).Draw(t, "side"),
		Inputs: rapid.SampledFrom([]int{1, 3}).Draw(t, "inputs"),
	}
	return s
}

func randomSubject(t *rapid.T, k *kernel.Double) *subject {
	spec := randomSpec(t)
	seed := rapid.Uint64().Draw(t, "seed")
	w, err := trainer.NewWeights(spec, seed)
	if err != nil {
		t.Fatal(err)
	}
	n, err := New(w, measure.Norms(rapid.IntRange(0, 2).Draw(t, "norms")), k)
	if err != nil {
		t.Fatal(err)
	}
	s := &subject{Network: n, mode: measure.Mode(rapid.IntRange(0, 1).Draw(t, "mode")), r: rand.New(rand.NewPCG(seed, 0))}
	s.images = rapid.SampledFrom([]int{1, 2, 7, 16, 17, 35}).Draw(t, "images")
	s.x = s.normal(s.images * spec.Inputs * spec.Image * spec.Image)
	values := n.Values()
	for i, p := range n.Parameters() {
		if p.Kind == measure.NormWeight || p.Kind == measure.NormBias {
			for j := range values[i] {
				values[i][j] += .3 * (2*s.r.Float64() - 1)
			}
		}
	}
	n.SetValues(values)
	return s
}

func (s *subject) normal(n int) []float64 {
	list := make([]float64, n)
	for i := range list {
		list[i] = s.r.NormFloat64()
	}
	return list
}

// direction draws one of parameters and images, or of one of them, with some tensors that stand still or move in their
// own direction.
func (s *subject) direction() (g measure.Gradients) {
	which := s.r.IntN(3)
	if which != 1 {
		for _, v := range s.Values() {
			switch s.r.IntN(8) {
			case 0:
				v = nil
			case 1, 2: // v itself
			default:
				v = s.normal(len(v))
			}
			g.Parameters = append(g.Parameters, v)
		}
	}
	if which != 2 {
		g.Images = s.normal(len(s.x))
	}
	return g
}

func (s *subject) forward(t *rapid.T, x []float64) []float64 {
	logits, err := s.Forward(context.Background(), x, s.mode)
	if err != nil {
		t.Fatal(err)
	}
	return logits
}

var both = measure.Wants{Parameters: true, Images: true}

func (s *subject) backward(t *rapid.T, d []float64) measure.Gradients {
	g, err := s.Backward(context.Background(), d, both)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func (s *subject) along(t *rapid.T, v measure.Gradients) []float64 {
	moved, err := s.Along(context.Background(), v)
	if err != nil {
		t.Fatal(err)
	}
	return moved
}

func (s *subject) backwardAlong(t *rapid.T, d, moved []float64) measure.Gradients {
	g, err := s.BackwardAlong(context.Background(), d, moved, both)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func dot(a, b []float64) (sum float64) {
	for i, v := range a {
		sum += v * b[i]
	}
	return sum
}

// product returns the inner product of a gradient with a direction, and the sum of its terms' sizes.
func product(g, v measure.Gradients) (sum, size float64) {
	add := func(a, b []float64) {
		if b == nil {
			return
		}
		for i, x := range a {
			sum, size = sum+x*b[i], size+math.Abs(x*b[i])
		}
	}
	for i := range v.Parameters {
		add(g.Parameters[i], v.Parameters[i])
	}
	add(g.Images, v.Images)
	return sum, size
}

// TestAlongIsTheTransposeOfBackward: both are products with the same Jacobian, from one side and the other.
func TestAlongIsTheTransposeOfBackward(t *testing.T) {
	k := fastest(t)
	rapid.Check(t, func(t *rapid.T) {
		s := randomSubject(t, k)
		logits := s.forward(t, s.x)
		d, v := s.normal(len(logits)), s.direction()
		want, size := product(s.backward(t, d), v)
		if got := dot(d, s.along(t, v)); !(math.Abs(got-want) <= 1e-10*(1+size)) {
			t.Fatalf("%v along the direction, %v by the gradient", got, want)
		}
	})
}

// TestHessianIsSymmetric: of half the sum of the squared logits, whose gradient by them are the logits.
func TestHessianIsSymmetric(t *testing.T) {
	k := fastest(t)
	rapid.Check(t, func(t *rapid.T) {
		s := randomSubject(t, k)
		logits := s.forward(t, s.x)
		u, v := s.direction(), s.direction()
		hv := s.backwardAlong(t, logits, s.along(t, v))
		hu := s.backwardAlong(t, logits, s.along(t, u))
		a, size := product(hv, u)
		b, other := product(hu, v)
		if !(math.Abs(a-b) <= 1e-9*(1+size+other)) {
			t.Fatalf("u H v %v, v H u %v", a, b)
		}
	})
}

// TestDerivativesAreLimits compares the derivatives along a direction with differences over small steps, wherever no
// rectifier switches in between.
func TestDerivativesAreLimits(t *testing.T) {
	k := fastest(t)
	rapid.Check(t, func(t *rapid.T) {
		s := randomSubject(t, k)
		v := s.direction()
		logits := s.forward(t, s.x)
		moved := s.along(t, v)
		h := s.backwardAlong(t, logits, moved)
		wide, wideGradient := s.differences(t, v, 1e-6)
		near, nearGradient := s.differences(t, v, 5e-7)
		limit(t, "logits", moved, wide, near)
		limit(t, "gradient by images", h.Images, wideGradient.Images, nearGradient.Images)
		for i, p := range s.Parameters() {
			limit(t, p.Name, h.Parameters[i], wideGradient.Parameters[i], nearGradient.Parameters[i])
		}
	})
}

// differences returns those of the logits, and of the gradient of half the sum of their squares, over a step.
func (s *subject) differences(t *rapid.T, v measure.Gradients, step float64) ([]float64, measure.Gradients) {
	at := s.Values()
	defer s.SetValues(at)
	s.forward(t, s.x)
	pattern := s.pattern()
	var logits [2][]float64
	var gradients [2]measure.Gradients
	for i, side := range []float64{step, -step} {
		values := s.Values()
		for j := range v.Parameters {
			values[j] = stepped(at[j], v.Parameters[j], side)
		}
		s.SetValues(values)
		logits[i] = s.forward(t, stepped(s.x, v.Images, side))
		if s.pattern() != pattern {
			t.Skip("a rectifier switches")
		}
		gradients[i] = s.backward(t, logits[i])
	}
	g := measure.Gradients{Images: difference(gradients[0].Images, gradients[1].Images, step)}
	for i := range at {
		g.Parameters = append(g.Parameters, difference(gradients[0].Parameters[i], gradients[1].Parameters[i], step))
	}
	return difference(logits[0], logits[1], step), g
}

func difference(plus, minus []float64, step float64) []float64 {
	out := make([]float64, len(plus))
	for i, v := range plus {
		out[i] = (v - minus[i]) / (2 * step)
	}
	return out
}

// pattern says which rectifiers let pass what they get.
func (s *subject) pattern() string {
	var b []byte
	s.See(measure.Rectified, func(a measure.Activation) {
		for i, v := range a.Values {
			on := byte('0')
			if v > 0 && i/(lanes*a.Channels*a.Pixels)*lanes+i%lanes < a.Images {
				on = '1'
			}
			b = append(b, on)
		}
	})
	return string(b)
}

func stepped(at, v []float64, step float64) []float64 {
	out := append([]float64(nil), at...)
	for i, d := range v {
		out[i] += step * d
	}
	return out
}

// limit fails if a derivative is not what differences over two steps tend to, as far as they tell: with few values in a
// batch norm they may not have come near.
func limit(t *rapid.T, name string, got, wide, near []float64) {
	diff, scale, apart := 0.0, 0.0, 0.0
	for i, g := range got {
		diff = math.Max(diff, math.Abs(g-near[i]))
		scale = math.Max(scale, math.Abs(g))
		apart = math.Max(apart, math.Abs(wide[i]-near[i]))
	}
	if !(diff <= 1e-4*(scale+1e-3)+2*apart) {
		t.Fatalf("%s: the derivative differs by %.1e of %.1e", name, diff, scale)
	}
}
