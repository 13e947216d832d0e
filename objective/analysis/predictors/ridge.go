package predictors

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/mat"
)

// ridge is a linear regression whose weights are held small (Hoerl and Kennard, Technometrics 1970).
type ridge struct {
	centre  []float64 // of features
	weights []float64
	mean    float64 // of values
}

// penalties are tried, in units of the variance of a feature times the number of rows.
var penalties = []float64{1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10}

// fitRidge learns from rows and values. Of the penalties it takes that of the least generalised cross-validation error
// (Golub, Heath, Wahba, Technometrics 1979). Features are brought to equal variance; those that do not vary are left
// out.
func fitRidge(x [][]float64, y []float64) (ridge, error) {
	n, p := len(x), len(x[0])
	r := ridge{centre: make([]float64, p), weights: make([]float64, p)}
	scale := make([]float64, p)
	for i, row := range x {
		r.mean += (y[i] - r.mean) / float64(i+1)
		for j, v := range row {
			r.centre[j] += (v - r.centre[j]) / float64(i+1)
		}
	}
	for j := range scale {
		squares := 0.0
		for _, row := range x {
			squares += (row[j] - r.centre[j]) * (row[j] - r.centre[j])
		}
		if squares > 1e-24*float64(n) {
			scale[j] = 1 / math.Sqrt(squares)
		}
	}
	gram, with, squares := mat.NewSymDense(p, nil), mat.NewVecDense(p, nil), 0.0
	z := mat.NewVecDense(p, nil)
	for i, row := range x {
		for j, v := range row {
			z.SetVec(j, (v-r.centre[j])*scale[j])
		}
		gram.SymRankOne(gram, 1, z)
		with.AddScaledVec(with, y[i]-r.mean, z)
		squares += (y[i] - r.mean) * (y[i] - r.mean)
	}
	var e mat.EigenSym
	if !e.Factorize(gram, true) {
		return r, errors.New("ridge regression: the eigenvalues of the ranks' correlations were not found")
	}
	var vectors mat.Dense
	e.VectorsTo(&vectors)
	var turned mat.VecDense
	turned.MulVec(vectors.T(), with)
	best := penalty(e.Values(nil), turned.RawVector().Data, squares, float64(n))
	for k, d := range e.Values(nil) {
		turned.SetVec(k, turned.AtVec(k)/(math.Max(d, 0)+best))
	}
	var weights mat.VecDense
	weights.MulVec(&vectors, &turned)
	for j := range r.weights {
		r.weights[j] = weights.AtVec(j) * scale[j]
	}
	return r, nil
}

// penalty chooses among the penalties by eigenvalues d, the values turned to them, and their sum of squares.
func penalty(d, turned []float64, squares, n float64) float64 {
	best, least := penalties[0], math.Inf(1)
	for _, l := range penalties {
		left, freedom := squares, 1.0 // one for the mean
		for k, v := range d {
			v = math.Max(v, 0)
			left -= turned[k] * turned[k] * (2/(v+l) - v/((v+l)*(v+l)))
			freedom += v / (v + l)
		}
		if e := left / ((n - freedom) * (n - freedom)); n > freedom && e < least {
			best, least = l, e
		}
	}
	return best
}

func (r ridge) predict(row []float64) float64 {
	v := r.mean
	for j, w := range r.weights {
		v += w * (row[j] - r.centre[j])
	}
	return v
}
