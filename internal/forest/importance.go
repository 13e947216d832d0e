package forest

import (
	"context"
	"fmt"
	"slices"

	"github.com/nassearch/nassearch/internal/pool"
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
	drops := make([]float64, f.features)
	err = pool.Run(ctx, f.features, func(ctx context.Context, j int) error {
		rows, guess := make([][]float64, len(x)), make([]float64, len(y))
		for i := range rows {
			rows[i] = slices.Clone(x[i])
		}
		for s := range shuffles {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			for i, k := range stream.New(seed, "permutation", j, s).Perm(len(x)) {
				rows[i][j] = x[k][j]
			}
			f.PredictAll(rows, guess)
			left, err := stats.Determination(y, guess)
			if err != nil {
				return err
			}
			drops[j] += (whole - left - drops[j]) / float64(s+1)
		}
		return nil
	})
	return drops, err
}
