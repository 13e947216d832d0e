package usage

import (
	"cmp"
	"math"
	"strconv"
	"strings"
)

// Number reads a finite number above 0, or a quotient of two.
func Number(text string) (float64, error) {
	above, below, quotient := strings.Cut(text, "/")
	if !quotient {
		below = "1"
	}
	a, errA := strconv.ParseFloat(above, 64)
	b, errB := strconv.ParseFloat(below, 64)
	if err := cmp.Or(errA, errB); err != nil {
		return 0, err
	}
	if v := a / b; a > 0 && b > 0 && !math.IsInf(v, 0) && v > 0 {
		return v, nil
	}
	return 0, strconv.ErrRange
}
