package measure

import (
	"context"

	"gonum.org/v1/gonum/floats"
)

// gradNorm is the sum over layers of the Euclidean norm of the gradient of the loss by the layer's weights.
func gradNorm() Measure {
	return Measure{
		Name: "grad_norm", Words: "gradient norm",
		Meaning: "sum over layers of the norm of the loss's gradient by its weights",
		Source:  "Abdelfattah et al., ICLR 2021", Undefined: overflow,
		Needs: Needs{Images: true, Labels: true, Gradients: true}, Passes: 3,
	}.by(func(ctx context.Context, c *Case) (float64, error) {
		return c.sumOfLayers(ctx, func(_, g []float64) float64 { return floats.Norm(g, 2) })
	})
}
