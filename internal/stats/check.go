package stats

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
)

// ErrConstant is wrapped by the error for a sample whose values are all equal, where a statistic needs that
// they differ (a correlation).
var ErrConstant = errors.New("all values are equal")

// ordered refuses a sample that is empty or holds a NaN.
func ordered(name string, x []float64) error { return without(math.IsNaN, name, x) }

// finite refuses a sample that is empty or holds a NaN or an infinity.
func finite(name string, x []float64) error { return without(infinite, name, x) }

func infinite(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }

func without(bad func(float64) bool, name string, x []float64) error {
	if len(x) == 0 {
		return fmt.Errorf("stats: %s is empty", name)
	}
	if i := slices.IndexFunc(x, bad); i >= 0 {
		return fmt.Errorf("stats: %s[%d] is %v: out of range", name, i, x[i])
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

// table refuses rows that check refuses or that are not equally long.
func table(check func(string, []float64) error, name string, rows [][]float64) error {
	if len(rows) == 0 {
		return fmt.Errorf("stats: %s is empty", name)
	}
	for i, row := range rows {
		if len(row) != len(rows[0]) {
			return fmt.Errorf("stats: %s[%d] has %d values, %s[0] has %d", name, i, len(row), name, len(rows[0]))
		}
		if err := check(fmt.Sprintf("%s[%d]", name, i), row); err != nil {
			return err
		}
	}
	return nil
}

// setting refuses a value beyond the last of its kind.
func setting[T ~int](name string, v, last T) error {
	if v < 0 || v > last {
		return fmt.Errorf("stats: %s %d, want one from 0 to %d", name, v, last)
	}
	return nil
}
