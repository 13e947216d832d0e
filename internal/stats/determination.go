package stats

import (
	"fmt"
	"slices"
)

// Determination is the coefficient of determination R2 of predictions,
//
//	1 - sum (truth - guess)^2 / sum (truth - mean)^2,
//
// the share of the truth's variance that they explain: 1 if they are the truth, 0 if they are no better than its mean,
// and less if they are worse. ErrConstant: the truth does not vary.
func Determination(truth, guess []float64) (float64, error) {
	if err := pairs(finite, truth, guess); err != nil {
		return 0, err
	}
	if slices.Min(truth) == slices.Max(truth) {
		return 0, fmt.Errorf("stats: no share of variance: %w", ErrConstant)
	}
	e := max(excess(truth...), excess(guess...))
	truth, guess = shifted(truth, -e), shifted(guess, -e)
	mean, left, all := Mean(truth), 0.0, 0.0
	for i, v := range truth {
		left += (v - guess[i]) * (v - guess[i])
		all += (v - mean) * (v - mean)
	}
	return 1 - left/all, nil
}
