package stats

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// orders are those of two samples; false where one does not vary.
func orders(t *rapid.T, x, y []float64) (a, b *Order, ok bool) {
	a, errX := NewOrder(x)
	b, errY := NewOrder(y)
	if err := errors.Join(errX, errY); err != nil {
		if !errors.Is(err, ErrConstant) {
			t.Fatal(err)
		}
		return nil, nil, false
	}
	return a, b, true
}

func TestOrdersCorrelateAsSamplesDo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := drawPairs(t)
		a, b, ok := orders(t, x, y)
		if !ok {
			return
		}
		tau, errT := KendallTauB(x, y)
		rho, errR := Spearman(x, y)
		if err := errors.Join(errT, errR); err != nil {
			t.Fatal(err)
		}
		if got := a.Kendall(b).Value; math.Abs(got-tau.Value) > 1e-12 {
			t.Errorf("tau %v, want %v", got, tau.Value)
		}
		if got := a.Spearman(b).Value; math.Abs(got-rho.Value) > 1e-12 {
			t.Errorf("rho %v, want %v", got, rho.Value)
		}
	})
}

// weighted is tau-b or rho of a sample in which every observation counts as often as its weight says, from their
// definitions.
func weighted(x, y, w []float64, concord func(a, b float64) float64) float64 {
	xy, xx, yy := 0.0, 0.0, 0.0
	for i := range x {
		for j := range x {
			p, q := concord(x[i], x[j]), concord(y[i], y[j])
			xy, xx, yy = xy+w[i]*w[j]*p*q, xx+w[i]*w[j]*p*p, yy+w[i]*w[j]*q*q
		}
	}
	return xy / math.Sqrt(xx*yy)
}

// mids are mid-distributions less a half under weights.
func mids(x, w []float64) []float64 {
	out, all := make([]float64, len(x)), 0.0
	for _, v := range w {
		all += v
	}
	for i := range x {
		for j := range x {
			switch {
			case x[j] < x[i]:
				out[i] += w[j] / all
			case x[j] == x[i]:
				out[i] += w[j] / all / 2
			}
		}
		out[i] -= .5
	}
	return out
}

func weightedRho(x, y, w []float64) float64 {
	u, v := mids(x, w), mids(y, w)
	xy, xx, yy := 0.0, 0.0, 0.0
	for i := range u {
		xy, xx, yy = xy+w[i]*u[i]*v[i], xx+w[i]*u[i]*u[i], yy+w[i]*v[i]*v[i]
	}
	return xy / math.Sqrt(xx*yy)
}

// An influence is the derivative of the value by a weight, times the number of observations.
func TestInfluenceIsADerivative(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := drawPairs(t)
		a, b, ok := orders(t, x, y)
		if !ok || len(x) < 4 || len(x) > 30 {
			return
		}
		n := float64(len(x))
		tau, rho := a.Kendall(b), a.Spearman(b)
		w := make([]float64, len(x))
		for i := range w {
			w[i] = 1
		}
		i := rapid.IntRange(0, len(x)-1).Draw(t, "observation")
		const h = 1e-5
		slope := func(f func() float64) float64 {
			w[i] = 1 + h
			up := f()
			w[i] = 1 - h
			down := f()
			w[i] = 1
			return (up - down) / (2 * h) * n
		}
		wantTau := slope(func() float64 {
			return weighted(x, y, w, func(a, b float64) float64 { return sign(a - b) })
		})
		wantRho := slope(func() float64 { return weightedRho(x, y, w) })
		if math.Abs(tau.Influence[i]-wantTau) > 1e-6*n || math.Abs(rho.Influence[i]-wantRho) > 1e-6*n {
			t.Errorf("influence on tau %v, want %v; on rho %v, want %v", tau.Influence[i], wantTau, rho.Influence[i], wantRho)
		}
	})
}

// The standard error is that of bootstrap samples.
func TestDeviationIsThatOfTheBootstrap(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	x, y := make([]float64, 400), make([]float64, 400)
	for i := range x {
		x[i] = math.Round(4 * random.NormFloat64())
		y[i] = math.Round(x[i] + 5*random.NormFloat64())
	}
	a, _ := NewOrder(x)
	b, _ := NewOrder(y)
	for name, c := range map[string]struct {
		got Association
		of  func(x, y []float64) (Correlation, error)
	}{"tau": {a.Kendall(b), KendallTauB}, "rho": {a.Spearman(b), Spearman}} {
		var drawn []float64
		xs, ys := make([]float64, len(x)), make([]float64, len(x))
		for range 600 {
			for i := range xs {
				k := random.IntN(len(x))
				xs[i], ys[i] = x[k], y[k]
			}
			v, err := c.of(xs, ys)
			if err != nil {
				t.Fatal(err)
			}
			drawn = append(drawn, v.Value)
		}
		d, err := Describe(drawn)
		if got := Deviation(c.got.Influence, len(x)); err != nil || math.Abs(got/d.StdDev-1) > .12 {
			t.Errorf("%s: %v, bootstrap %v, %v", name, got, d.StdDev, err)
		}
	}
}

func TestAssociationsOfFewAreNotCertain(t *testing.T) {
	for n, widest := range map[int]float64{2: 2, 4: 2, 8: 1, 40: .2} {
		x := make([]float64, n)
		for i := range x {
			x[i] = float64(i)
		}
		o, err := NewOrder(x)
		if err != nil {
			t.Fatal(err)
		}
		in, err := o.Kendall(o).Interval(.95)
		if err != nil || in.High != 1 || 1-in.Low > widest || in.Low == 1 {
			t.Errorf("%d: %v, %v", n, in, err)
		}
	}
}

func TestOrderRefusesBadInput(t *testing.T) {
	for _, x := range [][]float64{nil, {1, math.NaN()}, {1, 1, 1}, {5}} {
		if _, err := NewOrder(x); err == nil {
			t.Errorf("%v: no error", x)
		}
	}
	if _, err := (Association{}).Interval(1); err == nil {
		t.Error("no error for a confidence of 1")
	}
}

func BenchmarkOrderKendall(b *testing.B) {
	random := rand.New(rand.NewPCG(3, 4))
	x, y := make([]float64, 6466), make([]float64, 6466)
	for i := range x {
		x[i], y[i] = random.Float64(), float64(random.IntN(1000))
	}
	o, _ := NewOrder(x)
	p, _ := NewOrder(y)
	for b.Loop() {
		o.Kendall(p)
	}
}
