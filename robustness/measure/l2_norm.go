package measure

import (
	"context"

	"gonum.org/v1/gonum/floats"
)

// l2Norm is the sum over layers of the Euclidean norm of the layer's weights.
func l2Norm() Measure {
	return Measure{
		Name: "l2_norm", Words: "weight norm", Meaning: "sum over layers of the norm of its weights",
		Source: "Abdelfattah et al., ICLR 2021", Undefined: overflow,
	}.by(func(_ context.Context, c *Case) (float64, error) {
		n, err := c.open(Variant{}, Training)
		if err != nil {
			return 0, err
		}
		sum, values := 0., n.Values()
		layers(n, values, values, func(_ Parameter, w, _ []float64) { sum += floats.Norm(w, 2) })
		return sum, nil
	})
}
