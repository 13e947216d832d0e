package stats

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestAreaAddsUp(t *testing.T) {
	c := Curve{[]float64{0, 2, 5}, []float64{3, 2, 1}}
	for _, want := range []struct{ from, to, area float64 }{{0, 2, 6}, {0, 10, 17}, {1, 3, 5}, {3, 3, 0}, {7, 9, 2}} {
		if got, err := c.Area(want.from, want.to); err != nil || math.Abs(got-want.area) > 1e-12 {
			t.Errorf("from %v to %v: %v, %v, want %v", want.from, want.to, got, err, want.area)
		}
	}
}

// The area from query 1 is the sum of what holds after each query.
func TestAreaSumsTheRunningBest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var c Curve
		want, best := 0.0, -1.0
		queries := rapid.SliceOfN(rapid.Float64Range(-1, 1), 1, 30).Draw(t, "values")
		for i, v := range queries {
			if v > best || i == 0 {
				best = v
				c.At, c.Value = append(c.At, float64(i+1)), append(c.Value, v)
			}
			want += best
		}
		area, err := c.Area(1, float64(len(queries)+1))
		if err != nil || math.Abs(area-want) > 1e-9 {
			t.Fatalf("area %v, %v, want the sum %v", area, err, want)
		}
	})
}

func TestRegretIsTheDistanceFromTheOptimum(t *testing.T) {
	c := Curve{[]float64{1, 2}, []float64{.25, .5}}
	got, err := c.Regret(1)
	if diff := cmp.Diff(Curve{c.At, []float64{.75, .5}}, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	if got, err := c.Regret(.3); err == nil {
		t.Errorf("from an optimum that was passed: %v", got)
	}
}

func TestReachIsCensoredAtTheEnd(t *testing.T) {
	c := Curve{[]float64{1, 40, 250}, []float64{.600, .687, .692}}
	for _, w := range []struct {
		tolerance, end float64
		want           Observation
	}{
		{.005, 300, Observation{40, true}}, {.001, 300, Observation{250, true}}, {0, 250, Observation{250, true}},
		{.001, 200, Observation{200, false}}, {.2, 300, Observation{1, true}},
	} {
		got, err := c.Reach(.692, w.tolerance, w.end)
		if err != nil || got != w.want {
			t.Errorf("to within %v by %v: %v, %v, want %v", w.tolerance, w.end, got, err, w.want)
		}
	}
}

func TestCurvesRefuseBadInput(t *testing.T) {
	good := Curve{[]float64{1, 2}, []float64{3, 4}}
	for name, c := range map[string]Curve{
		"empty": {}, "lengths": {[]float64{1}, nil}, "falling": {[]float64{2, 1}, []float64{1, 1}},
		"NaN value": {[]float64{1}, []float64{math.NaN()}}, "infinite time": {[]float64{math.Inf(1)}, []float64{1}},
	} {
		_, regret := c.Regret(9)
		_, area := c.Area(5, 6)
		_, reach := c.Reach(9, 1, 5)
		for i, err := range []error{regret, area, reach} {
			if err == nil {
				t.Errorf("%s: no error of function %d", name, i)
			}
		}
	}
	for name, run := range map[string]func() error{
		"optimum":   func() error { _, err := good.Regret(math.NaN()); return err },
		"before":    func() error { _, err := good.Area(0, 2); return err },
		"backwards": func() error { _, err := good.Area(2, 1); return err },
		"for ever":  func() error { _, err := good.Area(1, math.Inf(1)); return err },
		"too long": func() error {
			_, err := Curve{[]float64{-math.MaxFloat64}, []float64{0}}.Area(-math.MaxFloat64, math.MaxFloat64)
			return err
		},
		"too large": func() error {
			_, err := Curve{[]float64{0, 1e300}, []float64{1e300, -1e300}}.Area(0, 3e300)
			return err
		},
		"tolerance": func() error { _, err := good.Reach(1, -1, 2); return err },
	} {
		if run() == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
