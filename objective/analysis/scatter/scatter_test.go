package scatter

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table"
)

func TestFarPointsAreOutOfView(t *testing.T) {
	var points []figure.Point
	for i := range 100 {
		points = append(points, figure.Point{X: .8 + float64(i)/1e4, Y: .3 + float64(i%10)/100})
	}
	low, near := figure.Point{X: .1, Y: .3}, figure.Point{X: .78, Y: .05}
	s := Scatter{points: append(points, low, near)}
	err := s.look()
	if err != nil || len(s.near) != 101 || slices.Contains(s.near, low) || !slices.Contains(s.near, near) || s.logX || s.logY {
		t.Errorf("%d points in view, want all but %v; %v", len(s.near), low, err)
	}
	flat := Scatter{points: []figure.Point{{X: 1, Y: 1}, {X: 1, Y: 1}, {X: 1, Y: 1}, {X: 1, Y: 1}, {X: 1, Y: 9}}}
	if err := flat.look(); len(flat.near) != len(flat.points) || err != nil {
		t.Errorf("%d of %d points in view where most are equal; %v", len(flat.near), len(flat.points), err)
	}
}

// Magnitudes that differ by the million are all seen; the front, which is always drawn, is within the axes.
func TestMagnitudesHaveALogarithmicAxis(t *testing.T) {
	s := Scatter{Front: make([]Cell, 1)}
	for i := range 100 {
		s.points = append(s.points, figure.Point{X: float64(i), Y: math.Pow(10, float64(i)/5)})
	}
	s.points[0].Y = 0
	if err := s.look(); len(s.near) != 99 || err != nil {
		t.Errorf("%d points in view, want all but that at 0; %v", len(s.near), err)
	}
	s.Front[0] = Cell{X: 99, Y: 1e21}
	f := s.Figure(objective.Usual())
	if f.X.Log || !f.Y.Log {
		t.Errorf("logarithmic: %v and %v, want the second", f.X.Log, f.Y.Log)
	}
	x, y := f.Ranges()
	if want := (figure.Range{Low: 1, High: 99}); x != want {
		t.Errorf("from %v, want %v", x, want)
	}
	if want := (figure.Range{Low: math.Pow(10, .2), High: 1e21, Log: true}); y != want {
		t.Errorf("to %v, want %v", y, want)
	}
}

// Within a power of ten, too, where it shows what would be out of view.
func TestALogarithmicAxisShowsMore(t *testing.T) {
	var s Scatter
	for i := range 101 {
		s.points = append(s.points, figure.Point{X: -1, Y: math.Pow(4, float64(i-50)/25)})
	}
	s.points = append(s.points, figure.Point{X: -1, Y: 1000})
	if err := s.look(); len(s.near) != 102 || s.logX || !s.logY || err != nil {
		t.Errorf("%d points in view, logarithmic: %v and %v, want all, and the second; %v", len(s.near), s.logX, s.logY, err)
	}
}

// measured has 4 classes; the third beats the first two in both accuracies.
const measured = `# dataset: cifar10
# description: by hand
arch,clean_acc,pgd_acc@8/255,loss
|none~0|+|none~0|none~1|+|skip_connect~0|none~1|none~2|,0.5,0.0,4
|none~0|+|none~0|none~1|+|nor_conv_1x1~0|none~1|none~2|,0.6,0.2,3
|none~0|+|none~0|none~1|+|nor_conv_3x3~0|none~1|none~2|,0.7,0.3,200000
|none~0|+|none~0|none~1|+|avg_pool_3x3~0|none~1|none~2|,0.8,0.1,
`

func open(t *testing.T) *table.Table {
	t.Helper()
	path := filepath.Join(t.TempDir(), "measured.csv")
	if err := os.WriteFile(path, []byte(measured), 0o666); err != nil {
		t.Fatal(err)
	}
	tab, err := table.Open(path, table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return tab
}

func TestFrontIsMarkedAtItsEnds(t *testing.T) {
	s, err := New(t.Context(), open(t), "clean_acc", "pgd_acc")
	if err != nil {
		t.Fatal(err)
	}
	f := s.Figure(objective.Usual())
	if diff := cmp.Diff(figure.Points([][]float64{{.7, .3}, {.8, .1}}), f.Front.Points); diff != "" || s.N != 4 || len(f.Points) != 4 {
		t.Errorf("%d classes, %d points, front %s", s.N, len(f.Points), diff)
	}
	if f.Front.SmallX || f.Front.Name != "Pareto front, 2 cells" || f.X.Title != "clean accuracy" || f.Title != "by hand · 4 classes" {
		t.Errorf("%+v", f)
	}
	want := []figure.Mark{
		{Point: figure.Point{X: .8, Y: .1}, Label: "best clean_acc: " + s.Front[1].Name()},
		{Point: figure.Point{X: .7, Y: .3}, Label: "best pgd_acc: " + s.Front[0].Name()},
	}
	if diff := cmp.Diff(want, f.Marks); diff != "" {
		t.Error(diff)
	}
}

func TestSmallXIsTheOtherEnd(t *testing.T) {
	s, err := New(t.Context(), open(t), "params", "clean_acc")
	if err != nil {
		t.Fatal(err)
	}
	f := s.Figure(objective.Usual())
	if x, y := s.Ends(); x.Y != .8 || y != x || !f.Front.SmallX || f.Front.Name != "Pareto front, 1 cell" || len(f.Marks) != 1 {
		t.Errorf("ends %v and %v, front %+v, marks %v", x, y, f.Front, f.Marks)
	}
	if !strings.HasSuffix(f.X.Title, " (millions)") || f.X.Title == f.Y.Title || f.Points[0].X > 1 {
		t.Errorf("axis %q of %v", f.X.Title, f.Points)
	}
}

func TestClassesNeedBothMetrics(t *testing.T) {
	s, err := New(t.Context(), open(t), "clean_acc", "loss")
	if err != nil || s.N != 3 {
		t.Fatalf("%+v, %v", s, err)
	}
	if f := s.Figure(objective.Usual()); len(f.Points) != 3 || f.Y.Title != "loss" {
		t.Errorf("%d points of %q", len(f.Points), f.Y.Title)
	}
}
