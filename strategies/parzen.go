package strategies

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
)

// parzen is a density over the choices of some parameters: a mixture of one kernel for each observation, and a uniform
// one for the prior. With n kernels, that of an observation has for each parameter of k choices the probability
// (1/n + 1) / (1 + k/n) for what was observed, and (1/n) / (1 + k/n) for anything else: it narrows as n grows.
type parzen struct {
	sizes    []int     // choices of each parameter
	n        float64   // kernels, the prior among them
	observed [][]int   // without repetitions: equal kernels are one
	weights  []float64 // of these kernels and, the last, of the prior; they add to 1
}

// fullWeight is how many of the latest observations have it. Those before have less, the oldest least.
const fullWeight = 25

// newParzen returns the density of observations, the oldest first.
func newParzen(observed [][]int, sizes []int) parzen {
	n := len(observed)
	p := parzen{sizes: sizes, n: float64(n + 1)}
	at := map[string]int{}
	for i, choices := range observed {
		k, ok := at[key(choices)]
		if !ok {
			k = len(p.observed)
			at[key(choices)] = k
			p.observed, p.weights = append(p.observed, choices), append(p.weights, 0)
		}
		p.weights[k] += weight(i, n)
	}
	p.weights = append(p.weights, 1)
	floats.Scale(1/floats.Sum(p.weights), p.weights)
	return p
}

// weight is that of the i-th of n observations, from 1/n for the first.
func weight(i, n int) float64 {
	ramp, first := n-fullWeight, 1/float64(n)
	switch {
	case i >= ramp:
		return 1
	case ramp == 1:
		return first
	}
	return first + (1-first)*float64(i)/float64(ramp-1)
}

// key tells choices apart.
func key(choices []int) string {
	text := make([]rune, len(choices))
	for i, c := range choices {
		text[i] = rune(c)
	}
	return string(text)
}

// draw returns choices: those of a kernel's observation, each with probability 1 / (1 + k/n), else any.
func (p parzen) draw(r *rand.Rand) []int {
	choices := make([]int, len(p.sizes))
	kernel := pick(r, p.weights)
	for i, k := range p.sizes {
		choices[i] = r.IntN(k)
		if kernel < len(p.observed) && r.Float64()*(1+float64(k)/p.n) < 1 {
			choices[i] = p.observed[kernel][i]
		}
	}
	return choices
}

// logDensity returns the logarithm of the density.
func (p parzen) logDensity(choices []int) float64 {
	prior, none := math.Log(p.weights[len(p.observed)]), 0. // the prior's, and that of a kernel with other choices
	for _, k := range p.sizes {
		prior -= math.Log(float64(k))
		none -= math.Log(p.n + float64(k))
	}
	// Every choice that a kernel shares makes it n + 1 times as large. They are added in units of the largest.
	sharing := make([]float64, len(choices)+1) // weights of the kernels by how many they share
	most := 0
	for i, observed := range p.observed {
		shared := 0
		for j, choice := range choices {
			if observed[j] == choice {
				shared++
			}
		}
		sharing[shared] += p.weights[i]
		most = max(most, shared)
	}
	sum := 0.
	for shared, weight := range sharing[:most+1] {
		sum += weight * math.Pow(p.n+1, float64(shared-most))
	}
	kernels := none + float64(most)*math.Log(p.n+1) + math.Log(sum)
	return floats.LogSumExp([]float64{prior, kernels})
}

// pick returns a position with the probability that is there; they add to 1.
func pick(r *rand.Rand, probabilities []float64) int {
	u := r.Float64()
	for i, p := range probabilities {
		if u -= p; u < 0 {
			return i
		}
	}
	return len(probabilities) - 1
}
