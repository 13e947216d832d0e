package forest

import (
	"context"
	"fmt"
	"slices"

	"github.com/nassearch/nassearch/internal/stats"
	"github.com/nassearch/nassearch/internal/stream"
)

// Impurity is each feature's share of the squares that the splits explain, the mean of the trees that have splits; the
// shares sum to 1, or are all 0 if nothing was split. It flatters features with many values, and is of the data that
// was learnt from: Permutation tells what a feature is worth elsewhere.
func (f *Forest) Impurity() []float64 { return slices.Clone(f.impurity) }

// shares is the mean over trees of what each feature's part of the gains is.
func shares(gains [][]float64, features int) []float64 {
	mean, split := make([]float64, features), 0.0
	for _, of := range gains {
		sum := 0.0
		for _, g := range of {
			sum += g
		}
		if sum == 0 {
			continue
		}
		split++
		for j, g := range of {
			mean[j] += (g/sum - mean[j]) / split
		}
	}
	return mean
}

// Permutation is by how much the coefficient of determination of predictions falls where a feature's values are
// shuffled among rows (Breiman 2001, section 10), the mean over shuffles. Features that tell the same share their
// importance, or have none. The rows should be others than those that were learnt from; y must vary.
func (f *Forest) Permutation(ctx context.Context, x [][]float64, y []float64, shuffles int, seed uint64) (
	[]float64, error,
) {
	if err := checkData(x, y); err != nil {
		return nil, err
	}
	if len(x[0]) != f.features {
		return nil, fmt.Errorf("forest: rows of %d features, it learnt from %d", len(x[0]), f.features)
	}
	guess := make([]float64, len(y))
	f.PredictAll(x, guess)
	whole, err := stats.Determination(y, guess)
	if err != nil {
		return nil, err
	}
	drops, orders := make([]float64, f.features), make([][]int, f.features)
	for s := range shuffles {
		for j := range orders {
			orders[j] = stream.New(seed, "permutation", j, s).Perm(len(x))
		}
		changes, err := f.changes(ctx, x, orders)
		if err != nil {
			return nil, err
		}
		for j, change := range changes {
			for i := range change {
				change[i] = guess[i] + change[i]/float64(len(f.trees))
			}
			left, err := stats.Determination(y, change)
			if err != nil {
				return nil, err
			}
			drops[j] += (whole - left - drops[j]) / float64(s+1)
		}
	}
	return drops, nil
}

// changes is, by feature and row, by how much all trees' predictions change together if the row has the feature of
// another, the one that stands in its place in the feature's order. A tree is asked again from the first node on that
// sends the row elsewhere then, if there is one.
func (f *Forest) changes(ctx context.Context, x [][]float64, orders [][]int) ([][]float64, error) {
	changes, elsewhere := make([][]float64, f.features), make([]int32, f.features)
	for j := range changes {
		changes[j], elsewhere[j] = make([]float64, len(x)), leaf
	}
	shuffled := make([][]float64, len(x))
	for i := range x {
		shuffled[i] = make([]float64, f.features)
		for j, order := range orders {
			shuffled[i][j] = x[order[i]][j]
		}
	}
	row, moved := make([]float64, f.features), make([]int32, 0, f.features)
	for _, t := range f.trees {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		for i, other := range shuffled {
			copy(row, x[i])
			at := int32(0)
			for n := &t[at]; n.feature != leaf; n = &t[at] {
				to, instead := n.next(at, row), n.next(at, other)
				if j := n.feature; to != instead && elsewhere[j] == leaf {
					elsewhere[j], moved = instead, append(moved, j)
				}
				at = to
			}
			for _, j := range moved {
				row[j] = other[j]
				changes[j][i] += t.from(elsewhere[j], row) - t[at].at
				row[j], elsewhere[j] = x[i][j], leaf
			}
			moved = moved[:0]
		}
	}
	return changes, nil
}
