package cmd

import (
	"slices"
	"testing"

	"github.com/nassearch/nassearch/internal/figure/plot"
)

func TestFarPointsAreOutOfView(t *testing.T) {
	var points []plot.Point
	for i := range 100 {
		points = append(points, plot.Point{X: .8 + float64(i)/1e4, Y: .3 + float64(i%10)/100})
	}
	low, near := plot.Point{X: .1, Y: .3}, plot.Point{X: .78, Y: .05}
	got := inView(append(points, low, near))
	if len(got) != 101 || slices.Contains(got, low) || !slices.Contains(got, near) {
		t.Errorf("%d points in view, want all but %v", len(got), low)
	}
	if flat := []plot.Point{{X: 1, Y: 1}, {X: 1, Y: 1}, {X: 1, Y: 1}, {X: 1, Y: 9}}; len(inView(flat)) != 4 {
		t.Errorf("%d of %d points in view where most are equal", len(inView(flat)), len(flat))
	}
}
