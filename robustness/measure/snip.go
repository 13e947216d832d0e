package measure

import (
	"context"
	"math"
)

// snip is how much the loss would change, to first order, were each weight removed.
func snip() Measure {
	return Measure{
		Name: "snip", Words: "SNIP", Meaning: "sum over weights of |weight x gradient of the loss|",
		Source: "Lee et al., ICLR 2019; Abdelfattah et al., ICLR 2021", Undefined: overflow,
		Needs: Needs{Images: true, Labels: true, Gradients: true}, Passes: 3,
	}.by(func(ctx context.Context, c *Case) (float64, error) {
		return c.sumOfLayers(ctx, func(w, g []float64) (sum float64) {
			for i, v := range w {
				sum += math.Abs(v * g[i])
			}
			return sum
		})
	})
}
