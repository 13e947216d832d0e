package stats

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestBoxByHand: the quartiles of 0 .. 8 and 30 are 2.25 and 6.75, so the whiskers may reach from -4.5 to 13.5.
func TestBoxByHand(t *testing.T) {
	b, err := NewBox([]float64{30, 8, 7, 6, 5, 4, 3, 2, 1, 0})
	if err != nil {
		t.Fatal(err)
	}
	if b.Q1 != 2.25 || b.Q3 != 6.75 || b.Median != 4.5 || b.Low != 0 || b.High != 8 {
		t.Errorf("box %+v", b)
	}
	if d := cmp.Diff([]float64{30}, b.Outside); d != "" {
		t.Errorf("outside: %s", d)
	}
	if low, high := b.Fences(1.5); low != -4.5 || high != 13.5 {
		t.Errorf("fences at %v and %v", low, high)
	}
}

func TestEqualValuesOutsideABoxAreOne(t *testing.T) {
	b, err := NewBox([]float64{9, -9, 1, 1, 1, 1, 1, 1, 1, 9})
	if d := cmp.Diff([]float64{-9, 9}, b.Outside); d != "" || err != nil || b.Low != 1 || b.High != 1 {
		t.Errorf("whiskers from %v to %v, %v, outside %s", b.Low, b.High, err, d)
	}
}

func TestBoxRefusesWhatItCannotDescribe(t *testing.T) {
	for _, values := range [][]float64{nil, {1, math.NaN()}, {math.Inf(1)}} {
		if _, err := NewBox(values); err == nil {
			t.Errorf("%v: no error", values)
		}
	}
}
