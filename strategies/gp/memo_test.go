package gp

import (
	"testing"

	"pgregory.net/rapid"
)

// A memo answers as the shape does, whatever it has been asked before.
func TestMemoHasTheLikeness(t *testing.T) {
	m := newMemo()
	rapid.Check(t, func(t *rapid.T) {
		s := Matern32
		for _, distance := range rapid.SliceOfN(rapid.Float64Range(0, 1e3), 1, 300).Draw(t, "distances") {
			for range 2 {
				want, _ := s.value(distance)
				if got := m.at(s, distance); got != want {
					t.Fatalf("at distance %g: %g, want %g", distance, got, want)
				}
			}
		}
	})
	if got := newMemo().at(Matern32, 0); got != 1 {
		t.Errorf("at distance 0: %g, want 1", got)
	}
}
