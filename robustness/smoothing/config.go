// Package smoothing certifies by randomised smoothing how far from an image no perturbation changes a classifier's
// answer (Cohen, Rosenfeld, Kolter: Certified adversarial robustness via randomized smoothing, ICML 2019).
//
// The classifier that is certified is not the network but its vote: the class that the network sees most often when
// Gaussian noise is added to every pixel. If that class has a share pA > 1/2 of the votes, it keeps the majority within
// the L2 radius sigma x Phi^-1(pA) of the image (theorem 1). A share is estimated from finitely many votes, so that a
// certificate is wrong with probability alpha at most, of an image.
package smoothing

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/nassearch/nassearch/robustness"
)

// Config says how images are certified.
type Config struct {
	Sigma  float64 `json:"sigma"` // standard deviation of the noise, of pixels in [0,1]
	Select int     `json:"n0"`    // votes that choose the class
	Votes  int     `json:"n"`     // further votes that bound its share
	Alpha  float64 `json:"alpha"` // probability that a certificate is wrong, at most
}

// Default is the paper's, with a hundredth of its votes: certificates reach .616, which is 2.46 sigma, not 3.81 sigma.
func Default() Config { return Config{Sigma: .25, Select: 100, Votes: 1000, Alpha: .001} }

// Noise that single precision can add to pixels in [0,1].
const (
	leastSigma = 1. / (1 << 20)
	mostSigma  = 1e6
)

// mostVotes is more than anybody waits for.
const mostVotes = math.MaxInt32

// Validate returns a [*robustness.ConfigError] if a field has no meaning, or if no image could be certified.
func (c Config) Validate() error {
	switch {
	case !(c.Sigma >= leastSigma && c.Sigma <= mostSigma):
		want := fmt.Sprintf("the noise's standard deviation, from %.2g to %g, with pixels in [0,1]", leastSigma, mostSigma)
		return &robustness.ConfigError{Setting: "sigma", Value: c.Sigma, Want: want}
	case !(c.Alpha > 0 && c.Alpha < 1):
		const want = "the probability of a wrong certificate, more than 0 and less than 1"
		return &robustness.ConfigError{Setting: "alpha", Value: c.Alpha, Want: want}
	case c.Select < 1 || c.Select > mostVotes:
		const want = "the votes that choose a class, at least 1, and fewer than 2^31"
		return &robustness.ConfigError{Setting: "n0", Value: c.Select, Want: want}
	case c.Votes < c.Select || c.Votes > mostVotes:
		want := fmt.Sprintf("at least as many votes as n0, %d, and fewer than 2^31", c.Select)
		return &robustness.ConfigError{Setting: "n", Value: c.Votes, Want: want}
	case c.LargestRadius() == 0:
		want := fmt.Sprintf("at least %d votes: with fewer, alpha %g lets no image be certified", c.fewest(), c.Alpha)
		return &robustness.ConfigError{Setting: "n", Value: c.Votes, Want: want}
	}
	return nil
}

// fewest is how many votes are needed so that a unanimous one certifies an image.
func (c Config) fewest() int { return 1 + int(math.Floor(-math.Log2(c.Alpha))) }

// String says what is done: "the vote under noise of sigma 0.25, n0 100, n 1000, alpha 0.001".
func (c Config) String() string {
	return fmt.Sprintf("the vote under noise of sigma %g, n0 %d, n %d, alpha %g", c.Sigma, c.Select, c.Votes, c.Alpha)
}

// LargestRadius is that of an image on which all votes agree.
func (c Config) LargestRadius() float64 { return c.radius(c.Votes) }

// radius is the one that so many votes for a class certify; 0: none.
func (c Config) radius(votes int) float64 {
	share := Lower(votes, c.Votes, c.Alpha)
	if !(share > .5) {
		return 0
	}
	return c.Sigma * distuv.UnitNormal.Quantile(share)
}
