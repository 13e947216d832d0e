package kernel

// Stats writes, for every channel, the mean over some pixels of a block and its images, and the sum of squared
// deviations from it. lanes has [Lanes] numbers, 1 for an image and 0 for none; count is pixels times images.
// The deviations are taken from the mean of these very pixels, in a second sweep, so that nothing cancels.
func (k *Kernel) Stats(x, lanes []float32, channels, pixels int, count float64, mean, m2 []float32) {
	k.stats(x, lanes, channels, pixels, float32(1/count), mean, m2)
}

// NormSums writes, for every channel, the sums over some pixels of a block of dy and of dy (z - mean).
func (k *Kernel) NormSums(dy, z, mean []float32, channels, pixels int, s0, s1 []float32) {
	k.bnSums(dy, z, mean, channels, pixels, s0, s1)
}

// NormBack writes dz = a dy + b z + c with coefficients for every channel, and 0 in lanes without an image.
func (k *Kernel) NormBack(dz, dy, z, a, b, c, lanes []float32, channels, pixels int) {
	k.bnBackward(dz, dy, z, a, b, c, lanes, channels, pixels)
}

// Affine writes y = a x + b with coefficients for every channel, added to y if add, and max(y, 0) to rect. rect may
// be nil; without add y may be nil.
func (k *Kernel) Affine(y, rect, x, a, b []float32, channels, pixels int, add bool) {
	k.affine(y, rect, x, a, b, channels, pixels, add)
}

// Moments is a mean and a sum of squared deviations from it, over Count numbers.
type Moments struct{ Count, Mean, M2 float64 }

// Add joins the moments of two samples (Chan, Golub and LeVeque, 1979).
func (m *Moments) Add(o Moments) {
	if o.Count == 0 {
		return
	}
	n := m.Count + o.Count
	d := o.Mean - m.Mean
	m.M2 += o.M2 + d*d*m.Count*o.Count/n
	m.Mean += d * o.Count / n
	m.Count = n
}
