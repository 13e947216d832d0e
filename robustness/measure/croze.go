package measure

import (
	"context"
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/floats"
)

// crozeImages is how many images the authors' batch has.
const crozeImages = 16

// croze is how consistent weights, gradients and features are between the network and one that was perturbed, on
// images that were perturbed: the sum over layers of |A B C|, see [crozeLayers].
func croze() Measure {
	return Measure{
		Name: "croze", Words: "CRoZe", Meaning: "consistency of a network and a perturbed one on perturbed images",
		Source: "Ha et al., NeurIPS 2023", Undefined: overflow,
		Needs:  Needs{Images: true, Labels: true, Gradients: true},
		Images: crozeImages, Passes: 9,
	}.by(func(ctx context.Context, c *Case) (float64, error) {
		factors, err := crozeLayers(ctx, c)
		if err != nil {
			return 0, err
		}
		sum := 0.
		for _, f := range factors {
			sum += math.Abs(f[0] * f[1] * f[2])
		}
		return sum, nil
	})
}

// crozeLayers returns by layer how consistent its weights, their gradients, and the features behind it are. The
// network has absolute parameters and no batch norms but in reduction blocks; the other one's weights W' are moved
// along the gradient of the loss, to twice their length, and its images by .01 against the sign of theirs, then cut to
// [0,1], although they are normalised. Its gradients are summed over images before and after that.
func crozeLayers(ctx context.Context, c *Case) ([][3]float64, error) {
	n, err := c.open(Variant{Norms: ReductionNorms}, Training)
	if err != nil {
		return nil, err
	}
	defer c.Close() // its weights change
	if err := c.checkLabels(n); err != nil {
		return nil, err
	}
	values := positive(n)
	n.SetValues(values)
	images := c.batch(crozeImages)
	x := c.Input(0, images)
	g, err := c.crozeGradients(ctx, n, x, Wants{Parameters: true})
	if err != nil {
		return nil, err
	}
	features := featuresOf(n)

	other := perturbed(n, values, g.Parameters)
	n.SetValues(other)
	h, err := c.crozeGradients(ctx, n, x, Wants{Parameters: true, Images: true})
	if err != nil {
		return nil, err
	}
	for i, d := range h.Images {
		x[i] = min(max(x[i]-.01*sign(d), 0), 1)
	}
	after, err := c.crozeGradients(ctx, n, x, Wants{Parameters: true})
	if err != nil {
		return nil, err
	}
	otherFeatures := featuresOf(n)

	consistent := make([]float64, len(features))
	for k, f := range features {
		consistent[k] = one(cosines(otherFeatures[k], f, images))
	}
	var factors [][3]float64
	behind := featureBehind(n.Parameters())
	for i, p := range n.Parameters() {
		if p.Kind != Weight {
			continue
		}
		floats.Add(h.Parameters[i], after.Parameters[i])
		factors = append(factors, [3]float64{
			one(cosines(other[i], values[i], p.Shape[0])),
			floats.Norm(cosines(h.Parameters[i], g.Parameters[i], p.Shape[0]), 1),
			consistent[behind[len(factors)]],
		})
	}
	return factors, nil
}

// positive returns absolute parameters, and batch norms that only normalise.
func positive(n Network) [][]float64 {
	values := n.Values()
	absolute(values)
	for i, p := range n.Parameters() {
		switch p.Kind {
		case NormWeight:
			values[i] = ones(len(values[i]))
		case NormBias:
			clear(values[i])
		}
	}
	return values
}

// crozeGradients returns those of the mean cross-entropy at images x.
func (c *Case) crozeGradients(ctx context.Context, n Network, x []float64, w Wants) (Gradients, error) {
	logits, err := n.Forward(ctx, x, Training)
	if err != nil {
		return Gradients{}, err
	}
	return n.Backward(ctx, c.errors(logits, len(x)/c.size()), w)
}

// perturbed returns weights W + 2 |W| g / |g|, and all else as it is.
func perturbed(n Network, values, gradients [][]float64) [][]float64 {
	other := make([][]float64, len(values))
	for i, p := range n.Parameters() {
		other[i] = append([]float64(nil), values[i]...)
		if length := floats.Norm(gradients[i], 2); p.Kind == Weight && length > 0 {
			floats.AddScaled(other[i], 2*floats.Norm(values[i], 2)/length, gradients[i])
		}
	}
	return other
}

// cosines returns those between columns of two matrices of so many rows, each length taken for at least 1e-8.
func cosines(a, b []float64, rows int) []float64 {
	const least = 1e-8
	columns := len(a) / rows
	dot, of, by := make([]float64, columns), make([]float64, columns), make([]float64, columns)
	for i, v := range a {
		w, k := b[i], i%columns
		dot[k] += v * w
		of[k] += v * v
		by[k] += w * w
	}
	for k := range dot {
		dot[k] /= max(math.Sqrt(of[k]), least) * max(math.Sqrt(by[k]), least)
	}
	return dot
}

// one returns the sum of 1 + cosine.
func one(cosines []float64) float64 { return float64(len(cosines)) + floats.Sum(cosines) }

// sign is 0 at 0.
func sign(v float64) float64 {
	if v == 0 {
		return 0
	}
	return math.Copysign(1, v)
}

// featureBehind returns which of the five features each layer goes with: as many stages as have begun and ended, its
// own cell included, where reduction blocks count as no cells; the classifier goes with the pooled vector.
func featureBehind(parameters []Parameter) (behind []int) {
	stage := cellsOfStage(parameters)
	for _, p := range parameters {
		if p.Kind != Weight {
			continue
		}
		feature := 0 // the stem's
		if at, ok := p.cell(); ok {
			reductions := (at + 1) / (stage + 1) // its own included
			feature = (at + 1 - reductions) / stage
		} else if strings.HasPrefix(p.Name, "classifier") {
			feature = 4
		}
		behind = append(behind, feature)
	}
	return behind
}

// cellsOfStage is how many cells come before the first reduction block.
func cellsOfStage(parameters []Parameter) int {
	for _, p := range parameters {
		if at, ok := p.cell(); ok && at > 0 && strings.Contains(p.Name, ".conv_a.") {
			return at
		}
	}
	return 1
}

// cell returns the number of the cell or reduction block that a parameter is in.
func (p Parameter) cell() (int, bool) {
	inside, ok := strings.CutPrefix(p.Name, "cells.")
	if !ok {
		return 0, false
	}
	number, _, _ := strings.Cut(inside, ".")
	at, err := strconv.Atoi(number)
	return at, err == nil
}
