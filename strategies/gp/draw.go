package gp

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// features is the number of random features of each component in a draw: its covariance is off by about
// 1/sqrt(features).
const features = 256

// Draw is a function drawn from the prior, as a sum of random Fourier features (Rahimi and Recht, NeurIPS
// 2007).
type Draw struct{ waves []wave }

// wave is scale * cos(frequency x + phase).
type wave struct {
	frequency    []float64
	phase, scale float64
}

// DrawPrior draws a function from the prior of a kernel of Exponential and Matern32 components. Frequencies of
// exp(-w |d|) have a Cauchy distribution of scale w, each by itself; those of Matern32 have together Student's with 3
// degrees of freedom and scales sqrt(w) (Rasmussen and Williams, eq. 4.15).
func (p *Posterior) DrawPrior(r *rand.Rand) Draw {
	var d Draw
	for i, params := range p.kernel.parameters(p.theta) {
		width := 0
		for _, term := range p.kernel[i].Terms {
			for _, column := range term {
				width = max(width, column+1)
			}
		}
		for range features {
			w := wave{frequency: make([]float64, width), phase: 2 * math.Pi * r.Float64()}
			w.scale = r.NormFloat64() * math.Sqrt(2*params.amplitude/features)
			frequency := frequencies(r, p.kernel[i].Shape)
			for t, term := range p.kernel[i].Terms {
				for _, column := range term {
					w.frequency[column] = frequency(params.weights[t])
				}
			}
			d.waves = append(d.waves, w)
		}
	}
	return d
}

// frequencies returns what draws the frequencies of a wave, by the weight of their columns' term.
func frequencies(r *rand.Rand, s Shape) func(weight float64) float64 {
	switch s {
	case Exponential:
		return func(weight float64) float64 { return weight * math.Tan(math.Pi*(r.Float64()-0.5)) }
	case Matern32:
		const degrees = 3
		squares := 0.0
		for range degrees {
			z := r.NormFloat64()
			squares += z * z
		}
		return func(weight float64) float64 { return math.Sqrt(weight*degrees/squares) * r.NormFloat64() }
	default:
		panic(fmt.Sprintf("gp: no draw from a kernel of shape %d", s))
	}
}

// At returns the function's value.
func (d Draw) At(x []float64) float64 {
	sum := 0.0
	for _, w := range d.waves {
		angle := w.phase
		for i, f := range w.frequency {
			angle += f * x[i]
		}
		sum += w.scale * math.Cos(angle)
	}
	return sum
}

// DrawNoise draws the noise of one observation.
func (p *Posterior) DrawNoise(r *rand.Rand) float64 {
	return r.NormFloat64() * math.Sqrt(noise(p.theta))
}

// Points returns the observations' points.
func (p *Posterior) Points() [][]float64 { return p.points }
