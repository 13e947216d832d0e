package svg

import (
	"encoding/xml"
	"errors"
	"html/template"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/internal/stats"
	"pgregory.net/rapid"
)

// wellFormed fails unless the drawing is XML without numbers that are none. It returns the texts in it.
func wellFormed(t *testing.T, drawing template.HTML) []string {
	t.Helper()
	if s := string(drawing); strings.Contains(s, "NaN") || strings.Contains(s, "Inf") {
		t.Errorf("a number that is none in %s", s)
	}
	var texts []string
	d := xml.NewDecoder(strings.NewReader(string(drawing)))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return texts
		}
		if err != nil {
			t.Fatalf("%v in %s", err, drawing)
		}
		if text, ok := token.(xml.CharData); ok {
			texts = append(texts, string(text))
		}
	}
}

func TestLogScaleHasAPlaceForZero(t *testing.T) {
	s := scale{Range: figure.Range{Low: .01, High: 1, Log: true, Zero: true}, from: 200, to: 0, zero: 220}
	for v, want := range map[float64]float64{1: 0, .1: 100, .01: 200, 1e-5: 200, 0: 220} {
		if got := s.at(v); math.Abs(got-want) > 1e-9 {
			t.Errorf("%g is at %g, want %g", v, got, want)
		}
	}
}

func TestThinnedLineStaysNear(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y := rapid.SliceOfN(rapid.Float64Range(0, 100), 1, 60).Draw(t, "y")
		var line []point
		for i, v := range y {
			line = append(line, point{float64(i), v})
		}
		kept := thin(line)
		if kept[0] != line[0] || kept[len(kept)-1] != line[len(line)-1] {
			t.Fatal("an end is gone")
		}
		for _, p := range line {
			near := math.Hypot(p.x-kept[0].x, p.y-kept[0].y)
			for i := 1; i < len(kept); i++ {
				near = min(near, distance(p, kept[i-1], kept[i]))
			}
			if near > tolerance+1e-9 {
				t.Fatalf("%v is %g away", p, near)
			}
		}
	})
}

func TestThinKeepsNoPointOfAStraightLine(t *testing.T) {
	if got := thin([]point{{0, 0}, {1, 1}, {2, 2}, {3, 3}}); len(got) != 2 {
		t.Errorf("%v", got)
	}
}

// The widths are those that DejaVu Sans Bold has, in ems.
func TestTextIsNotWiderThanItsRoom(t *testing.T) {
	for text, ems := range map[string]float64{
		"random": 4.325, "evolution": 5.292, "local improvement": 10.51, "WWWW": 4.413, "0.0123": 3.859, "rs-pt_fast": 5.381, "a=b": 2.229,
	} {
		if room := textWidth(text) / fontSize; room < ems || room > 1.25*ems {
			t.Errorf("%s has room for %.3f ems, and is %.3f wide", text, room, ems)
		}
	}
}

func TestCurvesDrawsWhatIsKnown(t *testing.T) {
	nan := math.NaN()
	c := figure.Curves{
		About: `a "chart" & more`, X: figure.Axis{Title: "queries"}, Y: figure.Axis{Title: "<best>"},
		Reference: &figure.Reference{At: .9, Name: "optimum"}, Data: "p mean value",
		Series: []figure.Series{
			{Name: "a & b", X: []float64{1, 2, 3}, Y: []float64{nan, .5, .8}, Low: []float64{nan, .4, .7}, High: []float64{nan, .6, .9}},
			{Name: "nothing", Color: 1, X: []float64{1, 2, 3}, Y: []float64{nan, nan, nan}},
		},
	}
	for _, log := range []bool{false, true} {
		c.Y.Log = log
		texts := wellFormed(t, Curves(c, Size{600, 300}))
		if !slices.Contains(texts, "a & b") || slices.Contains(texts, "nothing") || slices.Contains(texts, "optimum") == log {
			t.Errorf("log %v: %q", log, texts)
		}
	}
}

