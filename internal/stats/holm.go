package stats

import "cmp"

// Holm returns the p-values adjusted for their number, in their order: comparing them with alpha keeps the
// probability of any false rejection below alpha, however the tests depend on each other. The i-th smallest of m
// becomes the largest of (m - j + 1) p_j over j <= i, at most 1 (Holm, Scandinavian Journal of Statistics 1979).
func Holm(p []float64) ([]float64, error) {
	if err := without(func(v float64) bool { return !(v >= 0 && v <= 1) }, "p", p); err != nil {
		return nil, err
	}
	adjusted, largest := make([]float64, len(p)), 0.0
	for k, i := range order(len(p), func(i, j int) int { return cmp.Compare(p[i], p[j]) }) {
		largest = max(largest, min(1, float64(len(p)-k)*p[i]))
		adjusted[i] = largest
	}
	return adjusted, nil
}
