package stats

import (
	"fmt"
	"math"
	"testing"
)

func TestFixtureHolm(t *testing.T) {
	for i, c := range fixtures[struct {
		P, Adjusted []float64
		Reject      []bool `json:"reject_at_0.05"`
	}](t, "holm*.json") {
		got, err := Holm(c.P)
		if err != nil || len(got) == 0 || len(got) != len(c.Adjusted) || len(got) != len(c.Reject) {
			t.Fatalf("case %d: %v, %v, want %v and %v", i, got, err, c.Adjusted, c.Reject)
		}
		for j := range got {
			near(t, fmt.Sprintf("case %d: adjusted p %d", i, j), got[j], c.Adjusted[j], tolerance)
			if (got[j] <= .05) != c.Reject[j] {
				t.Errorf("case %d: p %d is rejected: %v", i, j, !c.Reject[j])
			}
		}
	}
}

func TestHolmRefusesBadInput(t *testing.T) {
	for _, p := range [][]float64{nil, {.5, math.NaN()}, {-.1}, {1.1}} {
		if got, err := Holm(p); err == nil {
			t.Errorf("%v became %v", p, got)
		}
	}
}
