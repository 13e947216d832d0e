package measure

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

const (
	largestResidual = 1e-6  // of the eigenvalue
	largestRounding = 1e-11 // of the largest magnitude: less cannot be told from 0
	largestBasis    = 60    // vectors that are kept
	largestProducts = 1200
)

// largest returns the largest eigenvalue of a symmetric matrix of n rows, given products with it, by Lanczos' method
// with full orthogonalisation, begun again from the best vector whenever the basis is full. There is an eigenvalue
// within 1e-6 of the value, or within 1e-11 of the largest magnitude of eigenvalues; mostly it is off by about the
// square of that.
func largest(n int, r *rand.Rand, product func(v []float64) ([]float64, error)) (float64, error) {
	start := make([]float64, n)
	for i := range start {
		start[i] = r.NormFloat64()
	}
	residual := 0.
	for done := 0; done < largestProducts; {
		l := lanczos{product: product}
		value, err := l.run(start)
		if err != nil {
			return 0, err
		}
		if l.found(value) {
			return value, nil
		}
		start, residual = l.best(), l.residual/math.Abs(value)
		done += len(l.basis)
	}
	return 0, fmt.Errorf("largest eigenvalue: %d products leave a residual of %.2g of it, want %.2g: "+
		"take fewer images", largestProducts, residual, largestResidual)
}

// lanczos is a basis of vectors in which a matrix is tridiagonal.
type lanczos struct {
	product          func(v []float64) ([]float64, error)
	basis            [][]float64
	diagonal, beside []float64

	vector          []float64 // of the largest eigenvalue, in the basis
	residual, scale float64   // of that vector; the largest magnitude
}

// run extends the basis until the largest eigenvalue is found or the basis is full.
func (l *lanczos) run(start []float64) (value float64, err error) {
	next := append([]float64(nil), start...)
	length := floats.Norm(next, 2)
	for {
		floats.Scale(1/length, next)
		l.basis = append(l.basis, next)
		w, err := l.product(next)
		if err != nil {
			return 0, err
		}
		next = append([]float64(nil), w...)
		l.diagonal = append(l.diagonal, floats.Dot(l.basis[len(l.basis)-1], next))
		for range 2 { // once leaves what rounding adds
			for _, v := range l.basis {
				floats.AddScaled(next, -floats.Dot(v, next), v)
			}
		}
		length = floats.Norm(next, 2)
		if value, err = l.solve(length); err != nil {
			return 0, err
		}
		full := len(l.basis) == min(largestBasis, len(next))
		if full || l.found(value) {
			return value, nil
		}
		l.beside = append(l.beside, length)
	}
}

// found says whether the largest eigenvalue is known closely enough.
func (l *lanczos) found(value float64) bool {
	return l.residual <= max(largestResidual*math.Abs(value), largestRounding*l.scale)
}

// solve returns the largest eigenvalue in the basis, given the length of what is outside.
func (l *lanczos) solve(outside float64) (float64, error) {
	n := len(l.diagonal)
	t := mat.NewSymDense(n, nil)
	for i, v := range l.diagonal {
		t.SetSym(i, i, v)
		if i > 0 {
			t.SetSym(i-1, i, l.beside[i-1])
		}
	}
	if math.IsNaN(outside) || math.IsInf(outside, 0) {
		return 0, &UndefinedError{Value: outside, Why: overflow}
	}
	var e mat.EigenSym
	if !e.Factorize(t, true) {
		return 0, &UndefinedError{Value: math.NaN(), Why: "eigenvalues did not converge"}
	}
	values := e.Values(nil)
	var vectors mat.Dense
	e.VectorsTo(&vectors)
	l.vector = mat.Col(nil, n-1, &vectors)
	l.residual = outside * math.Abs(l.vector[n-1])
	l.scale = max(math.Abs(values[0]), math.Abs(values[n-1]))
	return values[n-1], nil
}

// best returns the vector that goes with the largest eigenvalue.
func (l *lanczos) best() []float64 {
	v := make([]float64, len(l.basis[0]))
	for i, b := range l.basis {
		floats.AddScaled(v, l.vector[i], b)
	}
	return v
}
