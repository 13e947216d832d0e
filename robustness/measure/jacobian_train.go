package measure

import (
	"context"
	"math"
)

// jacobianImages is how many images Jacobians in training mode are of: each takes passes back through the whole batch.
const jacobianImages = 16

// byTraining is a measure of Jacobians in training mode: the mean over images of what a function gives. J_ij is the
// Jacobian of the logits of image i by the pixels in [0,1] of image j.
func byTraining(
	name, words, meaning string, passes float64, of func(context.Context, *Case) ([]float64, error),
) Measure {
	return Measure{
		Name: name, Words: words, Meaning: meaning + ", training mode",
		Source: "Hoffman, Roberts, Yaida, arXiv 1908.02729", Minimize: true, Undefined: overflow,
		Needs:  Needs{Images: true, Gradients: true, Trained: true},
		Images: jacobianImages, Passes: passes,
	}.byImage(of)
}

// jacobianOwn is the mean over images i of |J_ii|: its logits by its own pixels, through its share of the batch's
// statistics too.
func jacobianOwn() Measure {
	return byTraining("jacobian_fro_train", "Jacobian norm in training mode",
		"norm of each image's logits' Jacobian by its own pixels", 1+10*jacobianImages,
		func(ctx context.Context, c *Case) ([]float64, error) {
			j, err := c.jacobians(ctx)
			return j.own, err
		})
}

// jacobianBatch is the mean over images i of sqrt(sum_j |J_ij|^2): its logits by all pixels of the batch.
func jacobianBatch() Measure {
	return byTraining("jacobian_fro_train_batch", "Jacobian norm by the batch in training mode",
		"norm of each image's logits' Jacobian by the batch's pixels", 1+10*jacobianImages,
		func(ctx context.Context, c *Case) ([]float64, error) {
			j, err := c.jacobians(ctx)
			return j.batch, err
		})
}

// jacobianSummed is the mean over images i of |sum_j J_ji|: what a pass back from the batch's summed logits gives at
// its pixels, which is how the norm is usually computed, though it is none of the others.
func jacobianSummed() Measure {
	return byTraining("jacobian_fro_train_summed", "Jacobian norm of summed logits in training mode",
		"norm of the batch's summed logits' Jacobian by each image's pixels", 11, summed)
}

// summed returns |sum_j J_ji| by image.
func summed(ctx context.Context, c *Case) ([]float64, error) {
	images := c.batch(jacobianImages)
	n, logits, err := c.pass(ctx, images)
	if err != nil {
		return nil, err
	}
	sums := make([]float64, images)
	for k := range n.Classes() {
		back := column(logits, n.Classes(), k)
		if err := c.addSquares(ctx, n, back, func(i int, s float64) { sums[i] += s }); err != nil {
			return nil, err
		}
	}
	return roots(sums), nil
}

// jacobians are norms by image in training mode.
type jacobians struct{ own, batch []float64 }

// jacobians takes a pass back for each logit.
func (c *Case) jacobians(ctx context.Context) (jacobians, error) {
	if c.kept.jacobians != nil {
		return *c.kept.jacobians, nil
	}
	images := c.batch(jacobianImages)
	n, logits, err := c.pass(ctx, images)
	if err != nil {
		return jacobians{}, err
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
			return jacobians{}, err
		}
	}
	c.kept.jacobians = &jacobians{roots(own), roots(batch)}
	return *c.kept.jacobians, nil
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
