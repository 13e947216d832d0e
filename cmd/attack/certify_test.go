package attack

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/robustness/smoothing"
)

func TestRadiiAreRead(t *testing.T) {
	for list, want := range map[string][]float64{
		"0.5":             {.5},
		"0.5, 0 ,128/255": {0, .5, 128. / 255},
		"1e-3,0.0,.25,2":  {0, .001, .25, 2},
		"":                {0, .05, .1, .15, .2, .25, .3, .35, .4, .45, .5, .55, .6},
	} {
		got, err := radii(list, .6158)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%q: %v, %s", list, err, diff)
		}
	}
	for list, want := range map[string]string{
		"0.1,":       `"0.1,": "": want L2 radii, such as "0,0.25,128/255"`,
		"-0.1":       `"-0.1": want L2 radii`,
		"NaN":        `"NaN": want L2 radii`,
		"Inf":        `"Inf": want L2 radii`,
		"a":          `"a": want L2 radii`,
		"1/0":        `"1/0": want L2 radii`,
		"0.1,0.10":   `0.10 stands twice`,
		"0,0.00":     `0.00 stands twice`,
		"l2:0.25":    `"l2:0.25": want L2 radii`,
		"0.25;0.375": `want L2 radii`,
	} {
		if got, err := radii(list, .6158); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, %v, want %s", list, got, err, want)
		}
	}
}

// Without a choice radii are in even, round steps from 0 as far as there are certificates.
func TestPropertyRadiiAreEven(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		largest := math.Pow(10, rapid.Float64Range(-6, 7).Draw(t, "exponent"))
		all := even(largest)
		if n := len(all); all[0] != 0 || n < 4 || n > mostRadii+1 || all[n-1] > largest*(1+1e-9) {
			t.Fatalf("up to %g: %v", largest, all)
		}
		step := all[1]
		for i, v := range all {
			if math.Abs(v-float64(i)*step) > 1e-9*largest {
				t.Errorf("%v is no multiple of %g", v, step)
			}
		}
		if all[len(all)-1]+step < largest*(1-1e-9) {
			t.Errorf("%v ends before %g", all, largest)
		}
	})
}

func FuzzRadii(f *testing.F) {
	for _, list := range []string{"", "0", "0,0.25,0.5", "128/255", "-1", "1e400", "0x1p-2", "0.1,,0.2", "nan,inf", " 0.1 , 0.2 "} {
		f.Add(list, .6158)
	}
	f.Fuzz(func(t *testing.T, list string, largest float64) {
		if !(largest > 1e-7 && largest < 1e8) {
			t.Skip()
		}
		all, err := radii(list, largest)
		if err != nil {
			if strings.Contains(err.Error(), "\n") && !strings.Contains(list, "\n") {
				t.Errorf("an error of several lines: %v", err)
			}
			return
		}
		if len(all) == 0 || !slices.IsSorted(all) || all[0] < 0 || math.IsInf(all[len(all)-1], 0) {
			t.Errorf("%q up to %g: %v", list, largest, all)
		}
		if len(slices.Compact(slices.Clone(all))) != len(all) {
			t.Errorf("%q: %v has equal ones", list, all)
		}
	})
}

// The picture is the curve: at every radius of the table it has the table's accuracy.
func TestCurveIsDrawnAsItIsTold(t *testing.T) {
	r := &smoothing.Report{
		Config: smoothing.Default(), Labels: []int{0, 1, 2, 0, 1},
		Certificates: []smoothing.Certificate{
			{Class: 0, Radius: .3}, {Class: 1, Radius: .1}, {Class: 0, Radius: .5}, {Class: smoothing.Abstained}, {Class: 1, Radius: .3},
		},
	}
	c := newCertified(r, []float64{0, .1, .2, .3, .4})
	want := []step{{0, .6}, {.1, .6}, {.2, .4}, {.3, .4}, {.4, 0}}
	if diff := cmp.Diff(want, c.Curve); diff != "" || c.Abstentions != 1 || c.Wrong != 1 || math.Abs(c.MeanRadius-.14) > 1e-12 {
		t.Errorf("%+v: %s", c, diff)
	}
	line := c.figure().(figure.Curves).Series[0]
	if diff := cmp.Diff([]float64{0, .1, .3, .3}, line.X); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]float64{.6, .4, .2, 0}, line.Y); diff != "" {
		t.Error(diff)
	}
}
