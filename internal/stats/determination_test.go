package stats

import (
	"errors"
	"math"
	"testing"
)

func TestDeterminationByHand(t *testing.T) {
	for _, c := range []struct {
		truth, guess []float64
		want         float64
	}{
		{[]float64{1, 2, 3}, []float64{1, 2, 3}, 1},
		{[]float64{1, 2, 3}, []float64{2, 2, 2}, 0},
		{[]float64{1, 2, 3}, []float64{3, 2, 1}, -3},
		{[]float64{1, 2, 3, 6}, []float64{1, 2, 4, 5}, 1 - 2./14},
		{[]float64{1e300, 2e300, 3e300}, []float64{1e300, 2e300, 2e300}, .5},
		{[]float64{1e-300, 2e-300, 3e-300}, []float64{1e-300, 2e-300, 2e-300}, .5},
	} {
		if got, err := Determination(c.truth, c.guess); err != nil || math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%v of %v: %v, %v, want %v", c.guess, c.truth, got, err, c.want)
		}
	}
}

func TestDeterminationRefusesBadInput(t *testing.T) {
	if _, err := Determination([]float64{.1, .1, .1}, []float64{1, 2, 3}); !errors.Is(err, ErrConstant) {
		t.Errorf("%v, want ErrConstant", err)
	}
	for _, c := range [][2][]float64{{{}, {}}, {{1, 2}, {1}}, {{1, math.NaN()}, {1, 2}}, {{1, 2}, {1, math.Inf(1)}}} {
		if _, err := Determination(c[0], c[1]); err == nil {
			t.Errorf("%v: no error", c)
		}
	}
}
