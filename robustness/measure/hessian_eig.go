package measure

import (
	"context"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// hessianEig is the mean over images of the largest eigenvalue of the Hessian of the cross-entropy by the image's
// pixels in [0,1], in evaluation mode. It is exact, and the same for every label, because the network is piecewise
// linear: see [curvature].
func hessianEig() Measure {
	return Measure{
		Name: "hessian_eig", Words: "largest Hessian eigenvalue",
		Meaning: "largest eigenvalue of the loss's Hessian by pixels, evaluation mode",
		Source:  "Zhao et al., ICLR 2020", Minimize: true, Undefined: overflow,
		Needs: Needs{Images: true, Gradients: true, Trained: true}, Passes: 11,
	}.byImage(func(ctx context.Context, c *Case) ([]float64, error) {
		s, err := c.slopes(ctx)
		return s.hessian, err
	})
}

// curvature returns the largest eigenvalue of J^T (diag p - p p^T) J, given the Jacobian J (classes, pixels) and the
// logits whose softmax p is. With m the likeliest class and u_k = e_k - e_m for all others, diag p - p p^T = U A A^T
// U^T with
//
//	A = diag(sqrt q) (1 - r r^T / (1 + sqrt p_m)), q the other classes' p, r = sqrt q
//
// so it is that of B B^T, B = A^T U^T J, which has a row for each other class. Nothing cancels, however sure the
// network.
func curvature(jacobian *mat.Dense, logits []float64) (float64, error) {
	classes := len(logits)
	if classes < 2 {
		return 0, nil
	}
	m := floats.MaxIdx(logits)
	p := make([]float64, classes)
	softmax(p, logits)
	_, pixels := jacobian.Dims()
	differences := mat.NewDense(classes-1, pixels, nil) // U^T J
	roots := make([]float64, 0, classes-1)
	for k := range classes {
		if k != m {
			floats.SubTo(differences.RawRowView(len(roots)), jacobian.RawRowView(k), jacobian.RawRowView(m))
			roots = append(roots, math.Sqrt(p[k]))
		}
	}
	a := mat.NewDense(classes-1, classes-1, nil)
	for i, r := range roots {
		for j, s := range roots {
			a.Set(i, j, -r*r*s/(1+math.Sqrt(p[m])))
		}
		a.Set(i, i, r+a.At(i, i))
	}
	var b mat.Dense
	b.Mul(a.T(), differences)
	var square mat.SymDense
	square.SymOuterK(1, &b)
	values, err := eigenvalues(&square)
	if err != nil {
		return 0, err
	}
	return max(values[len(values)-1], 0), nil // it has no negative ones but what rounding makes of 0
}
