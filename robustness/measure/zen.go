package measure

import (
	"context"
	"math"

	"github.com/nassearch/nassearch/internal/stream"
	"gonum.org/v1/gonum/stat"
)

const (
	zenNudge = .01 // of the images
	// zenStays is how much of a running variance is left after two passes, each of which replaces a tenth.
	zenStays = .9 * .9
)

// zen is how much a network of random weights changes with its input, made comparable between widths: weights, images
// and their changes are drawn from the standard normal distribution; with f the output of the last ReLU, it is
// log(mean over images of sum |f(x) - f(x + .01 e)|) + the sum over batch norms of log sqrt(mean running variance), as
// two passes in training mode leave it that was 1. The case's weights are not used, and of its images only the number.
func zen() Measure {
	return Measure{
		Name: "zen", Words: "Zen-score", Meaning: "change of a network with random weights as random images change",
		Source: "Lin et al., ICCV 2021", Undefined: "nothing changes, as in a cell without a path",
		Needs: Needs{Images: true, AnyWeights: true}, Passes: 2,
	}.by(func(ctx context.Context, c *Case) (float64, error) {
		c.Close() // its variances may have moved
		n, err := c.open(Variant{}, Training)
		if err != nil {
			return 0, err
		}
		own, before := n.Values(), n.Variances()
		defer n.SetValues(own)
		n.SetValues(drawn(n, c.Seed))
		x := normal(c.batch(0)*c.size(), c.Seed, "zen/images")
		f, err := lastReLU(ctx, n, x)
		if err != nil {
			return 0, err
		}
		for i, e := range normal(len(x), c.Seed, "zen/changes") {
			x[i] += zenNudge * e
		}
		moved, err := lastReLU(ctx, n, x)
		if err != nil {
			return 0, err
		}
		sum := 0.
		for i, v := range f {
			sum += math.Abs(moved[i] - v)
		}
		score := math.Log(sum / float64(c.batch(0)))
		for i, v := range n.Variances() {
			// What is left of a variance that was another is taken for what is left of 1.
			score += math.Log(stat.Mean(v, nil)+zenStays*(1-stat.Mean(before[i], nil))) / 2
		}
		return score, nil
	})
}

// drawn returns normal weights, and batch norms that do nothing.
func drawn(n Network, seed uint64) [][]float64 {
	values := n.Values()
	for i, p := range n.Parameters() {
		switch p.Kind {
		case Weight, Bias:
			values[i] = normal(len(values[i]), seed, "zen/"+p.Name)
		case NormWeight:
			values[i] = ones(len(values[i]))
		case NormBias:
			clear(values[i])
		}
	}
	return values
}

// normal draws from the standard normal distribution.
func normal(n int, seed uint64, purpose string) []float64 {
	r := stream.New(seed, purpose)
	v := make([]float64, n)
	for i := range v {
		v[i] = r.NormFloat64()
	}
	return v
}

// lastReLU returns the output of the last ReLU, in the order of its memory.
func lastReLU(ctx context.Context, n Network, x []float64) ([]float64, error) {
	if _, err := n.Forward(ctx, x, Training); err != nil {
		return nil, err
	}
	var last []Activation
	n.See(Features, func(a Activation) { last = append(last, a) })
	return last[len(last)-2].byImage(), nil
}
