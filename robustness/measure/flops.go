package measure

import "context"

// flops counts the multiplications of the convolutions and the classifier, each with its addition.
func flops() Measure {
	return Measure{
		Name: "flops", Words: "FLOPs", Meaning: "multiply-adds of one forward pass on one image",
		Source: "counted", Minimize: true, Needs: Needs{AnyWeights: true},
	}.by(func(_ context.Context, c *Case) (float64, error) {
		n, err := c.open(Variant{}, Training)
		if err != nil {
			return 0, err
		}
		total := 0
		eachLayer(n, func(p Parameter, a Activation) { total += a.Channels * a.Pixels * p.fanIn() })
		return float64(total), nil
	})
}
