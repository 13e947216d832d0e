package measure

import (
	"context"
	"math"

	"gonum.org/v1/gonum/floats"
)

// synflow is the flow through the network: of its absolute parameters, without batch norms, on an image of ones, the
// sum over weights of weight x gradient of the summed logits. It is the plain sum, of which published tables have the
// logarithm.
func synflow() Measure {
	return Measure{
		Name: "synflow", Words: "SynFlow", Meaning: "sum over weights of weight x gradient of the logits, all made positive",
		Source: "Tanaka et al., NeurIPS 2020; Abdelfattah et al., ICLR 2021", Undefined: overflow,
		Needs: Needs{Gradients: true}, Passes: 3,
	}.by(func(ctx context.Context, c *Case) (float64, error) {
		n, err := c.open(Variant{Norms: NoNorms}, Training)
		if err != nil {
			return 0, err
		}
		defer c.Close() // its weights change
		values := n.Values()
		absolute(values)
		n.SetValues(values)
		logits, err := n.Forward(ctx, ones(c.size()), Training)
		if err != nil {
			return 0, err
		}
		g, err := n.Backward(ctx, ones(len(logits)), Wants{Parameters: true})
		if err != nil {
			return 0, err
		}
		sum := 0.
		layers(n, values, g.Parameters, func(_ Parameter, w, g []float64) { sum += floats.Dot(w, g) })
		return sum, nil
	})
}

// absolute makes numbers positive.
func absolute(values [][]float64) {
	for _, v := range values {
		for i := range v {
			v[i] = math.Abs(v[i])
		}
	}
}
