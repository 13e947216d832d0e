package stats

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// IGDPlus returns the inverted generational distance plus of the points from a reference front, smaller values
// being better in every objective,
//
//	mean over z in reference of min over a in points of |max(a - z, 0)|_2
//
// (Ishibuchi et al., EMO 2015): zero if the points attain all of the front, and never worse for a point more.
// Objectives are added up, so they should have comparable scales.
func IGDPlus(points, reference [][]float64) (float64, error) {
	if err := fronts(points, reference); err != nil {
		return 0, err
	}
	total := 0.0
	for _, z := range reference {
		total += missing(points, z)
	}
	return total / float64(len(reference)), nil
}

// missing is how far the points are from attaining z: min over a in points of |max(a - z, 0)|_2.
func missing(points [][]float64, z []float64) float64 {
	nearest := math.Inf(1)
	for _, a := range points {
		squares := 0.0
		for i := range z {
			d := math.Max(a[i]-z[i], 0)
			squares += d * d
		}
		nearest = math.Min(nearest, squares)
	}
	return math.Sqrt(nearest)
}

// FrontShare returns the share of the points of the true front that were found: that a point found is nowhere
// worse (larger) than.
func FrontShare(points, front [][]float64) (float64, error) {
	if err := fronts(points, front); err != nil {
		return 0, err
	}
	found := 0
	for _, z := range front {
		if missing(points, z) == 0 {
			found++
		}
	}
	return float64(found) / float64(len(front)), nil
}

// Attainment returns the empirical attainment surface of several runs in two objectives, smaller values being
// better: the corners of the region that at least the given share of the runs attains, in rising order of the
// first objective (Grunert da Fonseca, Fonseca and Hall, EMO 2001). A share of .5 is the median surface, 1 what
// all runs attain; it is rounded up to whole runs, and at least one. There are no corners if so many runs
// attain nothing. A run is a set of points, which may be empty.
func Attainment(runs [][][]float64, share float64) ([][]float64, error) {
	if len(runs) == 0 || !(share >= 0 && share <= 1) {
		return nil, fmt.Errorf("stats: the surface that a share of %v of %d runs attains", share, len(runs))
	}
	type event struct {
		point []float64
		run   int
	}
	var events []event
	for r, run := range runs {
		for i, p := range run {
			if len(p) != 2 {
				return nil, fmt.Errorf("stats: point %d of run %d has %d objectives, want 2", i, r, len(p))
			}
			if err := finite(fmt.Sprintf("point %d of run %d", i, r), p); err != nil {
				return nil, err
			}
			events = append(events, event{p, r})
		}
	}
	slices.SortFunc(events, func(a, b event) int { return cmp.Compare(a.point[0], b.point[0]) })
	need := max(1, int(math.Ceil(share*float64(len(runs))-1e-9)))

	best, sorted := make([]float64, len(runs)), make([]float64, len(runs)) // smallest second objective so far
	for r := range best {
		best[r] = math.Inf(1)
	}
	var corners [][]float64
	level := math.Inf(1)
	for i, e := range events {
		best[e.run] = math.Min(best[e.run], e.point[1])
		if i+1 < len(events) && events[i+1].point[0] == e.point[0] {
			continue
		}
		copy(sorted, best)
		slices.Sort(sorted)
		if now := sorted[need-1]; now < level {
			level = now
			corners = append(corners, []float64{e.point[0], level})
		}
	}
	return corners, nil
}

// fronts refuses sets of points that are empty, not finite or not of the same number of objectives.
func fronts(points, reference [][]float64) error {
	if err := cmp.Or(table(finite, "points", points), table(finite, "front", reference)); err != nil {
		return err
	}
	if len(points[0]) != len(reference[0]) {
		return fmt.Errorf("stats: points of %d objectives, a front of %d", len(points[0]), len(reference[0]))
	}
	return nil
}
