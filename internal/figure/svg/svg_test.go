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

	"github.com/google/go-cmp/cmp"
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

func labels(ticks []tick) (all []string) {
	for _, t := range ticks {
		all = append(all, t.label)
	}
	return all
}

func TestTicksAreRound(t *testing.T) {
	for _, c := range []struct {
		low, high float64
		n         int
		want      []string
	}{
		{0, 1, 5, []string{"0.0", "0.2", "0.4", "0.6", "0.8", "1.0"}},
		{-.02, .07, 4, []string{"-0.02", "0.00", "0.02", "0.04", "0.06"}},
		{1, 300, 6, []string{"50", "100", "150", "200", "250", "300"}},
		{.5872, .5881, 4, []string{"0.5872", "0.5874", "0.5876", "0.5878", "0.5880"}},
		{.502, .5905, 3, []string{"0.52", "0.54", "0.56", "0.58"}},
		{0, 3e6, 3, []string{"0", "1000000", "2000000", "3000000"}},
		{2, 2, 3, []string{"2"}},
	} {
		if diff := cmp.Diff(c.want, labels(linear(c.low, c.high, 0, 100).ticks(c.n))); diff != "" {
			t.Errorf("from %g to %g: %s", c.low, c.high, diff)
		}
	}
}

func TestLogTicksAreDecades(t *testing.T) {
	for _, c := range []struct {
		low, high float64
		want      []string
	}{
		{.004, .3, []string{"0.005", "0.01", "0.02", "0.05", "0.1", "0.2"}},
		{2e-6, .5, []string{"10⁻⁵", "0.0001", "0.001", "0.01", "0.1"}},
	} {
		s := scale{low: c.low, high: c.high, from: 0, to: 100, log: true, zero: math.NaN()}
		if diff := cmp.Diff(c.want, labels(s.ticks(7))); diff != "" {
			t.Errorf("from %g to %g: %s", c.low, c.high, diff)
		}
	}
}

func TestLogScaleHasAPlaceForZero(t *testing.T) {
	s := scale{low: .01, high: 1, from: 200, to: 0, log: true, zero: 220}
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

func TestSpreadLabelsDoNotCover(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.SliceOfN(rapid.Float64Range(0, 200), 1, 10).Draw(t, "at")
		got := Spread(at, 16, 0, 200)
		sorted := slices.Sorted(slices.Values(got))
		for i := 1; i < len(sorted); i++ {
			if sorted[i]-sorted[i-1] < 16-1e-9 {
				t.Fatalf("%v from %v", got, at)
			}
		}
		if sorted[0] < -1e-9 || sorted[len(sorted)-1] > 200+1e-9 {
			t.Fatalf("%v are not all inside", got)
		}
		for i := range at {
			for j := range at {
				if at[i] < at[j] && got[i] > got[j] {
					t.Fatalf("the order of %v changes to %v", at, got)
				}
			}
		}
	})
}

func TestLinesDrawsWhatIsKnown(t *testing.T) {
	nan := math.NaN()
	l := Lines{
		About: `a "chart" & more`, X: "queries", Y: "<best>", Reference: .9, Named: "optimum", Data: "p mean value",
		Series: []Series{
			{Name: "a & b", X: []float64{1, 2, 3}, Y: []float64{nan, .5, .8}, Low: []float64{nan, .4, .7}, High: []float64{nan, .6, .9}},
			{Name: "nothing", Slot: 1, X: []float64{1, 2, 3}, Y: []float64{nan, nan, nan}},
		},
	}
	for _, log := range []bool{false, true} {
		l.Log = log
		texts := wellFormed(t, l.SVG(Size{600, 300}))
		if !slices.Contains(texts, "a & b") || slices.Contains(texts, "nothing") || slices.Contains(texts, "optimum") == log {
			t.Errorf("log %v: %q", log, texts)
		}
	}
}

func TestLinesOfNothing(t *testing.T) {
	for _, log := range []bool{false, true} {
		wellFormed(t, Lines{Log: log, Reference: math.NaN()}.SVG(Size{600, 300}))
		wellFormed(t, Lines{Log: log, Reference: math.NaN(), Series: []Series{{Name: "a", X: []float64{5}, Y: []float64{0}}}}.SVG(Size{600, 300}))
	}
}

func TestStepsHoldUntilTheNext(t *testing.T) {
	want := []point{{0, 0}, {2, 0}, {2, 5}, {3, 5}, {3, 7}}
	if diff := cmp.Diff(want, steps([]point{{0, 0}, {2, 5}, {3, 7}}), cmp.AllowUnexported(point{})); diff != "" {
		t.Error(diff)
	}
}

func TestEqualNumbersPileUpToOneScale(t *testing.T) {
	d := Distributions{
		Reference: math.NaN(),
		Groups: []Group{
			{Name: "many", Values: slices.Repeat([]float64{.5}, 100), Q1: .5, Median: .5, Q3: .5, Mean: .5, Low: .5, High: .5},
			{Name: "few", Slot: 1, Values: []float64{.5, .5, .7}, Q1: .5, Median: .5, Q3: .6, Mean: .57, Low: math.NaN(), High: math.NaN()},
			{Name: "none", Slot: 2, Q1: math.NaN(), Median: math.NaN(), Q3: math.NaN(), Mean: math.NaN(), Low: math.NaN(), High: math.NaN()},
		},
	}
	texts := wellFormed(t, d.SVG(800))
	if !slices.Contains(texts, "none") {
		t.Errorf("%q", texts)
	}
	x := d.scale(frame{0, 0, 800, 100})
	heights := map[string]float64{}
	for _, g := range d.Groups[:2] {
		for _, p := range stacked(pileUp(g.Values, x), 0, .3) {
			heights[g.Name] = min(heights[g.Name], p.y)
		}
	}
	if math.Abs(heights["many"]+.3*99) > .1 || math.Abs(heights["few"]+.3) > .1 {
		t.Errorf("%v", heights)
	}
}

func TestRanksNameEveryStrategyOnce(t *testing.T) {
	r := Ranks{
		Ranks:    []Rank{{"a", 0, 1.5}, {"b", 1, 1.5}, {"c", 2, 3.25}, {"d", 3, 3.75}, {"e", 4, 5}},
		Critical: 2.1, Groups: [][]string{{"a", "b", "c"}, {"c", "d", "e"}, {"e"}},
	}
	drawing := r.SVG(800)
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
