package kernel

// Stats writes, for every channel, the mean over some pixels of a block and its images, and the sum of squared
// deviations from it. lanes has a number for each lane of a block, 1 for an image and 0 for none; count is pixels times
// images.
// The deviations are taken from the mean of these very pixels, in a second sweep, so that nothing cancels.
func (k *Arithmetic[T]) Stats(x, lanes []T, channels, pixels int, count float64, mean, m2 []T) {
	k.stats(x, lanes, channels, pixels, T(1/count), mean, m2)
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
