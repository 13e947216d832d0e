package robustness

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestSquareHalvesItsPatchesAsPublished holds the schedule of the paper, section 5.1.
func TestSquareHalvesItsPatchesAsPublished(t *testing.T) {
	plain := Square{Queries: 5000, Share: .8}
	stretched := Square{Queries: 1000, Share: .8, Rescale: true}
	for _, c := range []struct {
		attack Square
		query  int
		want   float64
	}{
		{plain, 0, .8}, {plain, 10, .8}, {plain, 11, .4}, {plain, 51, .2}, {plain, 201, .1}, {plain, 501, .05},
		{plain, 1001, .025}, {plain, 2001, .0125}, {plain, 4001, .00625}, {plain, 4999, .00625}, {plain, 8001, .8 / 512},
		{stretched, 1, .8}, {stretched, 2, .4}, {stretched, 999, .8 / 512},
	} {
		if got := c.attack.share(c.query); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%+v, query %d: share %v, want %v", c.attack, c.query, got, c.want)
		}
	}
}

// TestSquareChangesOneSquare looks at what a Linf proposal changes, where no pixel meets 0 or 1.
func TestSquareChangesOneSquare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shape := Shape{2, 6, 7}
		p := Problem{Shape: shape, X: slices.Repeat([]float32{.5}, shape.Size()), Threat: Threat{Linf, .125},
			Rand: rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))}
		s := patches{Problem: p, best: slices.Clone(p.X)}
		s.start()
		for i, v := range s.best {
			if v != .375 && v != .625 || v != s.best[i-i%(6*7)+i%7] {
				t.Fatalf("value %d of the start is %v: want stripes of .375 and .625", i, v)
			}
		}
		s.next = slices.Clone(s.best)
		s.propose(.2) // 8.4 of 42 pixels: 3 by 3
		for c := range 2 {
			top, left, bottom, right := 6, 7, -1, -1
			for i := range 42 {
				if k := c*42 + i; s.next[k] != s.best[k] {
					top, left, bottom, right = min(top, i/7), min(left, i%7), max(bottom, i/7), max(right, i%7)
				}
				if v := s.next[c*42+i]; v != .375 && v != .625 {
					t.Fatalf("value %d is %v: want a side of the ball", c*42+i, v)
				}
			}
			if bottom-top > 2 || right-left > 2 {
				t.Fatalf("channel %d changed in rows %d to %d, columns %d to %d: want at most 3 by 3", c, top, bottom, left, right)
			}
		}
	})
}

// TestSquareL2UsesTheWholeBall holds the length of starts and proposals, where no pixel meets 0 or 1.
func TestSquareL2UsesTheWholeBall(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shape := Shape{rapid.IntRange(1, 3).Draw(t, "channels"), rapid.IntRange(3, 12).Draw(t, "height"), rapid.IntRange(3, 12).Draw(t, "width")}
		p := Problem{Shape: shape, X: slices.Repeat([]float32{.5}, shape.Size()), Threat: Threat{L2, .25},
			Rand: rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))}
		s := patches{Problem: p, best: slices.Clone(p.X)}
		s.start()
		for range 20 {
			if d := L2.Length(p.X, s.best); math.Abs(d-.25) > 1e-5 {
				t.Fatalf("length %v, want .25", d)
			}
			s.next = slices.Clone(s.best)
			s.propose(rapid.Float64Range(.001, .8).Draw(t, "share"))
			s.best = s.next
		}
	})
}
