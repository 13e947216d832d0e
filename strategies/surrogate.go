package strategies

import (
	"math"
	"slices"

	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/strategies/gp"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
)

// The prior of the surrogate's hyper-parameters, log-normal. Targets are standardised, so the amplitudes of all
// views should add to about 1.
const (
	priorSD    = 1.5
	priorNoise = 1e-2
)

// priorDistance is how far apart points should be in each view.
func priorDistance(s gp.Shape) float64 {
	if s == gp.Exponential {
		return 1.5
	}
	return 3
}

// mostFitted is the number of observations up to which hyper-parameters are learnt: beyond, they stay as they are. A
// fit takes O(n^3) time and O(n^2) memory for every weight of the kernel; the posterior itself takes O(n^2) a query.
const mostFitted = 2000

// fitSteps is the number of L-BFGS iterations of a fit; each begins where the last one ended. When and how long to fit
// is part of what a seed means: a study that is continued must go on as it would have.
const fitSteps = 15

// due says whether hyper-parameters are learnt again after so many observations, when they were last after fitted.
func due(n, fitted int) bool { return n >= fitted+max(5, n/10) }

// surrogate is a Gaussian process over what a space shows of its architectures.
type surrogate struct {
	points func(space.Arch) []float64
	kernel gp.Kernel
	priors []gp.Prior
	clip   float64 // targets this many deviations below the median count as that; 0 for no limit

	mostFitted int

	theta      []float64
	likelihood *gp.Likelihood // nil once there are too many observations
	posterior  *gp.Posterior
	x          [][]float64
	y          []float64 // larger is better
}

// newSurrogate compares points by Matern32 in each view, or by Exponential in every column of a plain encoding.
func newSurrogate(p search.Problem, clip float64) (*surrogate, error) {
	m := &surrogate{clip: clip, mostFitted: mostFitted}
	switch v := p.Space.(type) {
	case space.Viewer:
		m.points = v.View
		at := 0
		for _, view := range v.Views() {
			c := gp.Component{Shape: gp.Matern32}
			for _, term := range view.Terms {
				c.Terms = append(c.Terms, columns(at, term.Columns))
				at += term.Columns
			}
			m.kernel = append(m.kernel, c)
		}
	case space.Encoder:
		m.points = v.Encode
	default:
		return nil, &search.SpaceError{
			Space: p.Space.Name(), Lacks: "shows nothing to learn from: it has neither views nor an encoding",
		}
	}
	if len(p.Scores) == 0 {
		return m, nil
	}
	return m, m.learnFrom(p)
}

// learnFrom adds what is known of classes from elsewhere, each score a term of all views together: two architectures
// are alike if they look alike in every view and their scores are alike. A weight near 0 is that of a score that says
// nothing; a score has one, not one for each view.
func (m *surrogate) learnFrom(p search.Problem) error {
	e, ok := p.Space.(space.Enumerator)
	if !ok {
		return &search.SpaceError{Space: p.Space.Name(), Lacks: "cannot be listed, which scores need"}
	}
	plain, rows := m.points, scoreRows(e, p.Scores)
	first := len(plain(e.Class(0)))
	if m.kernel == nil {
		m.kernel = perColumn(first)
	}
	together := gp.Component{Shape: m.kernel[0].Shape}
	for _, c := range m.kernel {
		together.Terms = append(together.Terms, c.Terms...)
	}
	for column := range rows[p.Class(e.Class(0))] {
		together.Terms = append(together.Terms, gp.Term{first + column})
	}
	m.kernel = gp.Kernel{together}
	m.points = func(a space.Arch) []float64 { return slices.Concat(plain(a), rows[p.Class(a)]) }
	return nil
}

// columns returns n column numbers from first on.
func columns(first, n int) gp.Term {
	t := make(gp.Term, n)
	for i := range t {
		t[i] = first + i
	}
	return t
}

