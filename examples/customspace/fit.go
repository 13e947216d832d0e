package main

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/nassearch/nassearch/objective"
)

// curve is what the pieces are to follow.
func curve(x float64) float64 { return math.Sin(9 * x * x) }

// about says it in a line.
const about = "straight pieces along sin(9x²)"

// points of a piece are compared with the curve.
const points = 50

// Fit measures how far pieces are from the curve. In so small a space it can know all that it could say, and offers
// that as its landscape: by it a search has a rank and a regret.
type Fit struct {
	space Pieces
	*objective.Measured
}

// NewFit measures all classes.
func NewFit(of Pieces) Fit {
	var values []float64
	for class := range of.Classes() {
		values = append(values, deviation(of.Lengths(of.Class(class))))
	}
	return Fit{of, objective.NewMeasured([]objective.Metric{{Name: "deviation", Goal: objective.Minimize}}, values)}
}

// Source names what the values follow from: a study is continued only where that is the same.
func (f Fit) Source() string { return fmt.Sprintf("%s, compared at %d points of each", about, points) }

// Cost is on the clock of the search, by which results are told in the same order however long they take.
func (f Fit) Cost(objective.Request) time.Duration { return time.Second }

// Evaluate measures a vector.
func (f Fit) Evaluate(_ context.Context, q objective.Request) (objective.Outcome, error) {
	if err := f.space.Validate(q.Arch); err != nil {
		return objective.Outcome{}, err
	}
	return objective.Outcome{Values: []float64{deviation(f.space.Lengths(q.Arch))}}, nil
}

// deviation is the root of the mean squared distance between pieces and curve over [0,1].
func deviation(lengths []int) float64 {
	total := 0
	for _, n := range lengths {
		total += n
	}
	left, squares := 0., 0.
	for _, n := range lengths {
		width := float64(n) / float64(total)
		slope := (curve(left+width) - curve(left)) / width
		for i := range points {
			x := width * (float64(i) + .5) / points
			d := curve(left) + slope*x - curve(left+x)
			squares += d * d * width / points
		}
		left += width
	}
	return math.Sqrt(squares)
}
