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
		if err != nil {
			return nil, err
		}
		return s.hessian, nil
	})
}

// curvature returns the largest eigenvalue of J^T (diag p - p p^T) J, given J J^T and the logits whose softmax p is.
// With m the likeliest class and u_k = e_k - e_m for all others, diag p - p p^T = U A A^T U^T with
//
//	A = diag(sqrt q) (1 - r r^T / (1 + sqrt p_m)), q the other classes' p, r = sqrt q
//
// so it is that of the symmetric A^T U^T J J^T U A. Nothing cancels, however sure the network is.
func curvature(gram *mat.SymDense, logits []float64) (float64, error) {
	classes := len(logits)
	if classes < 2 {
		return 0, nil
	}
	m := floats.MaxIdx(logits)
	p := make([]float64, classes)
	softmax(p, logits)
	others := make([]int, 0, classes-1)
	for k := range classes {
		if k != m {
			others = append(others, k)
		}
	}
	between := mat.NewSymDense(len(others), nil) // U^T J J^T U
	a := mat.NewDense(len(others), len(others), nil)
	for i, k := range others {
		for j, l := range others {
			between.SetSym(i, j, gram.At(k, l)-gram.At(k, m)-gram.At(l, m)+gram.At(m, m))
			r, s := math.Sqrt(p[k]), math.Sqrt(p[l])
			v := -r * s / (1 + math.Sqrt(p[m]))
			if i == j {
				v++
			}
			a.Set(i, j, r*v)
		}
	}
	var half, whole mat.Dense
	half.Mul(between, a)
	whole.Mul(a.T(), &half)
	symmetric := mat.NewSymDense(len(others), nil)
	for i := range others {
		for j := range i + 1 {
			symmetric.SetSym(i, j, (whole.At(i, j)+whole.At(j, i))/2)
		}
	}
	values, err := eigenvalues(symmetric)
	if err != nil {
		return 0, err
	}
	return max(values[len(values)-1], 0), nil // it has no negative ones but what rounding makes of 0
}
