package stats

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestBestSoFarKeepsImprovements(t *testing.T) {
	at := []float64{1, 2, 3, 3, 3, 7}
	for _, c := range []struct {
		value    []float64
		maximize bool
		want     Curve
	}{
		{[]float64{.5, .4, .6, .8, .7, .8}, true, Curve{[]float64{1, 3}, []float64{.5, .8}}},
		{[]float64{.5, .4, .6, .8, .7, .1}, false, Curve{[]float64{1, 2, 7}, []float64{.5, .4, .1}}},
	} {
		got, err := BestSoFar(at, c.value, c.maximize)
		if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
			t.Errorf("%v: %v %s", c.value, err, diff)
		}
	}
}

// At every query the curve is the largest of the values up to it.
func TestBestSoFarReadsAsTheRunningBest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.SliceOfN(rapid.Float64Range(-1, 1), 1, 30).Draw(t, "value")
		at, best, worst := make([]float64, len(value)), make([]float64, len(value)), make([]float64, len(value))
		for i := range value {
			at[i], best[i], worst[i] = float64(i+1), slices.Max(value[:i+1]), slices.Min(value[:i+1])
		}
		for maximize, want := range map[bool][]float64{true: best, false: worst} {
			c, err := BestSoFar(at, value, maximize)
			if err != nil {
				t.Fatal(err)
			}
			got, err := c.Read(at)
			if err != nil || !slices.Equal(got, want) {
				t.Fatalf("%v, %v, want %v", got, err, want)
			}
			area, err := c.Area(1, float64(len(at)+1))
			if err != nil || math.Abs(area-sum(want)) > 1e-9 {
				t.Fatalf("area %v, %v, want the sum %v", area, err, sum(want))
			}
		}
	})
}

func TestReadHoldsBetweenSteps(t *testing.T) {
	c := Curve{[]float64{1, 4, 4, 6}, []float64{10, 20, 25, 30}}
	got, err := c.Read([]float64{1, 3.9, 4, 5.5, 6, 100})
	if diff := cmp.Diff([]float64{10, 10, 25, 25, 30, 30}, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	if got, err := c.Read([]float64{.5}); err == nil {
		t.Errorf("before the first step it is %v", got)
	}
}

func TestAreaAddsUp(t *testing.T) {
	c := Curve{[]float64{0, 2, 5}, []float64{3, 2, 1}}
	for _, want := range []struct{ from, to, area float64 }{{0, 2, 6}, {0, 10, 17}, {1, 3, 5}, {3, 3, 0}, {7, 9, 2}} {
		if got, err := c.Area(want.from, want.to); err != nil || math.Abs(got-want.area) > 1e-12 {
			t.Errorf("from %v to %v: %v, %v, want %v", want.from, want.to, got, err, want.area)
		}
	}
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

func TestCurvesAreReadOnOneGrid(t *testing.T) {
	curves := []Curve{{[]float64{1, 5}, []float64{0, 4}}, {[]float64{2}, []float64{2}}, {[]float64{1.5, 3}, []float64{1, 6}}}
	start, err := LatestStart(curves)
	if err != nil || start != 2 {
		t.Fatal(start, err)
	}
	rows, err := ReadAll(curves, []float64{start, 4, 6})
	if diff := cmp.Diff([][]float64{{0, 0, 4}, {2, 2, 2}, {1, 6, 6}}, rows); err != nil || diff != "" {
		t.Fatalf("%v %s", err, diff)
	}
	bands, err := Bands(rows, 0, .5, .75)
	if diff := cmp.Diff([][]float64{{0, 0, 2}, {1, 2, 4}, {1.5, 4, 5}}, bands); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	if _, err := ReadAll(curves, []float64{1}); err == nil {
		t.Error("a grid from before the latest start")
	}
}

func TestCurvesRefuseBadInput(t *testing.T) {
	good := Curve{[]float64{1, 2}, []float64{3, 4}}
	for name, c := range map[string]Curve{
		"empty": {}, "lengths": {[]float64{1}, nil}, "falling": {[]float64{2, 1}, []float64{1, 1}},
		"NaN value": {[]float64{1}, []float64{math.NaN()}}, "infinite time": {[]float64{math.Inf(1)}, []float64{1}},
	} {
		_, read := c.Read([]float64{5})
		_, regret := c.Regret(9)
		_, area := c.Area(5, 6)
		_, reach := c.Reach(9, 1, 5)
		_, start := LatestStart([]Curve{good, c})
		_, best := BestSoFar(c.At, c.Value, true)
		for i, err := range []error{read, regret, area, reach, start, best} {
			if err == nil {
				t.Errorf("%s: no error of function %d", name, i)
			}
		}
	}
	for name, run := range map[string]func() error{
		"grid":      func() error { _, err := good.Read(nil); return err },
		"optimum":   func() error { _, err := good.Regret(math.NaN()); return err },
		"before":    func() error { _, err := good.Area(0, 2); return err },
		"backwards": func() error { _, err := good.Area(2, 1); return err },
		"for ever":  func() error { _, err := good.Area(1, math.Inf(1)); return err },
		"tolerance": func() error { _, err := good.Reach(1, -1, 2); return err },
		"no curves": func() error { _, err := LatestStart(nil); return err },
		"no rows":   func() error { _, err := ReadAll(nil, []float64{1}); return err },
		"bands":     func() error { _, err := Bands(nil, .5); return err },
		"quantile":  func() error { _, err := Bands([][]float64{{1}}, 2); return err },
	} {
		if run() == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
