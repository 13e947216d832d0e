package gp

import (
	"errors"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"
)

// Central differences with step h are off by about h^2 of the third derivative, and rounding/h: 1e-6 at h =
// 1e-5, for values of the order of 100.
func TestGradientAgreesWithDifferences(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	k := append(Kernel{{Shape: Matern52, Terms: []Term{{0, 1}, {4}}}, {Shape: Matern32, Terms: []Term{{3}, {4}}}}, smallKernel...)
	l := NewLikelihood(k)
	var y []float64
	for _, x := range randomPoints(r, 40) {
		l.Add(x)
		y = append(y, r.NormFloat64())
	}
	for range 5 {
		theta := make([]float64, k.Size())
		for i := range theta {
			theta[i] = r.NormFloat64()
		}
		grad := make([]float64, len(theta))
		if _, err := l.Evaluate(grad, theta, y); err != nil {
			t.Fatal(err)
		}
		for i := range theta {
			const h = 1e-5
			at := func(d float64) float64 {
				moved := append([]float64(nil), theta...)
				moved[i] += d
				v, err := l.Evaluate(nil, moved, y)
				if err != nil {
					t.Fatal(err)
				}
				return v
			}
			want := (at(h) - at(-h)) / (2 * h)
			if math.Abs(grad[i]-want) > 1e-5*(1+math.Abs(want)) {
				t.Errorf("derivative %d: %v, differences give %v", i, grad[i], want)
			}
		}
	}
}

// plainLikelihood is the likelihood and its gradient as the textbook has them, pair by pair with LAPACK.
func plainLikelihood(k Kernel, points [][]float64, theta, y []float64) (value float64, grad []float64) {
	n := len(points)
	cov := mat.NewSymDense(n, nil)
	for i, x := range points {
		for j := range i + 1 {
			cov.SetSym(i, j, k.Cov(theta, x, points[j]))
		}
		cov.SetSym(i, i, cov.At(i, i)+noise(theta)+jitter)
	}
	var chol mat.Cholesky
	chol.Factorize(cov)
	var alpha mat.VecDense
	var inverse mat.SymDense
	_, _ = chol.SolveVecTo(&alpha, mat.NewVecDense(n, y)), chol.InverseTo(&inverse)
	grad = make([]float64, len(theta))
	for i, x := range points {
		value -= y[i] * alpha.AtVec(i) / 2
		for j, o := range points {
			q := (alpha.AtVec(i)*alpha.AtVec(j) - inverse.At(i, j)) / 2
			if i == j {
				grad[len(grad)-1] += q * noise(theta)
			}
			at := 0
			for c, ps := range k.parameters(theta) {
				u := 0.0
				for t, term := range k[c].Terms {
					u += ps.weights[t] * k[c].Shape.distance(term, x, o)
				}
				f, df := k[c].Shape.value(u)
				grad[at] += q * ps.amplitude * f
				for t, term := range k[c].Terms {
					grad[at+1+t] += q * ps.amplitude * df * ps.weights[t] * k[c].Shape.distance(term, x, o)
				}
				at += 1 + len(ps.weights)
			}
		}
	}
	return value - chol.LogDet()/2 - float64(n)*math.Log(2*math.Pi)/2, grad
}

// The noise's variance is a hundredth of the largest eigenvalue that the covariance can have, so that what is solved for
// is off by at most a hundred times n roundings, less than 1e-12 of it; n^2 such terms add up.
func TestLikelihoodIsThePlainOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 2))
		n := rapid.IntRange(1, 80).Draw(t, "points")
		points := randomPoints(r, n)
		theta := randomTheta(r)
		theta[len(theta)-1] = math.Log(smallKernel.Variance(theta) * float64(n) / 100)
		l := NewLikelihood(smallKernel)
		y := make([]float64, n)
		for i, x := range points {
			l.Add(x)
			y[i] = r.NormFloat64()
		}
		grad := make([]float64, len(theta))
		value, err := l.Evaluate(grad, theta, y)
		if err != nil {
			t.Fatal(err)
		}
		want, derivatives := plainLikelihood(smallKernel, points, theta, y)
		tolerance := 1e-12 * (1 + floats.Dot(y, l.alpha) + float64(n*n))
		if math.Abs(value-want) > tolerance || !floats.EqualApprox(grad, derivatives, tolerance) {
			t.Fatalf("%d points: %v, %v, want %v, %v", n, value, grad, want, derivatives)
		}
	})
}

