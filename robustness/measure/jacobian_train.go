package measure

import (
	"context"
	"math"
)

// jacobianImages is how many images Jacobians in training mode are of: each takes passes back through the whole batch.
const jacobianImages = 16

// jacobianOwn is the mean over images i of |J_ii|, in training mode: its logits by its own pixels, through its share
// of the batch's statistics too. J_ij is the Jacobian of the logits of image i by the pixels in [0,1] of image j.
func jacobianOwn() Measure {
	return Measure{
		Name: "jacobian_fro_train", Words: "Jacobian norm in training mode",
		Meaning: "norm of each image's logits' Jacobian by its own pixels, training mode",
		Source:  "Hoffman, Roberts, Yaida, arXiv 1908.02729", Minimize: true, Undefined: overflow,
		Needs:  Needs{Images: true, Gradients: true, Trained: true},
		Images: jacobianImages, Passes: 1 + 10*jacobianImages,
	}.byImage(func(ctx context.Context, c *Case) ([]float64, error) {
		j, err := c.jacobians(ctx)
		if err != nil {
			return nil, err
		}
		return j.own, nil
	})
}

// jacobianBatch is the mean over images i of sqrt(sum_j |J_ij|^2), in training mode: its logits by all pixels of the
// batch.
func jacobianBatch() Measure {
	return Measure{
		Name: "jacobian_fro_train_batch", Words: "Jacobian norm by the batch in training mode",
		Meaning: "norm of each image's logits' Jacobian by the batch's pixels, training mode",
		Source:  "Hoffman, Roberts, Yaida, arXiv 1908.02729", Minimize: true, Undefined: overflow,
		Needs:  Needs{Images: true, Gradients: true, Trained: true},
		Images: jacobianImages, Passes: 1 + 10*jacobianImages,
	}.byImage(func(ctx context.Context, c *Case) ([]float64, error) {
		j, err := c.jacobians(ctx)
		if err != nil {
			return nil, err
		}
		return j.batch, nil
	})
}

// jacobianSummed is the mean over images i of |sum_j J_ji|, in training mode: what a pass back from the batch's summed
// logits gives at its pixels, which is how the norm is usually computed, though it is none of the others.
func jacobianSummed() Measure {
	return Measure{
		Name: "jacobian_fro_train_summed", Words: "Jacobian norm of summed logits in training mode",
		Meaning: "norm of the batch's summed logits' Jacobian by each image's pixels, training mode",
		Source:  "Hoffman, Roberts, Yaida, arXiv 1908.02729", Minimize: true, Undefined: overflow,
		Needs:  Needs{Images: true, Gradients: true, Trained: true},
		Images: jacobianImages, Passes: 11,
	}.byImage(func(ctx context.Context, c *Case) ([]float64, error) {
		images := c.batch(jacobianImages)
		n, logits, err := c.pass(ctx, images)
		if err != nil {
			return nil, err
		}
		sums := make([]float64, images)
		for k := range n.Classes() {
			if err := c.addSquares(ctx, n, column(logits, n.Classes(), k), func(i int, s float64) { sums[i] += s }); err != nil {
				return nil, err
			}
		}
		return roots(sums), nil
	})
}

// jacobians are norms by image in training mode.
type jacobians struct{ own, batch []float64 }

// jacobians takes a pass back for each logit.
func (c *Case) jacobians(ctx context.Context) (*jacobians, error) {
	if c.kept.jacobians != nil {
		return c.kept.jacobians, nil
	}
	images := c.batch(jacobianImages)
	n, logits, err := c.pass(ctx, images)
	if err != nil {
		return nil, err
	}
	own, batch := make([]float64, images), make([]float64, images)
	for at := range logits {
		i := at / n.Classes()
		back := make([]float64, len(logits))
		back[at] = 1
		err := c.addSquares(ctx, n, back, func(j int, s float64) {
			batch[i] += s
			if i == j {
				own[i] += s
			}
		})
		if err != nil {
			return nil, err
		}
	}
	c.kept.jacobians = &jacobians{roots(own), roots(batch)}
	return c.kept.jacobians, nil
}

// addSquares calls f for each image with the square of the norm of the gradient by its pixels.
func (c *Case) addSquares(ctx context.Context, n Network, back []float64, f func(image int, square float64)) error {
	g, err := n.Backward(ctx, back, Wants{Images: true})
	if err != nil {
		return err
	}
	c.byPixels(g.Images)
	for i, s := range squares(g.Images, c.size()) {
		f(i, s)
	}
	return nil
}

// roots takes square roots in place.
func roots(squares []float64) []float64 {
	for i, s := range squares {
		squares[i] = math.Sqrt(s)
	}
	return squares
}
