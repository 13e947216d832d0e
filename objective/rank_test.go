package objective

import (
	"math"
	"slices"
	"testing"

	"github.com/nassearch/nassearch/internal/sharedtest"
	"pgregory.net/rapid"
)

func TestFixtureRanks(t *testing.T) {
	for _, file := range sharedtest.Cases(t, "stats", "pareto*.json") {
		var cases []struct {
			Points   [][]float64
			Rank     []int
			Crowding []any
		}
		sharedtest.ReadJSON(t, file, &cases)
		for i, c := range cases {
			ranks := Ranks(c.Points)
			if !slices.Equal(ranks, c.Rank) {
				t.Errorf("case %d: ranks %v, want %v", i, ranks, c.Rank)
			}
			crowding := Crowding(c.Points, c.Rank)
			for p, want := range c.Crowding {
				w, finite := want.(float64)
				if !finite {
					w = math.Inf(1)
				}
				if crowding[p] != w && !(math.Abs(crowding[p]-w) <= 1e-9) {
					t.Errorf("case %d: crowding of point %d is %v, want %v", i, p, crowding[p], want)
				}
			}
		}
	}
}

// A point of rank r is dominated by one of rank r-1, and by none of its own.
func TestRanksAreTheirDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		points, _ := drawPoints(t, 12, 0, 1, 2, 3, math.Inf(1), math.NaN())
		ranks := Ranks(points)
		for i, p := range points {
			above := -1
			for j, q := range points {
				if Dominates(q, p) {
					above = max(above, ranks[j])
				}
			}
			if ranks[i] != above+1 {
				t.Fatalf("point %d of %v has rank %d, it is dominated by rank %d", i, points, ranks[i], above)
			}
		}
	})
}

// The order of points changes nothing but which of equal ones come first.
func TestBestFirstIsByRankThenRoom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		points, _ := drawPoints(t, 12, 0, 1, 2, 3, 4, 5, 6, 7)
		order, ranks := BestFirst(points), Ranks(points)
		crowding := Crowding(points, ranks)
		if sorted := slices.Compact(slices.Sorted(slices.Values(order))); len(sorted) != len(points) {
			t.Fatalf("%v is no order of %d points", order, len(points))
		}
		for k := 1; k < len(order); k++ {
			a, b := order[k-1], order[k]
			switch {
			case ranks[a] != ranks[b]:
				if ranks[a] > ranks[b] {
					t.Fatalf("rank %d before %d", ranks[a], ranks[b])
				}
			case crowding[a] < crowding[b], crowding[a] == crowding[b] && a > b:
				t.Fatalf("%d with %v before %d with %v", a, crowding[a], b, crowding[b])
			}
		}
	})
}
