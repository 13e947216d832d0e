package measure

import (
	"context"

	"gonum.org/v1/gonum/floats"
)

// plain is the change of the loss, to first order, were all weights removed.
func plain() Measure {
	return Measure{
		Name: "plain", Words: "plain", Meaning: "sum over weights of weight x gradient of the loss",
		Source: "Abdelfattah et al., ICLR 2021", Undefined: overflow,
		Needs: Needs{Images: true, Labels: true, Gradients: true}, Passes: 3,
	}.by(func(ctx context.Context, c *Case) (float64, error) { return c.sumOfLayers(ctx, floats.Dot) })
}
