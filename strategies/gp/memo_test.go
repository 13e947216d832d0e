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
				l := m.place(distance)
				if l.distance != distance {
					l.compute(s, distance)
				}
				if got := m.place(distance).value; got != want {
					t.Fatalf("at distance %g: %g, want %g", distance, got, want)
				}
			}
		}
	})
	if got := newMemo().place(0); got.distance != 0 || got.value != 1 {
		t.Errorf("at distance %g: %g, want 1 at 0", got.distance, got.value)
	}
}
