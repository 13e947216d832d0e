package numeral_test

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/internal/numeral"
	"pgregory.net/rapid"
)

func TestThousands(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 6466: "6,466", 1234567: "1,234,567"} {
		if got := numeral.Thousands(n); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
}

func TestCount(t *testing.T) {
	for n, want := range map[int]string{0: "0 runs", 1: "1 run", 2: "2 runs", 6466: "6,466 runs"} {
		if got := numeral.Count(n, "run"); got != want {
			t.Errorf("%d are %q, want %q", n, got, want)
		}
	}
}

func TestHundredths(t *testing.T) {
	for v, want := range map[float64]string{.5: ".50", -.004: ".00", .004: ".00", 1: "1.0", -.999: "-1.0", -.25: "-.25"} {
		if got := numeral.Hundredths(v); got != want {
			t.Errorf("%v is %q, want %q", v, got, want)
		}
	}
}

func TestPercent(t *testing.T) {
	for p, want := range map[float64]string{0: "below 0.1 %", .0005: "0.1 %", .25: "25.0 %", 1: "100.0 %"} {
		if got := numeral.Percent(p); got != want {
			t.Errorf("%v is %q, want %q", p, got, want)
		}
	}
}

func TestCoreTimeHasAUnitThatFits(t *testing.T) {
	for hours, want := range map[float64]string{
		0: "0.0 s of core time", 41.3 / 3600: "41.3 s of core time", .1: "0.1 core-hours", 5.44: "5.4 core-hours",
	} {
		if got := numeral.CoreTime(hours); got != want {
			t.Errorf("%v: %s, want %s", hours, got, want)
		}
	}
}

func TestDecimalKeepsDigitsThatCount(t *testing.T) {
	for v, want := range map[float64]string{0: "0", .12345: "0.123", 12.5: "12.5", 1234: "1234", .0005: "0.0005", -2: "-2"} {
		if got := numeral.Decimal(v, 3); got != want {
			t.Errorf("%v is %q, want %q", v, got, want)
		}
	}
}

func TestRoundPower(t *testing.T) {
	for v, want := range map[float64]string{.02: "0.02", 500: "500", 2e6: "2·10⁶", 1e-5: "10⁻⁵", math.Inf(1): "+Inf"} {
		if got := numeral.RoundPower(v); got != want {
			t.Errorf("%v is %q, want %q", v, got, want)
		}
	}
}

func TestBesideTellsNumbersApart(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   string
	}{
		{[]float64{.585}, "0.5850"},
		{[]float64{94.7827, 73.597}, "94.7827 73.5970"},
		{[]float64{12, 1, 0, 1500.25}, "12 1.0000 0 1500.2500"},
		{[]float64{12667.6, 12665.9}, "12667.6 12665.9"},
		{[]float64{.00020687, .00030274, .05}, "0.0002069 0.0003027 0.0500"},
		{[]float64{2.914237836508487e+61, 1e30}, "2.914e+61 1e+30"},
		{[]float64{1e15, 1e15 + 1}, "1000000000000000 1000000000000001"},
		{[]float64{1e15, 1e15 + 1, 0, -3}, "1000000000000000 1000000000000001 0 -3.0000"},
		{[]float64{1e15 + .5, 1e15 + 50.125, 1e15 + 60}, "1000000000000000 1000000000000050 1000000000000060"},
		{[]float64{123456789.5, 123456789.25}, "123456789.5 123456789.2"},
		{[]float64{1.00000001e30, 1.00000002e30}, "1.00000001e+30 1.00000002e+30"},
		{[]float64{.12345678, .12345679}, "0.12345678 0.12345679"},
		{[]float64{.3, .1 + .2}, "0.3000 0.3000"},
		{[]float64{5e-324, -5e-324, math.Copysign(0, -1)}, "5e-324 -5e-324 0"},
		{[]float64{math.MaxFloat64, -math.MaxFloat64}, "1.798e+308 -1.798e+308"},
		{[]float64{1e7, 9999999}, "10000000 9999999"},
	} {
		print := numeral.Beside(c.values...)
		var got []string
		for _, v := range c.values {
			got = append(got, print(v))
		}
		if text := strings.Join(got, " "); text != c.want {
			t.Errorf("%v: %s, want %s", c.values, text, c.want)
		}
	}
}

// Numbers that differ in their first twelve digits look different, whatever else there is, and what is shown is near.
func TestPropertyBesideTellsNumbersApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOf(rapid.Float64Range(-1.7e308, 1.7e308)).Draw(t, "values")
		if len(values) > 0 {
			v := rapid.SampledFrom(values).Draw(t, "one")
			values = append(values, v+v*rapid.Float64Range(-1e-6, 1e-6).Draw(t, "by"))
		}
		print := numeral.Beside(values...)
		shown := map[string]float64{}
		for _, v := range values {
			text := print(v)
			other, there := shown[text]
			if d := math.Abs(v - other); there && d > 1e-11*math.Abs(v) {
				t.Fatalf("%v and %v are both %s", v, other, text)
			}
			shown[text] = v
			if read, err := strconv.ParseFloat(text, 64); math.Abs(read-v) > 6e-3*math.Abs(v) || len(text) > 26 || err != nil {
				t.Fatalf("%v is shown as %s: %v", v, text, err)
			}
		}
	})
}

func TestStepwise(t *testing.T) {
	for _, c := range []struct {
		v, step float64
		want    string
	}{
		{.2, .2, "0.2"}, {.5, .25, "0.5"}, {0, 1e60, "0"}, {2e61, 1e61, "2e+61"}, {1.2e61, 2e60, "1.2e+61"}, {1e-20, 5e-21, "1e-20"},
		{300, 100, "300"}, {-.05, .05, "-0.05"},
	} {
		if got := numeral.Stepwise(c.v, c.step); got != c.want {
			t.Errorf("%v by %v: %s, want %s", c.v, c.step, got, c.want)
		}
	}
}

func TestDifferencesHaveASign(t *testing.T) {
	for v, want := range map[float64]string{0: "0", .0123: "+0.0123", -12: "-12.0", 1.5e61: "+1.50e+61", -2e-9: "-2.00e-09"} {
		if got := numeral.Signed(v, 3); got != want {
			t.Errorf("%v is %s, want %s", v, got, want)
		}
	}
}
