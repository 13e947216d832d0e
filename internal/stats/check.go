package stats

import (
	"cmp"
	"errors"
	"fmt"
	"math"
)

// ErrConstant is wrapped by the error for a sample whose values are all equal, where a statistic needs that
// they differ (a correlation).
var ErrConstant = errors.New("all values are equal")

// ordered refuses a sample that is empty or holds a NaN.
func ordered(name string, x []float64) error {
	if len(x) == 0 {
		return fmt.Errorf("stats: %s is empty", name)
	}
	for i, v := range x {
		if math.IsNaN(v) {
			return fmt.Errorf("stats: %s[%d] is NaN", name, i)
		}
	}
	return nil
}

// finite refuses a sample that is empty or holds a NaN or an infinity.
func finite(name string, x []float64) error {
	if len(x) == 0 {
		return fmt.Errorf("stats: %s is empty", name)
	}
	for i, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("stats: %s[%d] is %v, want a finite number", name, i, v)
		}
	}
	return nil
}

// pairs refuses two samples that check refuses or that are not equally long.
func pairs(check func(string, []float64) error, x, y []float64) error {
	if len(x) != len(y) {
		return fmt.Errorf("stats: %d values are paired with %d", len(x), len(y))
	}
	return cmp.Or(check("x", x), check("y", y))
}

// share refuses what is not strictly between 0 and 1.
func share(name string, v float64) error {
	if !(v > 0 && v < 1) {
		return fmt.Errorf("stats: %s is %v, want a number between 0 and 1, both excluded", name, v)
	}
	return nil
}

// table refuses rows that are not equally long, or hold anything but finite numbers.
func table(name string, rows [][]float64) error {
	if len(rows) == 0 {
		return fmt.Errorf("stats: %s is empty", name)
	}
	for i, row := range rows {
		if len(row) != len(rows[0]) {
			return fmt.Errorf("stats: %s[%d] has %d values, %s[0] has %d", name, i, len(row), name, len(rows[0]))
		}
		if err := finite(fmt.Sprintf("%s[%d]", name, i), row); err != nil {
			return err
		}
	}
	return nil
}