// observe learns the value of a point, larger being better.
func (m *surrogate) observe(a space.Arch, y float64) error {
	x := m.points(a)
	if m.kernel == nil {
		m.kernel = perColumn(len(x))
	}
	if m.theta == nil {
		m.begin()
	}
	m.x, m.y = append(m.x, x), append(m.y, y)
	if len(m.y) > m.mostFitted {
		m.likelihood = nil // which is large
	} else {
		m.likelihood.Add(x)
	}
	return m.posterior.Observe(x)
}

// fits says whether there is a likelihood to fit hyper-parameters by.
func (m *surrogate) fits() bool { return m.likelihood != nil }

// perColumn is the kernel for a plain encoding: every column has a weight.
func perColumn(n int) gp.Kernel {
	c := gp.Component{Shape: gp.Exponential}
	for i := range n {
		c.Terms = append(c.Terms, gp.Term{i})
	}
	return gp.Kernel{c}
}

// begin sets the hyper-parameters to the middle of their prior.
func (m *surrogate) begin() {
	for _, c := range m.kernel {
		m.priors = append(m.priors, gp.Prior{Mean: -math.Log(float64(len(m.kernel))), SD: priorSD})
		for range c.Terms {
			m.priors = append(m.priors, gp.Prior{Mean: math.Log(priorDistance(c.Shape) / float64(len(c.Terms))), SD: priorSD})
		}
	}
	m.priors = append(m.priors, gp.Prior{Mean: math.Log(priorNoise), SD: priorSD})
	for _, p := range m.priors {
		m.theta = append(m.theta, p.Mean)
	}
	m.likelihood = gp.NewLikelihood(m.kernel)
	m.posterior = gp.NewPosterior(m.kernel, m.theta)
}

// fit adapts the hyper-parameters to the observations.
func (m *surrogate) fit() error {
	theta, _, err := m.likelihood.Fit(m.theta, m.targets(), m.priors, fitSteps)
	if err != nil {
		return err
	}
	m.theta = theta
	m.posterior, err = m.likelihood.Posterior(theta)
	return err
}

// targets returns the observations standardised.
func (m *surrogate) targets() []float64 { return standardised(m.y, m.clip) }

// standardised returns values, of which larger are better, with mean 0 and deviation 1. Very bad ones are raised first,
// to clip median absolute deviations below the median (0 for no limit): how bad they are says nothing of where the best
// is, and would stretch the scale.
func standardised(values []float64, clip float64) []float64 {
	clipped, _ := scaled(values, clip)
	return clipped
}

// scaled returns values standardised and, on the same scale, as they are.
func scaled(values []float64, clip float64) (clipped, all []float64) {
	all = ordinary(values)
	y := slices.Clone(all)
	if clip > 0 {
		middle := median(y)
		off := slices.Clone(y)
		for i := range off {
			off[i] = math.Abs(off[i] - middle)
		}
		if spread := median(off); spread > 0 {
			for i := range y {
				y[i] = max(y[i], middle-clip*spread)
			}
		}
	}
	mean, sd := stat.PopMeanStdDev(y, nil)
	if !(sd > 0) {
		sd = 1
	}
	for _, of := range [][]float64{y, all} {
		floats.AddConst(-mean, of)
		floats.Scale(1/sd, of)
	}
	return y, all
}

// ordinary returns numbers times a power of two, 1 unless they are so large or small that their squares overflow or
// vanish.
func ordinary(values []float64) []float64 {
	largest := floats.Norm(values, math.Inf(1))
	_, exponent := math.Frexp(largest)
	scaled := slices.Clone(values)
	if exponent > -400 && exponent < 400 {
		return scaled
	}
	for i, v := range scaled {
		scaled[i] = math.Ldexp(v, -exponent)
	}
	return scaled
}

func median(values []float64) float64 {
	s := slices.Clone(values)
	slices.Sort(s)
	return (s[(len(s)-1)/2] + s[len(s)/2]) / 2
}
