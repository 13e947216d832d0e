package numeral_test

import (
	"math"
	"testing"

	"github.com/nassearch/nassearch/internal/numeral"
)

func TestThousands(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 6466: "6,466", 1234567: "1,234,567"} {
		if got := numeral.Thousands(n); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
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
