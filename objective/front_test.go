package objective

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/nassearch/nassearch/internal/sharedtest"
	"pgregory.net/rapid"
)

// exact is the hypervolume.
func exact(t interface {
	Context() context.Context
	Fatal(...any)
}, points [][]float64, reference []float64) float64 {
	v, err := Hypervolume(t.Context(), points, reference)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestFixturePareto(t *testing.T) {
	for _, file := range sharedtest.Cases(t, "stats", "pareto*.json") {
		var cases []struct {
			Points      [][]float64
			Rank        []int
			Hypervolume []struct {
				Reference []float64
				Value     float64
			}
		}
		sharedtest.ReadJSON(t, file, &cases)
		if len(cases) == 0 {
			t.Errorf("%s: no cases", file)
		}
		for i, c := range cases {
			first := map[int]bool{}
			for _, p := range NonDominated(c.Points) {
				first[p] = true
			}
			for p, rank := range c.Rank {
				if first[p] != (rank == 0) {
					t.Errorf("case %d: point %d is on the front: %v, its rank is %d", i, p, first[p], rank)
				}
			}
			for _, h := range c.Hypervolume {
				if got := exact(t, c.Points, h.Reference); math.Abs(got-h.Value) > 1e-9*math.Max(1, h.Value) {
					t.Errorf("case %d: hypervolume to %v is %v, want %v", i, h.Reference, got, h.Value)
				}
			}
		}
	}
}

// drawPoints returns points of few values, so that many coordinates are equal.
func drawPoints(t *rapid.T, most int, values ...float64) (points [][]float64, dims int) {
	dims = rapid.IntRange(1, 5).Draw(t, "coordinates")
	point := rapid.SliceOfN(rapid.SampledFrom(values), dims, dims)
	return rapid.SliceOfN(point, 0, most).Draw(t, "points"), dims
}

// plainlyNonDominated compares all with all.
func plainlyNonDominated(points [][]float64) []int {
	var front []int
	for i, p := range points {
		if !slices.ContainsFunc(points, func(q []float64) bool { return Dominates(q, p) }) {
			front = append(front, i)
		}
	}
	return front
}

func TestNonDominatedIsItsDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		points, _ := drawPoints(t, 40, -1, math.Copysign(0, -1), 0, 1, 2, 3, math.Inf(-1), math.Inf(1), math.NaN())
		before := slices.Clone(points)
		if diff := cmp.Diff(plainlyNonDominated(points), NonDominated(points)); diff != "" {
			t.Fatalf("%v: %s", points, diff)
		}
		for i := range points {
			if &points[i][0] != &before[i][0] {
				t.Fatal("the points were moved")
			}
		}
	})
}

// Point by point, the same front comes about, but for points that stand twice.
func TestExtendKeepsWhatIsNotDominated(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		points, _ := drawPoints(t, 40, -1, 0, 1, 2, math.Inf(-1), math.Inf(1), math.NaN())
		var got, want [][]float64
		for _, p := range points {
			got, _ = Extend(got, p)
		}
		for _, i := range plainlyNonDominated(points) {
			if !slices.ContainsFunc(want, func(p []float64) bool { return Attains(p, points[i]) }) {
				want = append(want, points[i])
			}
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateNaNs()); diff != "" {
			t.Fatalf("%v: %s", points, diff)
		}
	})
}

// Dominance is an order of points, also of those with infinite and unknown costs.
func TestDominanceIsAnOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cost := rapid.SampledFrom([]float64{0, 1, 2, math.Inf(-1), math.Inf(1), math.NaN()})
		p := rapid.SliceOfN(rapid.SliceOfN(cost, 2, 2), 3, 3).Draw(t, "points")
		a, b, c := p[0], p[1], p[2]
		switch {
		case Dominates(a, a) || !Attains(a, a):
			t.Errorf("%v does not just equal itself", a)
		case Dominates(a, b) && Dominates(b, a):
			t.Errorf("%v and %v dominate each other", a, b)
		case Dominates(a, b) && !Attains(a, b):
			t.Errorf("%v dominates %v but does not attain it", a, b)
		case Dominates(a, b) && Dominates(b, c) && !Dominates(a, c):
			t.Errorf("%v, %v, %v: the first does not dominate the last", a, b, c)
		}
	})
}

