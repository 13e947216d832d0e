package term_test

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/internal/figure/term"
	"pgregory.net/rapid"
)

var nan = math.NaN()

// line is a chart of one line over whole numbers from 1 on.
func line(y ...float64) figure.Curves {
	s := figure.Series{Y: y}
	for i := range y {
		s.X = append(s.X, float64(i+1))
	}
	return figure.Curves{Series: []figure.Series{s}}
}

func TestCurvesAreSteps(t *testing.T) {
	want := `
 0.7500 ┤                                 ╭
 0.6875 ┤                                 │
 0.6250 ┤                                 │
 0.5625 ┤                                 │
 0.5000 ┤                      ╭──────────╯
 0.4375 ┤                      │
 0.3750 ┤                      │
 0.3125 ┤                      │
 0.2500 ┤           ╶──────────╯
        └┬──────────┬──────────┬──────────┬
         1          2          3          4`
	if got := "\n" + term.Curves(line(nan, .25, .5, .75), 43); got != want {
		t.Errorf("%s, want%s", got, want)
	}
}

func TestDotsAreNotDrawn(t *testing.T) {
	c := line(.25, .5)
	c.Series = append(c.Series, figure.Series{Look: figure.Dots, X: []float64{1, 2}, Y: []float64{99, 98}})
	if drawn := term.Curves(c, 0); strings.Contains(drawn, "9") {
		t.Error(drawn)
	}
}

func TestAxesPrintTheirNumbers(t *testing.T) {
	c := line(3, 4)
	as := func(text string) func(...float64) func(float64) string {
		return func(...float64) func(float64) string { return func(float64) string { return text } }
	}
	c.X.Format, c.Y.Format = as("x"), as("y")
	drawn := term.Curves(c, 0)
	if !strings.Contains(drawn, "y┤") || !strings.Contains(drawn[strings.LastIndex(drawn, "\n"):], "x") {
		t.Error(drawn)
	}
}

func TestOneNumberIsNoCurve(t *testing.T) {
	for _, y := range [][]float64{nil, {1}, {nan, nan}} {
		if got := term.Curves(line(y...), 0); got != "" {
			t.Errorf("%v is drawn as\n%s", y, got)
		}
	}
}

// Whatever the numbers are, the chart is as wide as it may be, and its ticks are queries that there are, the first and
// the last among them.
func TestPropertyChartsFit(t *testing.T) {
	extreme := rapid.OneOf(rapid.Float64(), rapid.Float64Range(0, 1), rapid.Just(nan),
		rapid.SampledFrom([]float64{math.MaxFloat64, -math.MaxFloat64, 5e-324, 1e15, 1e15 + 1, 2.9e61}))
	rapid.Check(t, func(t *rapid.T) {
		y := rapid.SliceOfN(extreme, 2, 400).Draw(t, "y")
		columns := rapid.IntRange(50, 200).Draw(t, "columns")
		drawn := term.Curves(line(y...), columns)
		if drawn == "" {
			for _, v := range y {
				if !math.IsNaN(v) && !math.IsInf(v, 0) {
					t.Fatal("nothing is drawn")
				}
			}
			return
		}
		rows := strings.Split(drawn, "\n")
		for _, row := range rows {
			if utf8.RuneCountInString(row) > columns || strings.Contains(row, "NaN") || strings.Contains(row, "Inf") {
				t.Fatalf("in %d columns:\n%s", columns, drawn)
			}
		}
		ticks := strings.Fields(rows[len(rows)-1])
		if ticks[0] != "1" || ticks[len(ticks)-1] != strconv.Itoa(len(y)) || strings.Contains(drawn, "/") {
			t.Fatalf("ticks %q of %d queries", ticks, len(y))
		}
		for _, tick := range ticks {
			if n, err := strconv.Atoi(tick); err != nil || n < 1 || n > len(y) {
				t.Fatalf("tick %q", tick)
			}
		}
	})
}

// A chart whose numbers are all at one place, such as trials that took no time, is drawn in its first column.
func TestCurvesAtOnePlace(t *testing.T) {
	c := figure.Curves{Series: []figure.Series{{X: []float64{0, 0, 0}, Y: []float64{1, 3, 2}}}, Step: true}
	if got := term.Curves(c, 40); !strings.Contains(got, "─") {
		t.Errorf("drawn %q", got)
	}
}

