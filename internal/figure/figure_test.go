package figure

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var nan = math.NaN()

func TestStepsHoldUntilTheNext(t *testing.T) {
	x, y := []float64{0, 1, 2, 3}, []float64{0, nan, 5, 7}
	for step, want := range map[bool][]Point{
		true:  {{0, 0}, {2, 0}, {2, 5}, {3, 5}, {3, 7}},
		false: {{0, 0}, {2, 5}, {3, 7}},
	} {
		if diff := cmp.Diff(want, Curves{Step: step}.Line(x, y)); diff != "" {
			t.Errorf("step %v: %s", step, diff)
		}
	}
}

func TestVerticalAxisBeginsWhereSeriesHaveSettled(t *testing.T) {
	series := []Series{{X: []float64{1, 2, 3}, Y: []float64{.1, .5, .6}, Low: []float64{0, .4, .5}, High: []float64{.2, .6, .7}}}
	for _, c := range []struct {
		name string
		of   Curves
		want Range
	}{
		{"all", Curves{Series: series}, Range{Low: -.028, High: .728}},
		{"settled", Curves{Series: series, Settled: 2}, Range{Low: .388, High: .712}},
		{"reference", Curves{Series: series, Settled: 2, Reference: &Reference{At: .9}}, Range{Low: .38, High: .92}},
		{"given", Curves{Series: series, Y: Axis{High: 1}}, Range{Low: 0, High: 1}},
		{"log", Curves{Series: series, Y: Axis{Log: true}, Reference: &Reference{At: 9}}, Range{Low: .09, High: .77, Log: true, Zero: true}},
		{"nothing", Curves{}, Range{Low: .48, High: 1.02}},
		{"one number", Curves{Series: []Series{{X: []float64{1}, Y: []float64{2}}}}, Range{Low: 1.98, High: 2.02}},
	} {
		got := c.of.YRange()
		if got.Log != c.want.Log || got.Zero != c.want.Zero || math.Abs(got.Low-c.want.Low) > 1e-12 || math.Abs(got.High-c.want.High) > 1e-12 {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

func TestHorizontalAxisNamesWhereItBegins(t *testing.T) {
	c := Curves{Series: []Series{{X: []float64{1, 100}}}}
	start, round := c.XTicks(c.XRange(), 5)
	if diff := cmp.Diff([]string{"1", "20", "40", "60", "80", "100"}, labels(append(start, round...))); diff != "" {
		t.Error(diff)
	}
	c.X.Low, c.X.High = 0, 50
	if r := c.XRange(); r.Low != 0 || r.High != 50 {
		t.Errorf("given ends 0 and 50: %+v", r)
	}
	c.X = Axis{Room: true}
	r := c.XRange()
	if start, _ := c.XTicks(r, 5); len(start) != 0 || r.Low >= 1 || r.High <= 100 {
		t.Errorf("from %v to %v, beginning at %v", r.Low, r.High, start)
	}
}

func TestEndIsAtTheRight(t *testing.T) {
	for _, c := range []struct {
		s    Series
		want Point
	}{
		{Series{X: []float64{1, 2, 3}, Y: []float64{5, 6, nan}}, Point{2, 6}},
		{Series{X: []float64{3, 1, 1}, Y: []float64{5, 5, 9}}, Point{3, 5}},
	} {
		if got, ok := c.s.End(); !ok || got != c.want {
			t.Errorf("%v ends at %v, want %v", c.s, got, c.want)
		}
	}
	if _, ok := (Series{X: []float64{1}, Y: []float64{nan}}).End(); ok {
		t.Error("a series without a known number has an end")
	}
}

// TestFrontStepsToWhatIsAttained: between two cells of a front, what is attained is the value of the one that is
// within reach: the right one where large X are good, the left one where small are.
func TestFrontStepsToWhatIsAttained(t *testing.T) {
	for _, c := range []struct {
		f    Front
		want Point
	}{
		{Front{Points: []Point{{1, 9}, {4, 5}}}, Point{1, 5}},
		{Front{Points: []Point{{1, 5}, {4, 9}}, SmallX: true}, Point{4, 5}},
	} {
		for range 2 {
			if line := c.f.Line(); len(line) != 3 || line[1] != c.want {
				t.Errorf("%v: line %v, want it by %v", c.f, line, c.want)
			}
			slices.Reverse(c.f.Points)
		}
	}
}

func TestBarsAreOfSetsOfMoreThanOne(t *testing.T) {
	r := Ranks{Means: []Rank{{"a", 3}, {"b", 1}, {"c", 2}}, Groups: [][]string{{"b", "c"}, {"a"}, {"a", "c"}}, Critical: 5}
	want := []Range{{Low: 1, High: 2}, {Low: 2, High: 3}}
	if diff := cmp.Diff(want, r.Bars()); diff != "" {
		t.Error(diff)
	}
	if d, ok := r.Difference(); d != 2 || !ok {
		t.Errorf("the difference is drawn %v wide, %v; want the whole axis", d, ok)
	}
	r.Critical = nan
	if _, ok := r.Difference(); ok {
		t.Error("a difference that is not known")
	}
}

func TestBetterHalfHangsAtItsSide(t *testing.T) {
	r := Ranks{Means: []Rank{{"a", 3}, {"b", 1}, {"c", 2}}}
	want := []Hanging{
		{Rank: Rank{"b", 1}, Color: 1, Row: 0},
		{Rank: Rank{"c", 2}, Color: 2, Row: 1},
		{Rank: Rank{"a", 3}, Color: 0, Row: 0, Worse: true},
	}
	if diff := cmp.Diff(want, r.Hung()); diff != "" {
		t.Error(diff)
	}
}

func TestBoxesHaveRoom(t *testing.T) {
	of := func(values ...float64) Panel {
		b, err := NewBox("", 0, values)
		if err != nil {
			t.Fatal(err)
		}
		return Panel{Boxes: []Box{b}}
	}
	for _, c := range []struct {
		b         Boxes
		low, high float64
	}{
		{Boxes{Panels: []Panel{of(1, 2), of(), of(3)}}, .94, 3.06},
		{Boxes{Panels: []Panel{of(1)}, Reference: &Reference{At: 2}}, .97, 2.03},
		{Boxes{Panels: []Panel{of(10)}}, 9, 11},
		{Boxes{Panels: []Panel{of(.1)}}, -.1, .3},
		{Boxes{Panels: []Panel{of(10)}, Values: Axis{High: 1}}, 0, 1},
		{Boxes{}, -.03, 1.03},
	} {
		if r := c.b.Range(.1, .2); math.Abs(r.Low-c.low) > 1e-12 || math.Abs(r.High-c.high) > 1e-12 {
			t.Errorf("from %v to %v, want %v to %v", r.Low, r.High, c.low, c.high)
		}
	}
	if _, err := NewBox("", 0, []float64{1, nan}); err == nil {
		t.Error("a box of NaN")
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