func TestCurvesOfNothing(t *testing.T) {
	for _, log := range []bool{false, true} {
		c := figure.Curves{Y: figure.Axis{Log: log}}
		wellFormed(t, Curves(c, Size{600, 300}))
		c.Series = []figure.Series{{Name: "a", X: []float64{5}, Y: []float64{0}}}
		wellFormed(t, Curves(c, Size{600, 300}))
	}
}

func TestLooksOfSeries(t *testing.T) {
	c := figure.Curves{Series: []figure.Series{
		{Name: "line", X: []float64{1, 2}, Y: []float64{1, 2}},
		{Name: "hair", Look: figure.Hair, X: []float64{1, 2}, Y: []float64{2, 3}},
		{Name: "dots", Look: figure.Dots, Color: figure.Plain, X: []float64{1, 2}, Y: []float64{3, 4}},
	}}
	drawing := Curves(c, Size{600, 300})
	texts := wellFormed(t, drawing)
	for _, want := range []string{`class="line s0 k0"`, `class="hair s0 k0"`, `class="dots plain"`} {
		if n := strings.Count(string(drawing), want); n != 1 {
			t.Errorf("%s stands %d times", want, n)
		}
	}
	if !slices.Contains(texts, "line") || slices.Contains(texts, "hair") || slices.Contains(texts, "dots") {
		t.Errorf("labels %q, want those of lines", texts)
	}
}

func TestScatterHasDotsUnderItsFront(t *testing.T) {
	s := figure.Scatter{
		X: figure.Axis{Title: "clean", Room: true}, Y: figure.Axis{Title: "robust"},
		Points: figure.Points([][]float64{{.1, .1}, {.5, .9}, {.9, .5}}),
		Front:  figure.Front{Name: "front", Points: figure.Points([][]float64{{.5, .9}, {.9, .5}})},
	}
	drawing := string(Scatter(s, Size{600, 300}))
	for _, want := range []string{"clean", "robust", "front"} {
		if !slices.Contains(wellFormed(t, template.HTML(drawing)), want) {
			t.Errorf("no %q in %s", want, drawing)
		}
	}
	if dots, line := strings.Index(drawing, `class="dots plain"`), strings.Index(drawing, `class="line s0 k0"`); dots < 0 || line < dots {
		t.Errorf("dots at %d, the front at %d", dots, line)
	}
}

func TestEqualNumbersPileUpToOneScale(t *testing.T) {
	many := slices.Repeat([]float64{.5}, 100)
	few := []float64{.5, .5, .7}
	var b figure.Boxes
	b.Panels = make([]figure.Panel, 1)
	for i, of := range []struct {
		name   string
		values []float64
	}{{"many", many}, {"few", few}, {"none", nil}} {
		box, err := figure.NewBox(of.name, i, of.values)
		if err != nil {
			t.Fatal(err)
		}
		b.Panels[0].Boxes = append(b.Panels[0].Boxes, box)
	}
	b.Panels[0].Boxes[0].Interval = &stats.Interval{Low: .5, High: .5}
	texts := wellFormed(t, Boxes(b, Size{Width: 800}))
	if !slices.Contains(texts, "none") {
		t.Errorf("%q", texts)
	}
	x := newScale(b.Range(.01, 1e-9), 0, 800)
	heights := map[string]float64{}
	for name, values := range map[string][]float64{"many": many, "few": few} {
		for _, p := range stacked(pileUp(values, x), 0, .3) {
			heights[name] = min(heights[name], p.y)
		}
	}
	if math.Abs(heights["many"]+.3*99) > .1 || math.Abs(heights["few"]+.3) > .1 {
		t.Errorf("%v", heights)
	}
}

func TestRanksNameEveryStrategyOnce(t *testing.T) {
	r := figure.Ranks{
		Means:    []figure.Rank{{Name: "a", Mean: 1.5}, {Name: "b", Mean: 1.5}, {Name: "c", Mean: 3.25}, {Name: "d", Mean: 3.75}, {Name: "e", Mean: 5}},
		Critical: 2.1, Groups: [][]string{{"a", "b", "c"}, {"c", "d", "e"}, {"e"}},
	}
	drawing := Ranks(r, Size{Width: 800})
	texts := wellFormed(t, drawing)
	for _, want := range []string{"a 1.50", "b 1.50", "c 3.25", "d 3.75", "e 5.00", "critical difference 2.10"} {
		if n := strings.Count(strings.Join(texts, "\n"), want); n != 1 {
			t.Errorf("%q stands %d times", want, n)
		}
	}
	if n := strings.Count(string(drawing), `class="clique"`); n != 2 {
		t.Errorf("%d bars, want one for each set of more than one", n)
	}
}

