package gp

import (
	"math"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/internal/sharedtest"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// regression is a fixture computed by scikit-learn.
type regression struct {
	TrainArch []space.Arch `json:"train_arch"`
	QueryArch []space.Arch `json:"query_arch"`
	Y         []float64    `json:"y"`
	YNoisy    []float64    `json:"y_noisy"`
	Fits      []struct {
		Name       string
		ThetaNames []string    `json:"theta_names"`
		ThetaLog   []float64   `json:"theta_log"`
		Optimised  bool        `json:"optimised"`
		Target     string      `json:"target"`
		LML        float64     `json:"lml"`
		Gradient   []float64   `json:"lml_grad_log"`
		Mean       []float64   `json:"mean"`
		SDLatent   []float64   `json:"sd_latent"`
		SDObserved []float64   `json:"sd_observed"`
		CovLatent  [][]float64 `json:"cov_latent"`
	}
}

func TestFixtureRegression(t *testing.T) {
	for _, file := range sharedtest.Cases(t, "gp", "gp*.json") {
		var r regression
		sharedtest.ReadJSON(t, file, &r)
		train, query := oneHot(t, r.TrainArch), oneHot(t, r.QueryArch)
		for _, f := range r.Fits {
			t.Run(f.Name, func(t *testing.T) {
				k, theta, at := translate(t, f.Name, f.ThetaNames, f.ThetaLog)
				y := r.Y
				if f.Target == "y_noisy" {
					y = r.YNoisy
				}
				l := NewLikelihood(k)
				p := NewPosterior(k, theta)
				for _, x := range train {
					l.Add(x)
					if err := p.Observe(x); err != nil {
						t.Fatal(err)
					}
				}
				grad := make([]float64, len(theta))
				lml, err := l.Evaluate(grad, theta, y)
				if err != nil {
					t.Fatal(err)
				}
				near(t, "lml", lml, f.LML, 1e-8)
				scale := 0.0
				for _, g := range f.Gradient {
					scale = math.Max(scale, math.Abs(g))
				}
				for i, j := range at {
					got := grad[j.index] * j.factor
					// An optimum's derivatives are differences of large numbers: compare those to the traces' size.
					if math.Abs(got-f.Gradient[i]) > 1e-6*math.Max(math.Abs(f.Gradient[i]), 1e-2*math.Max(scale, 1)) {
						t.Errorf("gradient by %s: %v, want %v", f.ThetaNames[i], got, f.Gradient[i])
					}
				}
				w := p.Weights(y)
				variance := noise(theta)
				for i, x := range query {
					mean, sd := p.Predict(x, w)
					near(t, "mean", mean, f.Mean[i], 1e-8)
					near(t, "sd", sd, f.SDLatent[i], 1e-8)
					near(t, "sd of an observation", math.Sqrt(sd*sd+variance), f.SDObserved[i], 1e-8)
					for j := range i {
						if got := p.Cov(x, query[j]); math.Abs(got-f.CovLatent[i][j]) > 1e-8*sd*f.SDLatent[j] {
							t.Errorf("covariance %d, %d: %v, want %v", i, j, got, f.CovLatent[i][j])
						}
					}
				}
				if !f.Optimised {
					return
				}
				best, value, err := l.Fit(make([]float64, len(theta)), y, nil, 200)
				if err != nil {
					t.Fatal(err)
				}
				if value < f.LML-1e-3 {
					t.Errorf("the fit reaches %v at %v, scikit-learn's %v", value, best, f.LML)
				}
			})
		}
	}
}

// parameter says which of our hyper-parameters one of scikit-learn's is: d lml / d theirs = factor times
// d lml / d ours.
type parameter struct {
	index  int
	factor float64
}

// translate builds the kernel of a fixture. Our weights are 1/l^2. A kernel without an amplitude has 1, one
// without noise as little as makes no difference.
func translate(t *testing.T, name string, names []string, thetaLog []float64) (Kernel, []float64, []parameter) {
	t.Helper()
	shape := RBF
	if strings.Contains(name, "matern52") {
		shape = Matern52
	}
	var lengths []float64
	for i, n := range names {
		if strings.Contains(n, "length_scale") {
			lengths = append(lengths, thetaLog[i])
		}
	}
	terms := make([]Term, len(lengths))
	for c := range nasbench201.Edges * nasbench201.Ops {
		terms[c%len(terms)] = append(terms[c%len(terms)], c)
	}
	k := Kernel{{Shape: shape, Terms: terms}}
	theta := make([]float64, k.Size())
	theta[len(theta)-1] = math.Inf(-1)
	var at []parameter
	for i, n := range names {
		switch {
		case strings.Contains(n, "constant_value"):
			theta[0] = thetaLog[i]
			at = append(at, parameter{0, 1})
		case strings.Contains(n, "noise_level"):
			theta[len(theta)-1] = thetaLog[i]
			at = append(at, parameter{len(theta) - 1, 1})
		default:
			term := 0
			for _, p := range at {
				if p.factor == -2 {
					term++
				}
			}
			theta[1+term] = -2 * thetaLog[i]
			at = append(at, parameter{1 + term, -2})
		}
	}
	return k, theta, at
}

func oneHot(t *testing.T, archs []space.Arch) [][]float64 {
	t.Helper()
	x := make([][]float64, len(archs))
	for i, a := range archs {
		c, err := nasbench201.Parse(a)
		if err != nil {
			t.Fatal(err)
		}
		x[i] = c.OneHot()
	}
	return x
}

func near(t *testing.T, what string, got, want, relative float64) {
	t.Helper()
	if math.Abs(got-want) > relative*math.Abs(want) || math.IsNaN(got) != math.IsNaN(want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func TestFixtureAcquisition(t *testing.T) {
	for _, file := range sharedtest.Cases(t, "gp", "acquisition*.json") {
		var f struct {
			Rows []struct {
				Mean, SD, Best, Z float64
				EI                float64
				LogEI             float64 `json:"log_ei"`
				LogPI             float64 `json:"log_pi"`
				UCB               float64 `json:"ucb_kappa2"`
			}
		}
		sharedtest.ReadJSON(t, file, &f)
		if len(f.Rows) == 0 {
			t.Errorf("%s: no rows", file)
		}
		for _, r := range f.Rows {
			near(t, "log ei", LogEI(r.Mean, r.SD, r.Best), r.LogEI, 1e-12)
			near(t, "log pi", LogPI(r.Mean, r.SD, r.Best), r.LogPI, 1e-12)
			near(t, "ucb", UCB(r.Mean, r.SD, 2), r.UCB, 1e-12)
			if t.Failed() {
				t.Fatalf("z = %v", r.Z)
			}
		}
	}
}

// The continued fraction is cut where the rest makes no difference.
func TestFractionHasEnoughTerms(t *testing.T) {
	for x := float64(tail); x < 1e4; x *= 1.01 {
		c := 0.0
		for k := 400.0; k >= 1; k-- {
			c = k / (x + c)
		}
		if math.Abs(fraction(x)-c) > 1e-14*c {
			t.Fatalf("fraction(%v) = %v, want %v", x, fraction(x), c)
		}
	}
}
