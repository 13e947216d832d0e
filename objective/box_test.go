package objective

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// cube is the box from 0, the best, to 1.
func cube(dims int) Box {
	b := Box{Ideal: make([]float64, dims), Worst: make([]float64, dims)}
	for i := range b.Worst {
		b.Worst[i] = 1
	}
	return b
}

// scattered are points of a cube in general position.
func scattered(r *rand.Rand, n, dims int) [][]float64 {
	points := make([][]float64, n)
	for i := range points {
		points[i] = make([]float64, dims)
		for k := range points[i] {
			points[i][k] = r.Float64()
		}
	}
	return points
}

// The estimate is compared with inclusion and exclusion: 5 % of intervals may miss.
func TestHypervolumeOfManyMetricsIsWithinItsError(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	missed, all := 0, 0
	for dims := mostExact + 1; dims <= 8; dims++ {
		for range 40 {
			points := scattered(r, 1+r.IntN(8), dims)
			got, err := cube(dims).Hypervolume(t.Context(), points)
			if err != nil {
				t.Fatal(err)
			}
			want := overlaps(points, cube(dims).Worst)
			if all++; math.Abs(got.Value-want) > got.Error {
				missed++
			}
			if math.Abs(got.Value-want) > 2*got.Error {
				t.Errorf("%d metrics: %v, want %v", dims, got, want)
			}
			if got.Error > .008 {
				t.Errorf("%d metrics: the error is %v", dims, got.Error)
			}
		}
	}
	if missed > all/10 {
		t.Errorf("%d of %d intervals miss", missed, all)
	}
}

// However many metrics there are, the ideal point covers all of the box, the worst nothing, half way in each metric a
// power of a half; metrics with one value do not count.
func TestHypervolumeOfOnePointIsKnown(t *testing.T) {
	for dims := 1; dims <= 20; dims++ {
		for at, want := range map[float64]float64{0: 1, 1: 0, .5: math.Pow(.5, float64(dims))} {
			point := make([]float64, dims)
			for i := range point {
				point[i] = at
			}
			got, err := cube(dims).Hypervolume(t.Context(), [][]float64{point, point})
			if err != nil || math.Abs(got.Value-want) > 1e-9*want {
				t.Errorf("%d metrics at %v: %v, want %v: %v", dims, at, got, want, err)
			}
			b := cube(dims)
			b.Ideal, b.Worst = append(b.Ideal, 7), append(b.Worst, 7)
			got, err = b.Hypervolume(t.Context(), [][]float64{append(point, 7)})
			if err != nil || math.Abs(got.Value-want) > got.Error+1e-9*want {
				t.Errorf("%d metrics at %v and a constant one: %v, want %v: %v", dims, at, got, want, err)
			}
		}
	}
}

// Point by point, in any order, and all at once the same comes about, and it never falls.
func TestCoverageIsTheHypervolume(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dims := rapid.IntRange(1, 7).Draw(t, "metrics")
		coordinate := rapid.SampledFrom([]float64{0, .1, .5, .7, .9, 1})
		points := rapid.SliceOfN(rapid.SliceOfN(coordinate, dims, dims), 0, 12).Draw(t, "points")
		metrics, b := make([]Metric, dims), cube(dims)
		for i := range metrics {
			if metrics[i].Goal = Minimize; rapid.Bool().Draw(t, "larger is better") {
				metrics[i].Goal, b.Ideal[i], b.Worst[i] = Maximize, 1, 0
			}
		}
		c, before := NewCoverage(metrics, b), 0.0
		for _, i := range rapid.Permutation(points).Draw(t, "order") {
			better := c.Add(i)
			now, err := c.Volume(t.Context())
			if err != nil || now.Value < before-1e-12 || !better && now.Value != before {
				t.Fatalf("%v after %v, better %v: %v", now.Value, before, better, err)
			}
			before = now.Value
		}
		whole, err := b.Hypervolume(t.Context(), points)
		if err != nil || math.Abs(whole.Value-before) > 1e-12 {
			t.Fatalf("%v, point by point %v: %v", whole.Value, before, err)
		}
	})
}

func TestHypervolumeEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, dims := range []int{3, 4, 5} {
		points := scattered(rand.New(rand.NewPCG(1, 1)), 20, dims)
		if _, err := cube(dims).Hypervolume(ctx, points); !errors.Is(err, context.Canceled) {
			t.Errorf("%d metrics: error %v", dims, err)
		}
	}
}

// BenchmarkHypervolume is of a front of all classes of NAS-Bench-201, which is the most that there can be.
func BenchmarkHypervolume(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, dims := range []int{2, 3, 4, 5, 20} {
		points := scattered(r, 6466, dims)
		for _, p := range points { // to a sphere around the worst point
			squares := 0.0
			for _, x := range p {
				squares += x * x
			}
			for k := range p {
				p[k] = 1 - p[k]/math.Sqrt(squares)
			}
		}
		b.Run(fmt.Sprintf("%d metrics", dims), func(b *testing.B) {
			for b.Loop() {
				if _, err := cube(dims).Hypervolume(b.Context(), points); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
