package measure

import (
	"context"

	"gonum.org/v1/gonum/floats"
)

// grasp is how much the norm of the gradient would shrink, to first order, were each weight removed: the sum of -W (H
// g), with H the Hessian of the loss by all weights and g its gradient. As H is symmetric that is -g (H W), which
// networks compute faster. The product H W is exact: the derivative of the backward pass along W.
func grasp() Measure {
	return Measure{
		Name: "grasp", Words: "GraSP", Meaning: "sum over weights of -weight x (Hessian of the loss x its gradient)",
		Source: "Wang et al., ICLR 2020; Abdelfattah et al., ICLR 2021", Undefined: overflow,
		Needs: Needs{Images: true, Labels: true, Gradients: true}, Passes: 8,
	}.by(func(ctx context.Context, c *Case) (float64, error) {
		l, err := c.lossOf(ctx)
		if err != nil {
			return 0, err
		}
		images := c.batch(0)
		n, logits, err := c.pass(ctx, images)
		if err != nil {
			return 0, err
		}
		moved, err := n.Along(ctx, Gradients{Parameters: ofWeights(n, n.Values())})
		if err != nil {
			return 0, err
		}
		bent := movedErrors(logits, moved, images, 1/float64(images))
		product, err := n.BackwardAlong(ctx, c.errors(logits, images), bent, Wants{Parameters: true})
		if err != nil {
			return 0, err
		}
		sum := 0.
		layers(n, l.parameters, product.Parameters, func(_ Parameter, g, hw []float64) { sum -= floats.Dot(g, hw) })
		return sum, nil
	})
}

// ofWeights returns a direction in which nothing but weights moves.
func ofWeights(n Network, along [][]float64) [][]float64 {
	direction := make([][]float64, len(along))
	for i, p := range n.Parameters() {
		direction[i] = along[i]
		if p.Kind != Weight {
			direction[i] = make([]float64, len(along[i]))
		}
	}
	return direction
}
