package measure

import (
	"context"
	"math"

	"gonum.org/v1/gonum/mat"
)

// ntkImages is how many images the kernel is between. Each takes a pass back through the whole batch.
const ntkImages = 16

// ntkCond is the condition number of the neural tangent kernel: K_ij the product of the gradients of the summed logits
// of images i and j by all weights, those of batch norms too, in training mode.
func ntkCond() Measure {
	return Measure{
		Name: "ntk_cond", Words: "NTK condition", Meaning: "condition number of the neural tangent kernel",
		Source: "Chen et al. (TE-NAS), ICLR 2021", Minimize: true,
		Undefined: "the kernel is singular: a cell without a path, or equal images",
		Needs:     Needs{Images: true, Gradients: true}, Images: ntkImages, Passes: 1 + 2*ntkImages,
	}.by(func(ctx context.Context, c *Case) (float64, error) {
		values, err := ntk(ctx, c)
		if err != nil {
			return 0, err
		}
		least, most := values[0], values[len(values)-1]
		switch singular := float64(len(values)) * most * 0x1p-52; {
		case most == 0:
			return math.NaN(), nil
		case least <= singular: // what rounding makes of 0
			return math.Inf(1), nil
		}
		return most / least, nil
	})
}

// ntk returns the kernel's eigenvalues, in ascending order.
func ntk(ctx context.Context, c *Case) ([]float64, error) {
	images := c.batch(ntkImages)
	n, logits, err := c.pass(ctx, images)
	if err != nil {
		return nil, err
	}
	classes := len(logits) / images
	var gradients *mat.Dense // (images, weights)
	var row []float64
	for i := range images {
		back := make([]float64, len(logits))
		copy(back[i*classes:], ones(classes))
		g, err := n.Backward(ctx, back, Wants{Parameters: true})
		if err != nil {
			return nil, err
		}
		row = row[:0]
		for k, p := range n.Parameters() {
			if p.Kind == Weight || p.Kind == NormWeight {
				row = append(row, g.Parameters[k]...)
			}
		}
		if gradients == nil {
			gradients = mat.NewDense(images, len(row), nil)
		}
		gradients.SetRow(i, row)
	}
	var kernel mat.SymDense
	kernel.SymOuterK(1, gradients)
	return eigenvalues(&kernel)
}
