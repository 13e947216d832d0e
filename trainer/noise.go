package trainer

import "math/rand/v2"

// addNoise adds Gaussian noise of a standard deviation to pixels in [0,1], which it may take out of that range: the
// network learns what randomised smoothing asks it (Cohen, Rosenfeld, Kolter, ICML 2019, section 3.3).
func addNoise(pixels []float32, sigma float64, r *rand.Rand) {
	for i := range pixels {
		pixels[i] += float32(sigma * r.NormFloat64())
	}
}
