package stats

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/nassearch/nassearch/objective"
)

// The points of rank 0 are the true front: all of it is found, nothing is missing, and in two objectives the
// surface that one run attains bounds the volume of the fixture.
func TestFixtureFront(t *testing.T) {
	for i, c := range fixtures[struct {
		Points      [][]float64
		Sense       string
		Rank        []int
		Hypervolume []struct {
			Reference []float64
			Value     float64
		}
	}](t, "pareto*.json") {
		if c.Sense != "minimise" || len(c.Rank) != len(c.Points) || len(c.Hypervolume) == 0 {
			t.Fatalf("case %d: sense %q, %d points, %d ranks, %d volumes", i, c.Sense, len(c.Points), len(c.Rank), len(c.Hypervolume))
		}
		var front, rest [][]float64
		for p, r := range c.Rank {
			if r == 0 {
				front = append(front, c.Points[p])
			} else {
				rest = append(rest, c.Points[p])
			}
		}
		for name, found := range map[string]struct {
			points [][]float64
			share  float64
		}{"all": {c.Points, 1}, "the front": {front, 1}, "the rest": {rest, 0}} {
			if len(found.points) == 0 {
				continue
			}
			share, err := FrontShare(found.points, front)
			if err != nil || share != found.share {
				t.Errorf("case %d: %s holds %v of the front, %v", i, name, share, err)
			}
			distance, err := IGDPlus(found.points, front)
			if err != nil || (distance == 0) != (found.share == 1) {
				t.Errorf("case %d: %s is %v from the front, %v", i, name, distance, err)
			}
		}
		if len(c.Points[0]) != 2 {
			continue
		}
		for _, share := range []float64{.01, .5, 1} {
			corners, err := Attainment([][][]float64{c.Points}, share)
			if err != nil {
				t.Fatalf("case %d: %v", i, err)
			}
			for _, h := range c.Hypervolume {
				volume, err := objective.Hypervolume(t.Context(), corners, h.Reference)
				if err != nil {
					t.Fatal(err)
				}
				near(t, fmt.Sprintf("case %d: volume to %v", i, h.Reference), volume, h.Value, tolerance)
			}
		}
	}
}

// Two sets before a front, the first of which dominates the second; distances by hand.
func TestIGDPlusByHand(t *testing.T) {
	reference := [][]float64{{0, 10}, {1, 6}, {2, 2}, {6, 1}, {10, 0}}
	for _, c := range []struct {
		points [][]float64
		want   float64
	}{
		{[][]float64{{2, 4}, {3, 3}, {4, 2}}, (2 + 1 + math.Sqrt2 + 1 + 2) / 5},
		{[][]float64{{2, 8}, {4, 4}, {8, 2}}, (2 + math.Sqrt(5) + 2*math.Sqrt2 + math.Sqrt(5) + 2) / 5},
		{[][]float64{{0, 0}}, 0},
	} {
		if got, err := IGDPlus(c.points, reference); err != nil || math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%v: %v, %v, want %v", c.points, got, err, c.want)
		}
	}
}

func drawPoints(t *rapid.T, name string, least int) [][]float64 {
	coordinate := rapid.Map(rapid.IntRange(0, 6), func(i int) float64 { return float64(i) })
	return rapid.SliceOfN(rapid.SliceOfN(coordinate, 2, 2), least, 8).Draw(t, name)
}

func TestMorePointsAreNeverWorse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		points, more, front := drawPoints(t, "points", 1), drawPoints(t, "more", 1), drawPoints(t, "front", 1)
		all := slices.Concat(points, more)
		a, _ := IGDPlus(points, front)
		b, err := IGDPlus(all, front)
		if err != nil || b > a {
			t.Fatalf("distance %v grew to %v, %v", a, b, err)
		}
		c, _ := FrontShare(points, front)
		d, err := FrontShare(all, front)
		if err != nil || d < c {
			t.Fatalf("share %v fell to %v, %v", c, d, err)
		}
		if (b == 0) != (d == 1) {
			t.Fatalf("distance %v but share %v", b, d)
		}
	})
}

// The definition, at every point of a grid: how many runs hold a point that is nowhere larger.
func TestAttainmentIsItsDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		runs := make([][][]float64, rapid.IntRange(1, 5).Draw(t, "runs"))
		for r := range runs {
			runs[r] = drawPoints(t, "run", 0)
		}
		need := rapid.IntRange(1, len(runs)).Draw(t, "need")
		corners, err := Attainment(runs, float64(need)/float64(len(runs)))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.IsSortedFunc(corners, func(a, b []float64) int { return cmp.Or(cmp.Compare(a[0], b[0]), 1) }) || len(objective.NonDominated(corners)) != len(corners) {
			t.Fatalf("corners %v", corners)
		}
		for x := range 8 {
			for y := range 8 {
				z, attained := []float64{float64(x), float64(y)}, 0
				for _, run := range runs {
					if slices.ContainsFunc(run, func(a []float64) bool { return objective.Attains(a, z) }) {
						attained++
					}
				}
				inside := slices.ContainsFunc(corners, func(a []float64) bool { return objective.Attains(a, z) })
				if inside != (attained >= need) {
					t.Fatalf("%v is attained by %d of %d, inside: %v", z, attained, need, inside)
				}
			}
		}
	})
}

func TestAttainmentOfTwoRuns(t *testing.T) {
	runs := [][][]float64{{{1, 3}, {3, 1}}, {{2, 2}}}
	for _, c := range []struct {
		share float64
		want  [][]float64
	}{{.5, [][]float64{{1, 3}, {2, 2}, {3, 1}}}, {1, [][]float64{{2, 3}, {3, 2}}}} {
		got, err := Attainment(runs, c.share)
		if diff := gocmp.Diff(c.want, got); err != nil || diff != "" {
			t.Errorf("share %v: %v %s", c.share, err, diff)
		}
	}
}

func TestFrontsRefuseBadInput(t *testing.T) {
	front, nan := [][]float64{{1, 2}}, [][]float64{{1, math.NaN()}}
	for name, run := range map[string]func() error{
		"no points":   func() error { _, err := IGDPlus(nil, front); return err },
		"no front":    func() error { _, err := FrontShare(front, nil); return err },
		"NaN":         func() error { _, err := IGDPlus(nan, front); return err },
		"NaN front":   func() error { _, err := FrontShare(front, nan); return err },
		"objectives":  func() error { _, err := IGDPlus(front, [][]float64{{1, 2, 3}}); return err },
		"no runs":     func() error { _, err := Attainment(nil, .5); return err },
		"share":       func() error { _, err := Attainment([][][]float64{front}, 50); return err },
		"three":       func() error { _, err := Attainment([][][]float64{{{1, 2, 3}}}, .5); return err },
		"NaN of runs": func() error { _, err := Attainment([][][]float64{nan}, .5); return err },
	} {
		if run() == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func BenchmarkAttainment(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 1))
	runs := make([][][]float64, 100)
	for r := range runs {
		runs[r] = make([][]float64, 30)
		for i := range runs[r] {
			runs[r][i] = []float64{random.Float64(), random.Float64()}
		}
	}
	for b.Loop() {
		if _, err := Attainment(runs, .5); err != nil {
			b.Fatal(err)
		}
	}
}
