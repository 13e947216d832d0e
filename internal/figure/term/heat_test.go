package term_test

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/internal/figure/term"
)

func heat(t *testing.T, h figure.Heat, colour bool) string {
	t.Helper()
	var b strings.Builder
	if err := term.Heat(&b, h, colour, 0); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestHeatShadesByDistanceFromZero(t *testing.T) {
	names := []string{"a", "long name"}
	got := heat(t, figure.Heat{Rows: names, Columns: names, Values: [][]float64{{1, -.63}, {math.NaN(), .2}}}, false)
	want := `                   1     2` + `
  1  a         █ 1.0 ▓-.63
  2  long name       ░ .20
`
	if d := cmp.Diff(want, strings.ReplaceAll(got, "2 \n", "2\n")); d != "" {
		t.Error(d)
	}
}

func TestHeatListsColumnsThatAreNotTheRows(t *testing.T) {
	got := heat(t, figure.Heat{Rows: []string{"a"}, Columns: []string{"x", "y"}, Values: [][]float64{{0, -1}}}, false)
	if !strings.HasSuffix(got, "\ncolumns\n  1  x\n  2  y\n") {
		t.Error(got)
	}
}

func TestHeatColours(t *testing.T) {
	got := heat(t, figure.Heat{Rows: []string{"a"}, Columns: []string{"a", "b", "c"}, Values: [][]float64{{-1, 0, 1}}}, true)
	for _, want := range []string{"48;5;67m -1.0 \x1b[0m", "48;5;255m  .00 \x1b[0m", "48;5;167m  1.0 \x1b[0m"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %q", want, got)
		}
	}
}

func TestHeatOfManyColumnsIsFolded(t *testing.T) {
	h := figure.Heat{Rows: []string{"a"}, Columns: []string{"u", "v", "w"}, Values: [][]float64{{.1, .2, .3}}}
	var b strings.Builder
	if err := term.Heat(&b, h, false, 20); err != nil {
		t.Fatal(err)
	}
	want := `           1     2` + `
  1  a   .10 ░ .20

           3` + `
  1  a ░ .30

columns
  1  u
  2  v
  3  w
`
	if d := cmp.Diff(want, strings.NewReplacer("2 \n", "2\n", "3 \n", "3\n").Replace(b.String())); d != "" {
		t.Error(d)
	}
}
