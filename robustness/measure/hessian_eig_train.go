package measure

import (
	"context"

	"github.com/nassearch/nassearch/internal/stream"
	"gonum.org/v1/gonum/floats"
)

// hessianImages is how many images the Hessian in training mode is of.
const hessianImages = 16

// hessianEigTrain is the largest eigenvalue, of the largest value and not of the largest magnitude, of the Hessian of
// the cross-entropy summed over the batch by all of the batch's pixels in [0,1], in training mode. Batch norms bend
// there, so the Hessian has negative eigenvalues too. Its products are exact, and the eigenvalue is found by
// [largest].
func hessianEigTrain() Measure {
	return Measure{
		Name: "hessian_eig_train", Words: "largest Hessian eigenvalue in training mode",
		Meaning: "largest eigenvalue of the batch's loss's Hessian by its pixels, training mode",
		Source:  "Zhao et al., ICLR 2020", Minimize: true, Undefined: overflow,
		Needs:  Needs{Images: true, Labels: true, Gradients: true, Trained: true},
		Images: hessianImages, Passes: 100,
	}.by(func(ctx context.Context, c *Case) (float64, error) {
		images := c.batch(hessianImages)
		n, logits, err := c.pass(ctx, images)
		if err != nil {
			return 0, err
		}
		if err := c.checkLabels(n); err != nil {
			return 0, err
		}
		back := c.errors(logits, images)
		floats.Scale(float64(images), back) // of the sum
		return largest(images*c.size(), stream.New(c.Seed, "hessian_eig_train"), func(v []float64) ([]float64, error) {
			along := append([]float64(nil), v...)
			c.byPixels(along) // moves pixels by v
			moved, err := n.Along(ctx, Gradients{Images: along})
			if err != nil {
				return nil, err
			}
			g, err := n.BackwardAlong(ctx, back, movedErrors(logits, moved, images, 1), Wants{Images: true})
			if err != nil {
				return nil, err
			}
			c.byPixels(g.Images)
			return g.Images, nil
		})
	})
}