func TestUnknownCostsAreTheLargest(t *testing.T) {
	known, unknown := []float64{math.Inf(1), 1}, []float64{math.NaN(), 1}
	if !Dominates(known, unknown) || Attains(unknown, known) {
		t.Errorf("%v should dominate %v", known, unknown)
	}
	if got := exact(t, [][]float64{unknown, {math.NaN(), math.NaN()}}, []float64{2, 2}); got != 0 {
		t.Errorf("a hypervolume of %v", got)
	}
}

// overlaps is the volume by inclusion and exclusion over all sets of points.
func overlaps(points [][]float64, reference []float64) float64 {
	total := 0.0
	for set := 1; set < 1<<len(points); set++ {
		sign, volume := -1.0, 1.0
		for i := range points {
			if set>>i&1 == 1 {
				sign = -sign
			}
		}
		for d, r := range reference {
			corner := math.Inf(-1)
			for i, p := range points {
				if set>>i&1 == 1 {
					corner = max(corner, p[d])
				}
			}
			volume *= max(r-corner, 0)
		}
		total += sign * volume
	}
	return total
}

func TestHypervolumeIsThatOfTheUnion(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		points, dims := drawPoints(t, 8, 0, 1, 2.5, 3, 4.25, 6, 7)
		reference := rapid.SliceOfN(rapid.SampledFrom([]float64{3, 5, 6}), dims, dims).Draw(t, "reference")
		if got, want := exact(t, points, reference), overlaps(points, reference); math.Abs(got-want) > 1e-9 {
			t.Errorf("%v to %v: hypervolume %v, want %v", points, reference, got, want)
		}
	})
}

func TestHypervolumeOfInfiniteCosts(t *testing.T) {
	up, down := math.Inf(1), math.Inf(-1)
	for _, c := range []struct {
		points [][]float64
		want   float64
	}{
		{[][]float64{{up, 0}}, 0},
		{[][]float64{{up, 0}, {1, 1}}, 1},
		{[][]float64{{down, 1}}, up},
		{[][]float64{{1, down}, {0, down}, {1, 1}}, up},
		{[][]float64{{1, 1, down}, {0, 1, down}}, up},
		{[][]float64{{1, 1, 1, down}, {0, 1, 1, 1}}, up},
	} {
		reference := []float64{2, 2, 2, 2}[:len(c.points[0])]
		if got := exact(t, c.points, reference); got != c.want {
			t.Errorf("%v: hypervolume %v, want %v", c.points, got, c.want)
		}
	}
}

func TestCostsTurnSignsBackAndForth(t *testing.T) {
	metrics := []Metric{{Name: "acc", Goal: Maximize}, {Name: "params", Goal: Minimize}}
	values := []float64{.5, 3}
	if diff := cmp.Diff([]float64{-.5, 3}, Costs(metrics, values)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(values, Costs(metrics, Costs(metrics, values))); diff != "" {
		t.Error(diff)
	}
}

// The best accuracy and the smallest size are ideal; half way in both, a quarter of the box is dominated.
func TestBoxHypervolumeIsAShare(t *testing.T) {
	b := Box{Ideal: []float64{.9, 100, 7}, Worst: []float64{.1, 300, 7}}
	for _, c := range []struct {
		point []float64
		want  float64
	}{{[]float64{.9, 100, 7}, 1}, {[]float64{.5, 200, 7}, .25}, {[]float64{.1, 100, 7}, 0}} {
		got, err := b.Hypervolume(t.Context(), [][]float64{c.point})
		if err != nil || math.Abs(got.Value-c.want) > 1e-12 || got.Error != 0 {
			t.Errorf("%v: hypervolume %v, want %v: %v", c.point, got, c.want, err)
		}
	}
	if got, err := b.Hypervolume(t.Context(), nil); err != nil || got.Value != 0 {
		t.Errorf("of nothing: %v, %v", got, err)
	}
}

func BenchmarkNonDominated(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 1))
	for _, dims := range []int{2, 3} {
		points := make([][]float64, 6466)
		for i := range points {
			x := random.Float64()
			points[i] = []float64{x, 1 - x + .1*random.Float64(), random.Float64()}[:dims]
		}
		b.Run(fmt.Sprintf("%d coordinates", dims), func(b *testing.B) {
			for b.Loop() {
				NonDominated(points)
			}
		})
		b.Run(fmt.Sprintf("%d coordinates plainly", dims), func(b *testing.B) {
			for b.Loop() {
				plainlyNonDominated(points)
			}
		})
	}
}