func cloud(points ...figure.Point) figure.Scatter { return figure.Scatter{Points: points} }

// A scatter of few points is known by heart: the best is at the right and above.
func TestScatterPlacesItsPoints(t *testing.T) {
	s := cloud(figure.Point{X: 0, Y: 0}, figure.Point{X: 1, Y: 8}, figure.Point{X: .5, Y: 4})
	s.Front.Points = []figure.Point{{X: 1, Y: 8}}
	want := `
8.0000 ┤                                 ●
7.0000 ┤
6.0000 ┤
5.0000 ┤
4.0000 ┤                 ·
3.0000 ┤
2.0000 ┤
1.0000 ┤
     0 ┤·
       └──────────────────────────────────
        0             0.5000        1.0000`
	if got := "\n" + term.Scatter(s, 43); got != want {
		t.Errorf("%s, want%s", got, want)
	}
}

func TestScatterOfNothingIsNone(t *testing.T) {
	inf := math.Inf(1)
	for name, s := range map[string]figure.Scatter{
		"none": {}, "not known": cloud(figure.Point{X: nan, Y: 1}, figure.Point{X: 1, Y: nan}),
		"infinite": cloud(figure.Point{X: inf, Y: 1}, figure.Point{X: 1, Y: -inf}),
	} {
		if got := term.Scatter(s, 0); got != "" {
			t.Errorf("%s is drawn as\n%s", name, got)
		}
	}
}

func TestScatterOfEqualPointsHasOneMark(t *testing.T) {
	for n := range 3 {
		s := cloud(slices.Repeat([]figure.Point{{X: .25, Y: 3e6}}, n+1)...)
		got := term.Scatter(s, 60)
		if strings.Count(got, "·") != 1 {
			t.Errorf("%d are drawn as\n%s", n+1, got)
		}
		s.Front.Points = s.Points
		if got := term.Scatter(s, 60); strings.Count(got, "●") != 1 || strings.Contains(got, "·") {
			t.Errorf("%d on a front are drawn as\n%s", n+1, got)
		}
	}
}

// Whatever the points are, the chart is no wider than it may be, shows all that are known, and has its numbers apart.
func TestPropertyScattersFit(t *testing.T) {
	extreme := rapid.OneOf(rapid.Float64Range(0, 1), rapid.Float64(), rapid.SampledFrom([]float64{
		nan, math.Inf(1), math.Inf(-1), math.MaxFloat64, -math.MaxFloat64, 5e-324, 1e15, 1e15 + 1, -2.9e61, 0, 1,
	}))
	point := rapid.Custom(func(t *rapid.T) figure.Point {
		return figure.Point{X: extreme.Draw(t, "x"), Y: extreme.Draw(t, "y")}
	})
	rapid.Check(t, func(t *rapid.T) {
		s := cloud(rapid.SliceOfN(point, 0, 300).Draw(t, "points")...)
		s.Front.Points = rapid.SliceOfN(point, 0, 5).Draw(t, "front")
		columns := rapid.IntRange(40, 200).Draw(t, "columns")
		drawn := term.Scatter(s, columns)
		known := func(p figure.Point) bool { return !math.IsNaN(p.X-p.X) && !math.IsNaN(p.Y-p.Y) }
		front := slices.ContainsFunc(s.Front.Points, known)
		if strings.Contains(drawn, "●") != front || (drawn == "") != (!front && !slices.ContainsFunc(s.Points, known)) {
			t.Fatalf("drawn as\n%s", drawn)
		}
		if strings.Contains(drawn, "NaN") || strings.Contains(drawn, "Inf") {
			t.Fatalf("drawn as\n%s", drawn)
		}
		rows := strings.Split(drawn, "\n")
		for _, row := range rows {
			if utf8.RuneCountInString(row) > columns {
				t.Fatalf("in %d columns:\n%s", columns, drawn)
			}
		}
		for _, text := range strings.Fields(rows[len(rows)-1]) {
			if _, err := strconv.ParseFloat(text, 64); err != nil && !errors.Is(err, strconv.ErrRange) { // of the largest
				t.Fatalf("in %d columns %q is no number:\n%s", columns, text, drawn)
			}
		}
	})
}
