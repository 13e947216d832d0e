package strategies

import (
	"math"
	"slices"

	"github.com/nassearch/nassearch/internal/stats"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
)

// Scores have few different values, so that covariances take few exponentials: finer steps tell nothing more. Ranks
// are 1 apart on average.
const (
	scoreSteps = 32
	scoreWidth = 3
	priorSteps = 64 // of a prior, in its standard deviation
)

// scoreRows returns columns of all classes: of features the ranks, of priors the values. What a class lacks lies in the
// middle, and is told apart by a column of its own, one for all scores that lack the same classes.
func scoreRows(e space.Enumerator, scores []search.Score) map[space.Arch][]float64 {
	var columns, holes [][]float64
	for _, score := range scores {
		values, lacks := known(e, score)
		if score.Prior {
			columns = append(columns, sized(values))
		} else {
			columns = append(columns, ranked(values))
		}
		same := func(other []float64) bool { return slices.Equal(lacks, other) }
		if slices.Max(lacks) > 0 && !slices.ContainsFunc(holes, same) {
			holes = append(holes, lacks)
		}
	}
	rows := make(map[space.Arch][]float64, e.Classes())
	for class := range e.Classes() {
		a := e.Class(class)
		for _, column := range slices.Concat(columns, holes) {
			rows[a] = append(rows[a], column[class])
		}
	}
	return rows
}

// known lists a score of all classes, NaN where there is none, and with it 1 where there is none.
func known(e space.Enumerator, score search.Score) (values, lacks []float64) {
	values, lacks = make([]float64, e.Classes()), make([]float64, e.Classes())
	for class := range values {
		v, ok := score.Of(e.Class(class))
		if !ok || math.IsNaN(v) {
			v, lacks[class] = math.NaN(), 1
		}
		values[class] = v
	}
	return values, lacks
}

// ranked returns the ranks of values, of equal ones their mean, from 0 to scoreWidth in steps; the middle for NaN.
func ranked(values []float64) []float64 {
	return ofKnown(values, scoreWidth/2., func(known []float64) []float64 {
		ranks := stats.Ranks(known)
		for i, rank := range ranks {
			share := 0.5
			if len(ranks) > 1 {
				share = (rank - 1) / float64(len(ranks)-1)
			}
			ranks[i] = scoreWidth * math.Round(share*scoreSteps) / scoreSteps
		}
		return ranks
	})
}

// sized returns values standardised, very bad ones raised as those of targets are, in steps; 0, their mean, for NaN.
func sized(values []float64) []float64 {
	return ofKnown(values, 0, func(known []float64) []float64 {
		sizes := standardised(known, priorClip)
		for i, v := range sizes {
			sizes[i] = math.Round(v*priorSteps) / priorSteps
		}
		return sizes
	})
}

// ofKnown returns what is made of those values that are not NaN, in their places, and elsewhere what stands for these.
func ofKnown(values []float64, missing float64, made func(known []float64) []float64) []float64 {
	out := slices.Repeat([]float64{missing}, len(values))
	known := slices.DeleteFunc(slices.Clone(values), math.IsNaN)
	if len(known) == 0 {
		return out
	}
	rest := made(known)
	for i, v := range values {
		if !math.IsNaN(v) {
			out[i], rest = rest[0], rest[1:]
		}
	}
	return out
}

// priorClip is where the values of a prior end, in median deviations below their median.
const priorClip = 3
