package measure

import "context"

// params counts what is trained.
func params() Measure {
	return Measure{
		Name: "params", Words: "parameters", Meaning: "trainable parameters",
		Source: "counted", Minimize: true, Needs: Needs{AnyWeights: true},
	}.by(func(_ context.Context, c *Case) (float64, error) {
		n, err := c.open(Variant{}, Training)
		if err != nil {
			return 0, err
		}
		total := 0
		for _, p := range n.Parameters() {
			total += p.Shape[0] * p.fanIn()
		}
		return float64(total), nil
	})
}
