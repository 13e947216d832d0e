package plot

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image/png"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/plot/vg"
	"pgregory.net/rapid"
)

func box(t *testing.T, label string, values ...float64) Box {
	t.Helper()
	b, err := NewBox(label, values)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// figures are one of each kind.
func figures(t *testing.T) map[string]Figure {
	boxes := []Box{box(t, "clean", .7, .8, .9), box(t, "8", .1, .2, .3, .9)}
	return map[string]Figure{
		"heatmap": Heatmap{Title: "title", Rows: []string{"row"}, Columns: []string{"left", "right"}, Values: [][]float64{{.25, math.NaN()}}},
		"boxes": Boxes{Title: "title", XLabel: "eps", YLabel: "accuracy", Share: true, Reference: .1,
			Panels: []BoxPanel{{"FGSM", boxes}, {"PGD", boxes}, {"APGD", boxes}}},
		"one panel": Boxes{YLabel: "loss", Reference: math.NaN(), Panels: []BoxPanel{{"PGD", []Box{box(t, "1", 3, 3)}}}},
		"series": Boxes{YLabel: "best", Reference: math.NaN(), Panels: []BoxPanel{{"", []Box{
			inSeries(box(t, "a", 1, 2, 3), 1, 1.5, 2.5), inSeries(box(t, "b", 3, 3), 3, math.NaN(), math.NaN())}}}},
		"scatter": Scatter{Title: "title", XLabel: "clean", YLabel: "robust",
			Points: []Point{{.1, .1}, {.5, .9}, {.9, .5}}, Front: []Point{{.5, .9}, {.9, .5}}, FrontLabel: "front",
			Marks: []Mark{{Point{.9, .5}, "best clean"}, {Point{.5, .9}, "best robust"}}},
		"curves":    Curves{Title: "title", XLabel: "queries", YLabel: "best", Reference: .9, Settled: 2, Curves: twoCurves()},
		"regret":    Curves{XLabel: "queries", YLabel: "regret", Log: true, Reference: math.NaN(), Curves: twoCurves()},
		"no curves": Curves{Log: true, Reference: math.NaN(), Curves: []Curve{{Label: "none"}}},
		"ranks":     Ranks{Labels: []string{"random", "evolution", "local"}, Ranks: []float64{2.75, 1.25, 2}, Critical: 1.5, Groups: [][]int{{1, 2}, {0, 2}, {0}}},
		"one point": Scatter{Points: []Point{{.1, .1}}},
	}
}

func inSeries(b Box, color int, low, high float64) Box {
	b.Series = &Series{color, low, high}
	return b
}

// twoCurves have holes, and one comes to zero.
func twoCurves() []Curve {
	nan := math.NaN()
	return []Curve{
		{"up", []float64{1, 2, 3}, []float64{nan, .2, .4}, []float64{nan, .1, .3}, []float64{nan, .3, .5}},
		{"down", []float64{1, 2, 3}, []float64{.8, .2, 0}, []float64{.7, 0, 0}, []float64{.9, .3, 0}},
	}
}

func write(t *testing.T, format string, f Figure) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, format, f); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// texts parses an SVG file and returns what is written in it.
func texts(t *testing.T, svg []byte) []string {
	t.Helper()
	var out []string
	d := xml.NewDecoder(bytes.NewReader(svg))
	inside := false
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			inside = token.Name.Local == "text"
		case xml.EndElement:
			inside = false
		case xml.CharData:
			if inside {
				out = append(out, string(token))
			}
		}
	}
}

func TestFiguresSayWhatTheyShow(t *testing.T) {
	all := figures(t)
	for name, want := range map[string][]string{
		"heatmap":   {"title", "row", "left", "right", ".25"},
		"boxes":     {"title", "FGSM", "PGD", "APGD", "clean", "8", "eps", "accuracy", "0.0", "0.2", "1.0"},
		"one panel": {"PGD", "1", "loss", "3.0"},
		"scatter":   {"title", "clean", "robust", "front", "best clean", "best robust"},
		"curves":    {"title", "queries", "best", "up", "down", "1", "0.2"},
		"regret":    {"queries", "regret", "up", "down", "0", "0.1", "0.5"},
		"ranks":     {"evolution 1.25", "local 2.00", "random 2.75", "critical difference 1.50", "1", "3"},
	} {
		got := texts(t, write(t, "svg", all[name]))
		for _, w := range want {
			if !slices.Contains(got, w) {
				t.Errorf("%s: no text %q among %q", name, w, got)
			}
		}
	}
}

func TestBoxesOfSeriesHaveTheirCurvesColours(t *testing.T) {
	drawing := string(write(t, "svg", figures(t)["series"]))
	for color, want := range []bool{false, true, false, true} {
		c := palette[color]
		if got := strings.Contains(drawing, fmt.Sprintf("stroke:#%02X%02X%02X", c.R, c.G, c.B)); got != want {
			t.Errorf("colour %d: %t, want %t", color, got, want)
		}
	}
}

func TestEqualFiguresGiveEqualFiles(t *testing.T) {
	for name, f := range figures(t) {
		if !bytes.Equal(write(t, "svg", f), write(t, "svg", f)) {
			t.Errorf("%s: two files differ", name)
		}
	}
}

