package svg

import (
	"math"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/internal/figure"
)

// A cell is coloured by its sign and size, and left empty where nothing is known.
func TestHeatColoursBySignAndSize(t *testing.T) {
	got := string(Heat(figure.Heat{
		Title: "taus <&>", Rows: []string{"a", "<b>"}, Columns: []string{"x", "y"},
		Values: [][]float64{{1, -.5}, {0, math.NaN()}},
	}))
	for text, times := range map[string]int{
		`<rect class="up"`: 2, `<rect class="down"`: 1, `fill-opacity="0.75"`: 1, `fill-opacity="0.38"`: 1, `fill-opacity="0.00"`: 1,
		"-.50</text>": 1, "&lt;b&gt;": 1, "taus &lt;&amp;&gt;": 1, "rotate(-45)": 2, "NaN": 0,
	} {
		if n := strings.Count(got, text); n != times {
			t.Errorf("%d times %s, want %d:\n%s", n, text, times, got)
		}
	}
}

func TestHeatOfNothing(t *testing.T) {
	if got := string(Heat(figure.Heat{})); strings.Contains(got, "NaN") || !strings.HasSuffix(got, "</svg>") {
		t.Errorf("%s", got)
	}
}