var numberForm = regexp.MustCompile(`-?[0-9]*\.?[0-9]+`)

// walked reads a path as SVG does: M to a place, l and m by a distance.
func walked(t *rapid.T, path string, perPoint int) []point {
	numbers := numberForm.FindAllString(path, -1)
	var line []point
	at := point{}
	for i := 0; i+1 < len(numbers); i += perPoint {
		var step [2]float64
		for k := range step {
			v, err := strconv.ParseFloat(numbers[i+k], 64)
			if err != nil {
				t.Fatal(err)
			}
			step[k] = v
		}
		at = point{at.x + step[0], at.y + step[1]}
		line = append(line, at)
	}
	return line
}

func TestPathsLeadThroughTheirPoints(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		coordinate := rapid.Float64Range(-20, 1000)
		var line []point
		for range rapid.IntRange(1, 40).Draw(t, "n") {
			line = append(line, point{coordinate.Draw(t, "x"), coordinate.Draw(t, "y")})
		}
		for path, perPoint := range map[string]int{d(line): 2, dots(line): 3} {
			got := walked(t, path, perPoint)
			if len(got) != len(line) {
				t.Fatalf("%d points of %d in %s", len(got), len(line), path)
			}
			for i, p := range line {
				if math.Hypot(got[i].x-p.x, got[i].y-p.y) > .08 {
					t.Fatalf("point %d is %v, want %v, in %s", i, got[i], p, path)
				}
			}
		}
	})
}

func TestTenthsAreShort(t *testing.T) {
	for n, want := range map[int]string{0: "0", 5: ".5", -5: "-.5", 10: "1", 105: "10.5", -1005: "-100.5", -10: "-1"} {
		if got := tenths(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}

// extreme numbers are finite, of any size, and often equal or nearly so.
var extreme = rapid.OneOf(rapid.Float64Range(-math.MaxFloat64, math.MaxFloat64), rapid.Float64Range(-1, 1),
	rapid.SampledFrom([]float64{0, math.MaxFloat64, -math.MaxFloat64, 5e-324, -5e-324, 1e15, 1e15 + 1, 1e-300, 2.9e61, 1e30}))

func TestPropertyNumbersOfAnySizeAreDrawn(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		values := rapid.SliceOfN(extreme, 1, 12).Draw(r, "values")
		x := make([]float64, len(values))
		for i := range x {
			x[i] = float64(i + 1)
		}
		box, err := figure.NewBox("a", 0, values)
		if err != nil {
			r.Fatal(err)
		}
		points := make([]figure.Point, len(values))
		for i, v := range values {
			points[i] = figure.Point{X: v, Y: values[len(values)-1-i]}
		}
		reference := &figure.Reference{At: values[0], Name: "optimum"}
		series := []figure.Series{{Name: "a", X: x, Y: values, Low: values, High: values}}
		for _, drawing := range []template.HTML{
			Curves(figure.Curves{Series: series, Reference: reference, Settled: 3, Data: "a b c"}, Size{600, 300}),
			Curves(figure.Curves{Series: series, Y: figure.Axis{Log: true}, Step: true}, Size{600, 300}),
			Boxes(figure.Boxes{Reference: reference, Panels: []figure.Panel{{Boxes: []figure.Box{box}}}}, Size{Width: 800}),
			Scatter(figure.Scatter{Points: points, Front: figure.Front{Points: points}, X: figure.Axis{Room: true}}, Size{600, 300}),
		} {
			if len(drawing) > 40_000 {
				r.Fatalf("a drawing of %d bytes", len(drawing))
			}
			if texts := wellFormed(t, drawing); t.Failed() || len(texts) < 1 {
				r.Fatalf("%v: texts %q", values, texts)
			}
		}
	})
}
