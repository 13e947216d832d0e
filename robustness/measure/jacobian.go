package measure

import (
	"context"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// jacobianFro is the mean over images of the Frobenius norm of the Jacobian of the logits by the image's pixels in
// [0,1], in evaluation mode.
func jacobianFro() Measure {
	return Measure{
		Name: "jacobian_fro", Words: "Jacobian norm", Meaning: "norm of the logits' Jacobian by pixels, evaluation mode",
		Source: "Hoffman, Roberts, Yaida, arXiv 1908.02729", Minimize: true, Undefined: overflow,
		Needs: Needs{Images: true, Gradients: true, Trained: true}, Passes: 11,
	}.byImage(func(ctx context.Context, c *Case) ([]float64, error) {
		s, err := c.slopes(ctx)
		return s.jacobian, err
	})
}

// slopes are what a network does close to each image, in evaluation mode.
type slopes struct {
	jacobian []float64 // Frobenius norm
	hessian  []float64 // largest eigenvalue
}

// slopes returns those at all images. A Jacobian takes a pass back for each class, of many images at once.
func (c *Case) slopes(ctx context.Context) (slopes, error) {
	if c.kept.slopes != nil {
		return *c.kept.slopes, nil
	}
	n, err := c.open(Variant{}, Evaluation)
	if err != nil {
		return slopes{}, err
	}
	s := new(slopes)
	atOnce := max(1<<21/(n.Classes()*c.size())/16*16, 16) // Jacobians of 16 MB, but a whole block of lanes
	for first := 0; first < c.images(); first += atOnce {
		if err := s.add(ctx, c, n, first, min(first+atOnce, c.images())); err != nil {
			return slopes{}, err
		}
	}
	c.kept.slopes = s
	return *s, nil
}

// add appends the slopes at images first to end.
func (s *slopes) add(ctx context.Context, c *Case, n Network, first, end int) error {
	logits, err := n.Forward(ctx, c.Input(first, end), Evaluation)
	if err == nil {
		err = reached(logits)
	}
	if err != nil {
		return err
	}
	images, classes := end-first, n.Classes()
	byClass := make([][]float64, classes)
	for k := range classes {
		g, err := n.Backward(ctx, column(logits, classes, k), Wants{Images: true})
		if err != nil {
			return err
		}
		c.byPixels(g.Images)
		byClass[k] = g.Images
	}
	for i := range images {
		jacobian := mat.NewDense(classes, c.size(), nil)
		for k, g := range byClass {
			jacobian.SetRow(k, g[i*c.size():(i+1)*c.size()])
		}
		most, err := curvature(jacobian, logits[i*classes:(i+1)*classes])
		if err != nil {
			return err
		}
		s.jacobian = append(s.jacobian, jacobian.Norm(2))
		s.hessian = append(s.hessian, most)
	}
	return nil
}

// column returns the gradient of the sum over images of one logit.
func column(logits []float64, classes, k int) []float64 {
	back := make([]float64, len(logits))
	for at := k; at < len(back); at += classes {
		back[at] = 1
	}
	return back
}

// squares returns the square of the Euclidean norm of each image's part.
func squares(gradients []float64, size int) []float64 {
	of := make([]float64, len(gradients)/size)
	for i := range of {
		at := gradients[i*size : (i+1)*size]
		of[i] = floats.Dot(at, at)
	}
	return of
}
