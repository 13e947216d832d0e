package corruption

import "math"

// variance is that of weights around their middle.
func variance(weights []float64) (sum float64) {
	for i, w := range weights {
		d := float64(i - len(weights)/2)
		sum += w * d * d
	}
	return sum
}

// spread returns weights with a variance: three, or a Gaussian where that is more than these can have.
func spread(variance float64) []float64 {
	if variance <= .5 {
		return []float64{variance / 2, 1 - variance, variance / 2}
	}
	deviation := math.Sqrt(variance)
	return gaussian(deviation, int(4*deviation+.5))
}

// gaussian returns the weights of a Gaussian of a deviation at -radius to radius, with the sum 1.
func gaussian(deviation float64, radius int) []float64 {
	weights, sum := make([]float64, 2*radius+1), 0.0
	for i := range weights {
		d := float64(i-radius) / deviation
		weights[i] = math.Exp(-d * d / 2)
		sum += weights[i]
	}
	for i := range weights {
		weights[i] /= sum
	}
	return weights
}
