package term_test

import (
	"math"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/internal/figure/term"
)

func TestCurvesBeginWhereALineIsKnown(t *testing.T) {
	nan := math.NaN()
	c := figure.Curves{Series: []figure.Series{
		{Look: figure.Dots, X: []float64{1, 2, 3, 4, 5}, Y: []float64{nan, 99, 98, 97, 96}},
		{X: []float64{1, 2, 3, 4, 5}, Y: []float64{nan, nan, .25, .5, .75}},
	}}
	drawn := term.Curves(c)
	for _, want := range []string{"0.75 ┤", "0.25 ┼"} {
		if !strings.Contains(drawn, want) {
			t.Errorf("no %q in\n%s", want, drawn)
		}
	}
	if strings.Contains(drawn, "9") {
		t.Errorf("dots are drawn in\n%s", drawn)
	}
	ticks := strings.Fields(drawn[strings.LastIndex(drawn, "\n"):])
	if ticks[0] != "3" || ticks[len(ticks)-1] != "5" {
		t.Errorf("ticks %q, want them from 3 to 5", ticks)
	}
}

func TestAxesPrintTheirNumbers(t *testing.T) {
	c := figure.Curves{
		X:      figure.Axis{Format: func(float64) string { return "x" }},
		Y:      figure.Axis{Format: func(float64) string { return "y" }},
		Series: []figure.Series{{X: []float64{1, 2}, Y: []float64{3, 4}}},
	}
	drawn := term.Curves(c)
	if !strings.Contains(drawn, "y┤") || !strings.Contains(drawn[strings.LastIndex(drawn, "\n"):], "x") {
		t.Error(drawn)
	}
}

func TestOneNumberIsNoCurve(t *testing.T) {
	nan := math.NaN()
	for _, y := range [][]float64{nil, {1}, {nan, nan}, {nan, 1}} {
		if got := term.Curves(figure.Curves{Series: []figure.Series{{X: []float64{1, 2}[:len(y)], Y: y}}}); got != "" {
			t.Errorf("%v is drawn as\n%s", y, got)
		}
	}
}
