package figure

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func labels(ticks []Tick) (all []string) {
	for _, t := range ticks {
		all = append(all, t.Label)
	}
	return all
}

func TestTicksAreRound(t *testing.T) {
	for _, c := range []struct {
		low, high float64
		n         int
		want      []string
	}{
		{0, 1, 5, []string{"0.0", "0.2", "0.4", "0.6", "0.8", "1.0"}},
		{-.02, .07, 4, []string{"-0.02", "0.00", "0.02", "0.04", "0.06"}},
		{1, 300, 6, []string{"50", "100", "150", "200", "250", "300"}},
		{.5872, .5881, 4, []string{"0.5872", "0.5874", "0.5876", "0.5878", "0.5880"}},
		{.502, .5905, 3, []string{"0.52", "0.54", "0.56", "0.58"}},
		{0, 3e6, 3, []string{"0", "1000000", "2000000", "3000000"}},
		{2, 2, 3, []string{"2"}},
		{-math.MaxFloat64, math.MaxFloat64, 2, []string{"-1e+308", "0", "1e+308"}},
		{0, 3e61, 2, []string{"0", "2e+61"}},
		{2e-9, 8e-9, 3, []string{"2e-09", "4e-09", "6e-09", "8e-09"}},
		{1e15, 1e15 + 1, 2, []string{"1000000000000000.0", "1000000000000000.5", "1000000000000001.0"}},
		{1e18, 1e18 + 128, 2, []string{"1000000000000000000", "1000000000000000128"}},
		{0, 5e-324, 3, []string{"0", "5e-324"}},
	} {
		if diff := cmp.Diff(c.want, labels(Axis{}.Ticks(Range{Low: c.low, High: c.high}, c.n))); diff != "" {
			t.Errorf("from %g to %g: %s", c.low, c.high, diff)
		}
	}
}

func TestTicksAreFewAndInside(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		low := rapid.Float64Range(-1e3, 1e3).Draw(t, "low")
		high := low + math.Pow(10, rapid.Float64Range(-4, 6).Draw(t, "log of the range"))
		ticks := Axis{}.Ticks(Range{Low: low, High: high}, 7)
		if len(ticks) < 2 || len(ticks) > 8 {
			t.Fatalf("%d ticks from %v to %v", len(ticks), low, high)
		}
		seen := map[string]bool{}
		for _, m := range ticks {
			slack := 1e-6 * (high - low)
			if m.At < low-slack || m.At > high+slack || seen[m.Label] {
				t.Fatalf("tick %v from %v to %v", m, low, high)
			}
			seen[m.Label] = true
		}
	})
}

func TestLogTicksAreDecades(t *testing.T) {
	for _, c := range []struct {
		low, high float64
		want      []string
	}{
		{.004, .3, []string{"0.005", "0.01", "0.02", "0.05", "0.1", "0.2"}},
		{2e-6, .5, []string{"10⁻⁵", "0.0001", "0.001", "0.01", "0.1"}},
	} {
		if diff := cmp.Diff(c.want, labels(Axis{Log: true}.Ticks(Range{Low: c.low, High: c.high, Log: true}, 7))); diff != "" {
			t.Errorf("from %g to %g: %s", c.low, c.high, diff)
		}
	}
}

func TestAxisWritesItsTicks(t *testing.T) {
	a := Axis{Format: func(ticks ...float64) func(float64) string {
		return func(v float64) string { return "<" + string(rune('a'+slices.Index(ticks, v))) + ">" }
	}}
	if diff := cmp.Diff([]string{"<a>", "<b>", "<c>"}, labels(a.Ticks(Range{Low: 0, High: 2}, 2))); diff != "" {
		t.Error(diff)
	}
}

func TestShareIsOneAtTheHighEnd(t *testing.T) {
	for _, c := range []struct {
		r       Range
		v, want float64
	}{
		{Range{Low: 1, High: 3}, 2, .5}, {Range{Low: 1, High: 3}, 3, 1}, {Range{Low: 2, High: 2}, 2, .5},
		{Range{Low: .01, High: 1, Log: true}, .1, .5}, {Range{Low: .01, High: 1, Log: true}, 1e-5, 0},
	} {
		if got := c.r.Share(c.v); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%v in %+v is at %v, want %v", c.v, c.r, got, c.want)
		}
	}
}
