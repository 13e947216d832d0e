package measure

import (
	"context"
	"math"

	"gonum.org/v1/gonum/mat"
)

// jacov says how different the network is around different images: -sum(log(v + k) + 1/(v + k)) over the eigenvalues v
// of the correlations between the images' gradients of their summed logits, k = 1e-5. Labels are not used.
func jacov() Measure {
	return Measure{
		Name: "jacov", Words: "Jacobian covariance", Meaning: "eigenvalues of the correlations between images' gradients",
		Source: "Mellor et al., arXiv 2006.04647v1; Abdelfattah et al., ICLR 2021", Undefined: overflow,
		Needs: Needs{Images: true, Gradients: true}, Passes: 2,
	}.by(func(ctx context.Context, c *Case) (float64, error) {
		correlations, err := c.correlations(ctx)
		if err != nil {
			return 0, err
		}
		values, err := eigenvalues(correlations)
		if err != nil {
			return 0, err
		}
		sum := 0.
		for _, v := range values {
			v += likenessFloor
			sum -= math.Log(v) + 1/v
		}
		return sum, nil
	})
}

// likenessFloor keeps logarithms and reciprocals of correlations finite.
const likenessFloor = 1e-5

// eigenvalues of a symmetric matrix, in ascending order.
func eigenvalues(a mat.Symmetric) ([]float64, error) {
	for i := range a.SymmetricDim() {
		for j := range i + 1 {
			if v := a.At(i, j); math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, &UndefinedError{Value: v, Why: overflow}
			}
		}
	}
	var e mat.EigenSym
	if !e.Factorize(a, false) {
		return nil, &UndefinedError{Value: math.NaN(), Why: "eigenvalues did not converge"}
	}
	return e.Values(nil), nil
}
