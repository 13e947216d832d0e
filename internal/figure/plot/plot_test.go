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

	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/internal/stats"
	"pgregory.net/rapid"
)

func newBox(t *testing.T, name string, color int, values ...float64) figure.Box {
	t.Helper()
	b, err := figure.NewBox(name, color, values)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// figures are one of each kind.
func figures(t *testing.T) map[string]figure.Picture {
	boxes := []figure.Box{newBox(t, "clean", figure.Plain, .7, .8, .9), newBox(t, "8", figure.Plain, .1, .2, .3, .9)}
	boxes[0].Quiet = true
	first, none, last := newBox(t, "a", 1, 1, 2, 3), newBox(t, "none", 2), newBox(t, "b", 3, 3, 3)
	first.Interval = &stats.Interval{Low: 1.5, High: 2.5}
	axis := func(title string) figure.Axis { return figure.Axis{Title: title} }
	front := figure.Points([][]float64{{.5, .9}, {.9, .5}})
	return map[string]figure.Picture{
		"heat": figure.Heat{Title: "title", Rows: []string{"row"}, Columns: []string{"left", "right"}, Values: [][]float64{{.25, math.NaN()}}},
		"boxes": figure.Boxes{
			Title: "title", Category: "eps", Values: figure.Axis{Title: "accuracy", High: 1}, Reference: &figure.Reference{At: .1},
			Panels: []figure.Panel{{Title: "FGSM", Boxes: boxes}, {Title: "PGD", Boxes: boxes}, {Title: "APGD", Boxes: boxes}},
		},
		"one panel": figure.Boxes{Values: axis("loss"), Panels: []figure.Panel{{Title: "PGD", Boxes: []figure.Box{newBox(t, "1", figure.Plain, 3, 3)}}}},
		"series":    figure.Boxes{Values: axis("best"), Panels: []figure.Panel{{Boxes: []figure.Box{first, none, last}}}},
		"scatter": figure.Scatter{
			Title: "title", X: axis("clean"), Y: axis("robust"), Points: figure.Points([][]float64{{.1, .1}, {.5, .9}, {.9, .5}}),
			Front: figure.Front{Name: "front", Points: front},
			Marks: []figure.Mark{{Point: front[1], Label: "best clean"}, {Point: front[0], Label: "best robust"}},
		},
		"one point": figure.Scatter{Points: make([]figure.Point, 1)},
		"curves": figure.Curves{
			Title: "title", X: axis("queries"), Y: axis("best"), Reference: &figure.Reference{At: .9}, Settled: 2, Series: twoSeries(),
		},
		"regret":    figure.Curves{X: axis("queries"), Y: figure.Axis{Title: "regret", Log: true}, Series: twoSeries()},
		"no curves": figure.Curves{Y: figure.Axis{Log: true}, Series: []figure.Series{{Name: "none"}}},
		"looks": figure.Curves{Step: true, Series: []figure.Series{
			{Name: "dots", Look: figure.Dots, Color: figure.Plain, X: []float64{1, 2}, Y: []float64{1, 3}},
			{Name: "hair", Look: figure.Hair, Color: 5, X: []float64{1, 2}, Y: []float64{1, 2}},
		}},
		"ranks": figure.Ranks{
			Means:    []figure.Rank{{Name: "random", Mean: 2.75}, {Name: "evolution", Mean: 1.25}, {Name: "local", Mean: 2}},
			Critical: 1.5, Groups: [][]string{{"evolution", "local"}, {"random", "local"}, {"random"}},
		},
	}
}

// twoSeries have holes, and one comes to zero.
func twoSeries() []figure.Series {
	nan := math.NaN()
	x := []float64{1, 2, 3}
	return []figure.Series{
		{Name: "up", X: x, Y: []float64{nan, .2, .4}, Low: []float64{nan, .1, .3}, High: []float64{nan, .3, .5}},
		{Name: "down", Color: 1, X: x, Y: []float64{.8, .2, 0}, Low: []float64{.7, 0, 0}, High: []float64{.9, .3, 0}},
	}
}

func write(t *testing.T, format string, f figure.Picture) []byte {
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
		"heat":      {"title", "row", "left", "right", ".25"},
		"boxes":     {"title", "FGSM", "PGD", "APGD", "clean", "8", "eps", "accuracy", "0.0", "0.2", "1.0"},
		"one panel": {"PGD", "1", "loss", "3.0"},
		"scatter":   {"title", "clean", "robust", "front", "best clean", "best robust"},
		"curves":    {"title", "queries", "best", "up", "down", "1", "0.2"},
		"series":    {"a", "b", "best"},
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

func TestOnlyLinesAreNamed(t *testing.T) {
	for _, name := range texts(t, write(t, "svg", figures(t)["looks"])) {
		if name == "dots" || name == "hair" {
			t.Errorf("%q has a name", name)
		}
	}
}

func TestEqualFiguresGiveEqualFiles(t *testing.T) {
	for name, f := range figures(t) {
		for _, format := range Formats() {
			if !bytes.Equal(write(t, format, f), write(t, format, f)) {
				t.Errorf("%s: two %s files differ", name, format)
			}
		}
	}
	if b := write(t, "pdf", figures(t)["curves"]); !bytes.Contains(b, []byte("/CreationDate (D:20000101000000")) {
		t.Error("a PDF file has the time when it was made")
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

// The font has no raised minus, 0 and 9: 10⁻⁵ would be seen as 10⁵.
func TestExponentsAreSeen(t *testing.T) {
	for _, c := range []struct {
		low, high float64
		want      []string
	}{
		{1e-6, 1e-5, []string{"10^-6", "2·10^-6", "5·10^-6", "10^-5"}},
		{1e8, 2e10, []string{"10^8", "10^9", "10^10"}},
		{1e5, 1e6, []string{"10⁵", "2·10⁵", "5·10⁵", "10⁶"}},
	} {
		axis := figure.Axis{Log: true}
		s := figure.Scatter{Y: axis, Points: []figure.Point{{X: 1, Y: c.low}, {X: 2, Y: c.high}}}
		seen := texts(t, write(t, "svg", s))
		for _, want := range c.want {
			if !slices.Contains(seen, want) {
				t.Errorf("%v to %v: %q, want %q", c.low, c.high, seen, want)
			}
		}
	}
}

// Names have letters that no font here has, and what is no text.
func TestAnyNameIsDrawn(t *testing.T) {
	for _, name := range []string{"精度", "😀", "a\x00\x1b[1m\u202e\xff", strings.Repeat("long ", 100), "<&>\"'", ""} {
		axis := figure.Axis{Title: name}
		c := figure.Curves{Title: name, X: axis, Y: axis, Series: twoSeries()}
		c.Series[0].Name = name
		for _, format := range Formats() {
			if len(write(t, format, c)) == 0 {
				t.Errorf("%q as %s: nothing", name, format)
			}
		}
		for _, text := range texts(t, write(t, "svg", c)) {
			if strings.ContainsAny(text, "\x00\x1b\u202e") {
				t.Errorf("%q is drawn as %q", name, text)
			}
		}
	}
}

func TestFormatIsTheEndOfAName(t *testing.T) {
	for file, want := range map[string]string{"a.svg": "svg", "dir.png/a.PDF": "pdf", "a.png": "png", "a.gif": "", "svg": "", "": ""} {
		got, err := Format(file)
		if got != want || (err != nil) != (want == "") {
			t.Errorf("%q: %q, %v; want %q", file, got, err, want)
		}
	}
	if err := Write(io.Discard, "gif", figure.Scatter{}); err == nil || !strings.Contains(err.Error(), "svg, png, pdf") {
		t.Errorf("gif: error %v", err)
	}
	if err := Write(io.Discard, "svg", nil); err == nil || !strings.Contains(err.Error(), "want one of the kinds") {
		t.Errorf("no picture: error %v", err)
	}
}

func TestZeroHasAPlaceBelowTheLogarithm(t *testing.T) {
	l := vertical{Range: figure.Range{Low: .01, High: 1, Log: true, Zero: true}}
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

// extreme numbers are finite, of any size, and often equal or nearly so.
var extreme = rapid.OneOf(rapid.Float64Range(-math.MaxFloat64, math.MaxFloat64), rapid.Float64Range(-1, 1),
	rapid.SampledFrom([]float64{0, math.MaxFloat64, -math.MaxFloat64, 5e-324, -5e-324, 1e15, 1e15 + 1, 1e-300, 2.9e61, 1e30}))

func TestPropertyNumbersOfAnySizeAreDrawn(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		values := rapid.SliceOfN(extreme, 1, 8).Draw(r, "values")
		x := make([]float64, len(values))
		points := make([]figure.Point, len(values))
		for i, v := range values {
			x[i], points[i] = float64(i+1), figure.Point{X: v, Y: values[len(values)-1-i]}
		}
		series := []figure.Series{{Name: "a", X: x, Y: values, Low: values, High: values}}
		reference := &figure.Reference{At: values[0]}
		for name, f := range map[string]figure.Picture{
			"curves":  figure.Curves{Series: series, Reference: reference, Settled: 3},
			"log":     figure.Curves{Series: series, Y: figure.Axis{Log: true}},
			"boxes":   figure.Boxes{Reference: reference, Panels: []figure.Panel{{Boxes: []figure.Box{newBox(t, "a", 0, values...)}}}},
			"scatter": figure.Scatter{Points: points, Marks: []figure.Mark{{Point: points[0], Label: "m"}}, Front: figure.Front{Points: points}},
		} {
			if b := write(t, "svg", f); bytes.Contains(b, []byte("NaN")) || bytes.Contains(b, []byte("Inf")) || len(b) > 40_000 {
				r.Fatalf("%s of %v: %d bytes, %s", name, values, len(b), b[:min(len(b), 2000)])
			}
		}
	})
}