// TestFiguresStayInside looks for ink at the edge of the paper.
func TestFiguresStayInside(t *testing.T) {
	for name, f := range figures(t) {
		img, err := png.Decode(bytes.NewReader(write(t, "png", f)))
		if err != nil {
			t.Fatal(err)
		}
		r := img.Bounds()
		white := func(x, y int) bool {
			red, green, blue, _ := img.At(x, y).RGBA()
			return red == 0xffff && green == 0xffff && blue == 0xffff
		}
		for x := range r.Dx() {
			if !white(x, 1) || !white(x, r.Dy()-2) {
				t.Fatalf("%s: ink at the edge, column %d of %d", name, x, r.Dx())
			}
		}
		for y := 1; y < r.Dy()-1; y++ {
			if !white(1, y) || !white(r.Dx()-2, y) {
				t.Fatalf("%s: ink at the edge, row %d of %d", name, y, r.Dy())
			}
		}
	}
}

func TestPDF(t *testing.T) {
	if b := write(t, "pdf", figures(t)["scatter"]); !bytes.HasPrefix(b, []byte("%PDF-")) {
		t.Errorf("the file begins with %q", b[:min(8, len(b))])
	}
}

func TestFormatIsTheEndOfAName(t *testing.T) {
	for file, want := range map[string]string{"a.svg": "svg", "dir.png/a.PDF": "pdf", "a.png": "png", "a.gif": "", "svg": "", "": ""} {
		got, err := Format(file)
		if got != want || (err != nil) != (want == "") {
			t.Errorf("%q: %q, %v; want %q", file, got, err, want)
		}
	}
	if err := Write(io.Discard, "gif", Scatter{}); err == nil || !strings.Contains(err.Error(), "svg, png, pdf") {
		t.Errorf("gif: error %v", err)
	}
}

// TestBoxByHand: the quartiles of 0 .. 8 and 30 are 2.25 and 6.75, so the whiskers may reach from -4.5 to 13.5.
func TestBoxByHand(t *testing.T) {
	b := box(t, "", 30, 8, 7, 6, 5, 4, 3, 2, 1, 0)
	if b.Q1 != 2.25 || b.Q3 != 6.75 || b.Median != 4.5 || b.low != 0 || b.high != 8 {
		t.Errorf("box %+v", b)
	}
	if d := cmp.Diff([]float64{30}, b.outside); d != "" {
		t.Errorf("outside: %s", d)
	}
}

func TestBoxRefusesWhatItCannotDraw(t *testing.T) {
	for _, values := range [][]float64{nil, {1, math.NaN()}, {math.Inf(1)}} {
		if _, err := NewBox("", values); err == nil {
			t.Errorf("%v: no error", values)
		}
	}
}

// TestFrontStepsToWhatIsAttained: between two cells of a front, what is attained is the value of the one that is
// within reach: the right one where large X are good, the left one where small are.
func TestFrontStepsToWhatIsAttained(t *testing.T) {
	same := func(v float64) vg.Length { return vg.Length(v) }
	for _, c := range []struct {
		f    front
		want vg.Point
	}{
		{front{points: []Point{{1, 9}, {4, 5}}}, vg.Point{X: 1, Y: 5}},
		{front{points: []Point{{1, 5}, {4, 9}}, smallX: true}, vg.Point{X: 4, Y: 5}},
	} {
		line := c.f.line(same, same)
		if len(line) != 3 || line[1] != c.want {
			t.Errorf("%v: line %v, want it by %v", c.f, line, c.want)
		}
	}
}

func TestTicksAreRoundAndFew(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		low := rapid.Float64Range(-1e3, 1e3).Draw(t, "low")
		high := low + math.Pow(10, rapid.Float64Range(-4, 6).Draw(t, "log of the range"))
		marks := ticks{}.Ticks(low, high)
		if len(marks) < 2 || len(marks) > 8 {
			t.Fatalf("%d ticks from %v to %v", len(marks), low, high)
		}
		seen := map[string]bool{}
		for _, m := range marks {
			slack := 1e-6 * (high - low)
			if m.Value < low-slack || m.Value > high+slack || seen[m.Label] {
				t.Fatalf("tick %v from %v to %v", m, low, high)
			}
			seen[m.Label] = true
		}
	})
}

func TestZeroHasAPlaceBelowTheLogarithm(t *testing.T) {
	l := logWithZero{low: .01, high: 1, zero: true}
	for v, want := range map[float64]float64{0: 0, .001: zeroShare, .01: zeroShare, .1: (1 + zeroShare) / 2, 1: 1} {
		if got := l.place(v); math.Abs(got-want) > 1e-12 {
			t.Errorf("%g is at %g, want %g", v, got, want)
		}
	}
}

func TestTitleIsWrappedBetweenWords(t *testing.T) {
	width := style(smallSize, faint).Width("one two three")
	for title, want := range map[string]string{
		"one two three":               "one two three",
		"one two three four":          "one two three\nfour",
		"one two three four\nfive":    "one two three\nfour\nfive",
		"aVeryLongWordThatDoesNotFit": "aVeryLongWordThatDoesNotFit",
		"":                            "",
	} {
		if got := wrap(title, width); got != want {
			t.Errorf("%q is wrapped as %q, want %q", title, got, want)
		}
	}
}
