// Package forest has random forests for regression (Breiman, Machine Learning 45, 2001): the mean of trees, each grown
// on a bootstrap sample of the rows, of which some features are looked at in every node. Splits are exact for features
// of at most 256 values; of others they lie between 256 quantiles.
package forest

import (
	"context"
	"fmt"
	"math"
	"runtime"

	"github.com/nassearch/nassearch/internal/pool"
	"github.com/nassearch/nassearch/internal/stream"
)

// Options say how trees are grown. Zero is the forest of scikit-learn's RandomForestRegressor.
type Options struct {
	Trees    int    // 0 means 100
	Features int    // looked at in a node, of those that vary there; 0 means all
	Leaf     int    // fewest samples of a leaf, as often as they were drawn; 0 means 1
	Depth    int    // most splits from the root to a leaf; 0 means any
	Whole    bool   // every tree learns from all rows instead of a bootstrap sample
	Seed     uint64 // of bootstrap samples and of features: a stream a tree
	Workers  int    // trees grown at a time, which changes no bit of them; 0 means one a processor
}

func (o Options) check() error {
	for _, n := range []struct {
		name  string
		value int
	}{{"trees", o.Trees}, {"features of a node", o.Features}, {"samples of a leaf", o.Leaf}, {"depth", o.Depth},
		{"workers", o.Workers}} {
		if n.value < 0 {
			return fmt.Errorf("forest: %d %s, want 0 or more", n.value, n.name)
		}
	}
	return nil
}

// usual is what a zero means.
func usual(value, zero int) int {
	if value == 0 {
		return zero
	}
	return value
}

// Forest predicts by the mean of its trees. It is safe for concurrent use.
type Forest struct {
	trees    []tree
	features int
	impurity []float64
}

// tree is its nodes, in the order in which they are met from left to right. A node's left child is the next one.
type tree []node

// node asks whether a feature is at most a threshold; a leaf has the value that its samples have in the mean.
type node struct {
	at      float64 // threshold, or value
	feature int32   // leaf if none
	right   int32   // child where the feature is larger
}

const leaf = -1

// Fit grows a forest on rows x, of equal length and without NaN, with finite values y. The work is O(rows) a
// level of a tree and feature. The errors are those of the data and of options, and the cause of ctx's end.
func Fit(ctx context.Context, x [][]float64, y []float64, o Options) (*Forest, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	if err := checkData(x, y); err != nil {
		return nil, err
	}
	d := newData(x, y)
	f := &Forest{trees: make([]tree, usual(o.Trees, 100)), features: len(x[0])}
	gains := make([][]float64, len(f.trees))
	workers := min(usual(o.Workers, runtime.GOMAXPROCS(0)), len(f.trees))
	err := pool.Run(ctx, workers, func(ctx context.Context, worker int) error {
		g := newGrower(d, o)
		for i := worker; i < len(f.trees); i += workers {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			f.trees[i], gains[i] = g.tree(stream.New(o.Seed, "forest", i))
		}
		return nil
	})
	f.impurity = shares(gains, f.features)
	return f, err
}

func checkData(x [][]float64, y []float64) error {
	switch {
	case len(x) == 0:
		return fmt.Errorf("forest: no rows to learn from")
	case len(x) != len(y):
		return fmt.Errorf("forest: %d rows and %d values", len(x), len(y))
	case len(x[0]) == 0:
		return fmt.Errorf("forest: no features to learn from")
	case len(x) > math.MaxInt32:
		return fmt.Errorf("forest: %d rows, at most %d can be learnt from", len(x), math.MaxInt32)
	}
	for i, row := range x {
		if len(row) != len(x[0]) {
			return fmt.Errorf("forest: row %d has %d features, the first %d", i, len(row), len(x[0]))
		}
		for j, v := range row {
			if math.IsNaN(v) {
				return fmt.Errorf("forest: feature %d of row %d is not a number", j, i)
			}
		}
		if math.IsNaN(y[i]) || math.IsInf(y[i], 0) {
			return fmt.Errorf("forest: the value of row %d is %g", i, y[i])
		}
	}
	return nil
}

// Predict returns the mean of the trees' predictions of a row, and their variance (divided by the number of trees):
// how little they agree. It allocates nothing.
func (f *Forest) Predict(row []float64) (mean, variance float64) {
	squares := 0.0
	for i, t := range f.trees { // Welford's way: equal predictions are their mean, exactly
		v := t.predict(row)
		d := v - mean
		mean += d / float64(i+1)
		squares += d * (v - mean)
	}
	return mean, squares / float64(len(f.trees))
}

// PredictAll writes the mean prediction of every row, that of Predict. It allocates nothing, and is faster for many.
func (f *Forest) PredictAll(x [][]float64, to []float64) {
	clear(to)
	var guesses [abreast]float64
	for i, t := range f.trees {
		n := float64(i + 1)
		for k := 0; k < len(x); k += abreast {
			rows := x[k:min(k+abreast, len(x))]
			t.predictSome(rows, &guesses)
			for j := range rows {
				to[k+j] += (guesses[j] - to[k+j]) / n
			}
		}
	}
}

// abreast are rows that go down a tree together: while one waits for its node, others go on.
const abreast = 8

// predictSome predicts at most abreast rows. The masks, which change nothing, tell the compiler that there are no more.
func (t tree) predictSome(rows [][]float64, to *[abreast]float64) {
	var at [abreast]int32
	for on := true; on; {
		on = false
		for j, row := range rows {
			i := at[j&(abreast-1)]
			if n := &t[i]; n.feature != leaf {
				at[j&(abreast-1)], on = n.next(i, row), true
			}
		}
	}
	for j := range rows {
		to[j&(abreast-1)] = t[at[j&(abreast-1)]].at
	}
}

func (t tree) predict(row []float64) float64 { return t.from(0, row) }

// from is what is predicted of a row that has come to a node.
func (t tree) from(i int32, row []float64) float64 {
	for {
		n := &t[i]
		if n.feature == leaf {
			return n.at
		}
		i = n.next(i, row)
	}
}

// next is the node after node i that a row goes to.
func (n *node) next(i int32, row []float64) int32 {
	to, right := i+1, n.right
	if row[n.feature] > n.at {
		to = right // a conditional move: half of all branches would be guessed wrong
	}
	return to
}
