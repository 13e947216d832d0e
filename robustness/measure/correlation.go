package measure

import (
	"context"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// correlations returns those between the images' gradients of their summed logits. They are undefined where a gradient
// does not vary over the image.
func (c *Case) correlations(ctx context.Context) (*mat.SymDense, error) {
	if c.kept.correlations != nil {
		return c.kept.correlations, nil
	}
	sums, err := c.logitSums(ctx)
	if err != nil {
		return nil, err
	}
	images := c.batch(0)
	for i := range images {
		of := sums[i*c.size() : (i+1)*c.size()]
		if rounding := floats.Norm(of, math.Inf(1)) * 0x1p-44; !(stat.PopStdDev(of, nil) > rounding) {
			return nil, &UndefinedError{
				Value: math.NaN(),
				Why:   "the gradient of an image is the same at all pixels, as in a cell without a path, or is no number",
			}
		}
	}
	of := mat.NewSymDense(images, nil)
	stat.CorrelationMatrix(of, mat.NewDense(images, c.size(), sums).T(), nil)
	c.kept.correlations = of
	return of, nil
}