// The posterior that is made of the distances between all pairs is the one that observes point by point, to the bit.
func TestPosteriorOfALikelihoodObservesItsPoints(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("a product and a sum may be rounded at once in one of the two")
	}
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 3))
		theta := randomTheta(r)
		l, want := NewLikelihood(smallKernel), NewPosterior(smallKernel, theta)
		for _, x := range randomPoints(r, rapid.IntRange(0, 60).Draw(t, "points")) {
			l.Add(x)
			if err := want.Observe(x); err != nil {
				t.Fatal(err)
			}
		}
		got, err := l.Posterior(theta)
		if err != nil {
			t.Fatal(err)
		}
		if got.Len() != want.Len() {
			t.Fatalf("%d points, want %d", got.Len(), want.Len())
		}
		for i := range want.Len() {
			if !slices.Equal(got.factor.row(i), want.factor.row(i)) {
				t.Fatalf("row %d: %v, want %v", i, got.factor.row(i), want.factor.row(i))
			}
		}
	})
}

func TestFitRaisesTheDensity(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	l := NewLikelihood(smallKernel)
	var y []float64
	for _, x := range randomPoints(r, 50) {
		l.Add(x)
		y = append(y, math.Sin(3*x[0])+0.1*r.NormFloat64())
	}
	start := make([]float64, smallKernel.Size())
	priors := make([]Prior, len(start))
	for i := range priors {
		priors[i] = Prior{Mean: -1, SD: 1}
	}
	before, err := l.Evaluate(nil, start, y)
	if err != nil {
		t.Fatal(err)
	}
	for range start {
		before -= 0.5 // the prior's density at 0
	}
	theta, after, err := l.Fit(start, y, priors, 50)
	if err != nil {
		t.Fatal(err)
	}
	if !(after > before+5) || theta[len(theta)-1] > -2 {
		t.Errorf("density %v after %v, noise variance %v", after, before, noise(theta))
	}
}

// One point a hundred times, without noise: the covariance has rank one, and takes jitter. Values that are no
// numbers take no jitter.
func TestCovarianceThatIsNotPositiveDefinite(t *testing.T) {
	theta := make([]float64, smallKernel.Size())
	theta[len(theta)-1] = -200
	l, p := NewLikelihood(smallKernel), NewPosterior(smallKernel, theta)
	x := make([]float64, 5)
	y := make([]float64, 100)
	for range y {
		l.Add(x)
		if err := p.Observe(x); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := l.Evaluate(make([]float64, len(theta)), theta, y); err != nil {
		t.Errorf("with jitter: %v", err)
	}
	theta[1] = math.NaN()
	var failed *NotPositiveDefiniteError
	if _, err := l.Evaluate(nil, theta, y); !errors.As(err, &failed) {
		t.Errorf("with a weight that is no number: error %v", err)
	}
	if _, _, err := l.Fit(theta, y, nil, 5); err == nil {
		t.Error("fit from a weight that is no number: no error")
	}
	bad := make([]float64, len(y))
	bad[0] = 1e6
	if err := p.observe(x, bad); !errors.As(err, &failed) {
		t.Errorf("impossible covariance: error %v", err)
	}
}

// Growing row by row gives the factor that decomposing at once gives: compare their likelihoods' weights.
func TestPosteriorGrowsToTheSameWeights(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	theta := randomTheta(r)
	p := NewPosterior(smallKernel, theta)
	points := randomPoints(r, 60)
	y := make([]float64, len(points))
	for i, x := range points {
		y[i] = r.NormFloat64()
		if err := p.Observe(x); err != nil {
			t.Fatal(err)
		}
	}
	w := p.Weights(y)
	for i, x := range points { // K w = y
		sum := (noise(theta) + jitter) * w[i]
		for j, o := range points {
			sum += smallKernel.Cov(theta, x, o) * w[j]
		}
		if math.Abs(sum-y[i]) > 1e-8 {
			t.Errorf("row %d: %v, want %v", i, sum, y[i])
		}
	}
}

// A draw has the prior's covariance, but for the spread of means over draws (1/sqrt(n) = .016, here four of
// them) and of random features.
func TestDrawsHaveThePriorsCovariance(t *testing.T) {
	for _, shape := range []Shape{Exponential, Matern32} {
		testDraws(t, Kernel{{Shape: shape, Terms: smallKernel[0].Terms}})
	}
}

func testDraws(t *testing.T, k Kernel) {
	t.Helper()
	r := rand.New(rand.NewPCG(5, 5))
	theta := []float64{math.Log(0.8), -1, -0.5, 0, -3}
	p := NewPosterior(k, theta)
	points := randomPoints(r, 4)
	const n = 4000
	sums := make([][4]float64, len(points))
	for range n {
		f := p.DrawPrior(r)
		var v [4]float64
		for i, x := range points {
			v[i] = f.At(x)
		}
		for i := range v {
			for j := range v {
				sums[i][j] += v[i] * v[j] / n
			}
		}
	}
	for i := range points {
		for j := range points {
			if want := k.Cov(theta, points[i], points[j]); math.Abs(sums[i][j]-want) > 0.08 {
				t.Errorf("shape %d: covariance %d, %d of draws: %v, want %v", k[0].Shape, i, j, sums[i][j], want)
			}
		}
	}
}
