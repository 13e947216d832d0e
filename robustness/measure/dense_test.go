package measure_test

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/nassearch/nassearch/internal/stream"
	"github.com/nassearch/nassearch/robustness/measure"
)

// dense is a network of NAS-Bench-201's skeleton, a cell a stage, whose convolutions are matrices: slow, plain, and
// short enough to be seen to be right. Derivatives along directions are differences.
type dense struct {
	classes int
	steps   []step
	params  []measure.Parameter
	values  [][]float64
	means   [][]float64
	spreads [][]float64 // running variances

	mode  measure.Mode
	tape  []matrix // before each step, and the logits
	backs []matrix // gradients there
	along measure.Gradients
}

// matrix has a row for each image.
type matrix [][]float64

// step is a matrix, a norm, or a ReLU.
type step struct {
	weight, bias int // of a matrix or a norm: positions in the parameters; -1: none
	norm         int // of the statistics; -1: no norm
	relu         bool
	feature      bool // behind it
}

// newDense returns a network that takes images of the given size, of the given width. If dead, nothing reaches its
// end.
func newDense(v measure.Variant, size, width, classes int, dead bool) *dense {
	d := &dense{classes: classes}
	d.matrix("stem.0.weight", width, size, false)
	d.normed("stem.1", width, v.Norms == measure.AllNorms)
	d.steps[len(d.steps)-1].feature = true
	for i := range 5 {
		name, norm := fmt.Sprintf("cells.%d.layers.0.op", i), v.Norms == measure.AllNorms
		if i%2 == 1 {
			name, norm = fmt.Sprintf("cells.%d.conv_a.op", i), v.Norms != measure.NoNorms
		}
		d.steps = append(d.steps, step{weight: -1, bias: -1, norm: -1, relu: true})
		d.matrix(name+".1.weight", width, width, false)
		d.normed(name+".2", width, norm)
		d.steps[len(d.steps)-1].feature = i%2 == 1
	}
	d.normed("lastact.0", width, v.Norms == measure.AllNorms)
	d.steps = append(d.steps, step{weight: -1, bias: -1, norm: -1, relu: true, feature: true})
	if dead {
		for k, p := range d.params {
			if p.Kind == measure.Weight || p.Kind == measure.NormBias {
				clear(d.values[k])
			}
		}
	}
	d.matrix("classifier.weight", classes, width, true)
	return d
}

func (d *dense) add(name string, kind measure.Kind, fill func(i int) float64, shape ...int) int {
	n := 1
	for _, s := range shape {
		n *= s
	}
	v := make([]float64, n)
	for i := range v {
		v[i] = fill(i)
	}
	d.params = append(d.params, measure.Parameter{Name: name, Kind: kind, Shape: shape})
	d.values = append(d.values, v)
	return len(d.values) - 1
}

func (d *dense) matrix(name string, rows, columns int, bias bool) {
	r := stream.New(7, name)
	draw := func(int) float64 { return (2*r.Float64() - 1) / math.Sqrt(float64(columns)) }
	s := step{weight: d.add(name, measure.Weight, draw, rows, columns), bias: -1, norm: -1}
	if bias {
		s.bias = d.add("classifier.bias", measure.Bias, draw, rows)
	}
	d.steps = append(d.steps, s)
}

// normed adds a norm, or a step that does nothing.
func (d *dense) normed(name string, width int, norm bool) {
	s := step{weight: -1, bias: -1, norm: -1}
	if norm {
		one := func(i int) float64 { return 1 + .1*float64(i%3) }
		s.weight = d.add(name+".weight", measure.NormWeight, one, width)
		s.bias = d.add(name+".bias", measure.NormBias, func(i int) float64 { return .05 * float64(i%5-2) }, width)
		s.norm = len(d.means)
		d.means = append(d.means, make([]float64, width))
		d.spreads = append(d.spreads, slices.Repeat([]float64{1}, width))
	}
	d.steps = append(d.steps, s)
}

func (d *dense) Classes() int                    { return d.classes }
func (d *dense) Parameters() []measure.Parameter { return d.params }
func (d *dense) Values() [][]float64             { return clone(d.values) }
func (d *dense) SetValues(v [][]float64)         { d.values = clone(v) }
func (d *dense) Variances() [][]float64          { return clone(d.spreads) }

func clone(v [][]float64) [][]float64 {
	c := make([][]float64, len(v))
	for i := range v {
		c[i] = slices.Clone(v[i])
	}
	return c
}

// Forward counts on images of one size.
func (d *dense) Forward(ctx context.Context, x []float64, m measure.Mode) ([]float64, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	d.mode, d.backs = m, nil
	columns := d.params[0].Shape[1]
	a := matrix{}
	for at := 0; at < len(x); at += columns {
		a = append(a, slices.Clone(x[at:at+columns]))
	}
	d.tape = []matrix{a}
	for _, s := range d.steps {
		a = d.forward(s, a)
		d.tape = append(d.tape, a)
	}
	return slices.Concat(a...), nil
}

func (d *dense) forward(s step, a matrix) matrix {
	switch {
	case s.norm >= 0:
		return d.normalise(s, a)
	case s.weight < 0:
		return each(a, func(_, _ int, v float64) float64 {
			if s.relu {
				return max(v, 0)
			}
			return v
		})
	}
	w := d.values[s.weight]
	out := make(matrix, len(a))
	for i, row := range a {
		out[i] = make([]float64, len(w)/len(row))
		for o := range out[i] {
			for k, v := range row {
				out[i][o] += w[o*len(row)+k] * v
			}
			if s.bias >= 0 {
				out[i][o] += d.values[s.bias][o]
			}
		}
	}
	return out
}

func each(a matrix, f func(i, k int, v float64) float64) matrix {
	out := make(matrix, len(a))
	for i, row := range a {
		out[i] = make([]float64, len(row))
		for k, v := range row {
			out[i][k] = f(i, k, v)
		}
	}
	return out
}

// statistics returns what a norm subtracts and multiplies by.
func (d *dense) statistics(s step, a matrix) (mean, scale []float64) {
	mean, spread := slices.Clone(d.means[s.norm]), slices.Clone(d.spreads[s.norm])
	if d.mode == measure.Training {
		clear(mean)
		clear(spread)
		for _, row := range a {
			for k, v := range row {
				mean[k] += v / float64(len(a))
			}
		}
		for _, row := range a {
			for k, v := range row {
				spread[k] += (v - mean[k]) * (v - mean[k]) / float64(len(a))
			}
		}
	}
	for _, v := range spread {
		scale = append(scale, 1/math.Sqrt(v+1e-5))
	}
	return mean, scale
}

func (d *dense) normalise(s step, a matrix) matrix {
	mean, scale := d.statistics(s, a)
	if n := float64(len(a)); d.mode == measure.Training {
		for k := range mean {
			unbiased := (1/scale[k]/scale[k] - 1e-5) * n / max(n-1, 1)
			d.spreads[s.norm][k] = .9*d.spreads[s.norm][k] + .1*unbiased
			d.means[s.norm][k] = .9*d.means[s.norm][k] + .1*mean[k]
		}
	}
	g, b := d.values[s.weight], d.values[s.bias]
	return each(a, func(_, k int, v float64) float64 { return (v-mean[k])*scale[k]*g[k] + b[k] })
}

func (d *dense) Backward(ctx context.Context, dlogits []float64, w measure.Wants) (measure.Gradients, error) {
	if err := context.Cause(ctx); err != nil {
		return measure.Gradients{}, err
	}
	all := make([][]float64, len(d.values))
	for i, v := range d.values {
		all[i] = make([]float64, len(v))
	}
	back := matrix{}
	for at := 0; at < len(dlogits); at += d.classes {
		back = append(back, dlogits[at:at+d.classes])
	}
	d.backs = make([]matrix, len(d.tape))
	d.backs[len(d.steps)] = back
	for t := len(d.steps) - 1; t >= 0; t-- {
		back = d.backward(d.steps[t], d.tape[t], back, all)
		d.backs[t] = back
	}
	if !w.Activations {
		d.backs = nil
	}
	g := measure.Gradients{}
	if w.Parameters {
		g.Parameters = all
	}
	if w.Images {
		g.Images = slices.Concat(back...)
	}
	return g, nil
}

func (d *dense) backward(s step, a, back matrix, all [][]float64) matrix {
	switch {
	case s.norm >= 0:
		return d.normBackward(s, a, back, all)
	case s.weight < 0:
		return each(a, func(i, k int, v float64) float64 {
			if s.relu && v <= 0 {
				return 0
			}
			return back[i][k]
		})
	}
	w, g := d.values[s.weight], all[s.weight]
	out := each(a, func(i, k int, _ float64) (sum float64) {
		for o, v := range back[i] {
			sum += w[o*len(a[i])+k] * v
		}
		return sum
	})
	for i, row := range a {
		for o, v := range back[i] {
			for k, x := range row {
				g[o*len(row)+k] += v * x
			}
			if s.bias >= 0 {
				all[s.bias][o] += v
			}
		}
	}
	return out
}

func (d *dense) normBackward(s step, a, back matrix, all [][]float64) matrix {
	mean, scale := d.statistics(s, a)
	g := d.values[s.weight]
	n := float64(len(a))
	sums, products := all[s.bias], all[s.weight]
	for i, row := range a {
		for k, v := range row {
			sums[k] += back[i][k]
			products[k] += back[i][k] * (v - mean[k]) * scale[k]
		}
	}
	return each(a, func(i, k int, v float64) float64 {
		moved := back[i][k]
		if d.mode == measure.Training {
			moved -= sums[k]/n + (v-mean[k])*scale[k]*products[k]/n
		}
		return moved * scale[k] * g[k]
	})
}

// moved returns the network and the images a bit along the direction.
func (d *dense) moved(by float64) (*dense, []float64) {
	c := *d
	c.values, c.means, c.spreads = clone(d.values), clone(d.means), clone(d.spreads)
	for i, v := range d.along.Parameters {
		for k := range v {
			c.values[i][k] += by * v[k]
		}
	}
	x := slices.Concat(d.tape[0]...)
	for i, v := range d.along.Images {
		x[i] += by * v
	}
	return &c, x
}

const nudge = 1e-6

func (d *dense) Along(ctx context.Context, direction measure.Gradients) ([]float64, error) {
	d.along = direction
	var ends [2][]float64
	for i, by := range []float64{-nudge, nudge} {
		c, x := d.moved(by)
		logits, err := c.Forward(ctx, x, d.mode)
		if err != nil {
			return nil, err
		}
		ends[i] = logits
	}
	return slope(ends[0], ends[1]), nil
}

func slope(a, b []float64) []float64 {
	s := make([]float64, len(a))
	for i := range a {
		s[i] = (b[i] - a[i]) / (2 * nudge)
	}
	return s
}

func (d *dense) BackwardAlong(
	ctx context.Context, dlogits, moved []float64, w measure.Wants,
) (measure.Gradients, error) {
	var ends [2]measure.Gradients
	for i, by := range []float64{-nudge, nudge} {
		c, x := d.moved(by)
		if _, err := c.Forward(ctx, x, d.mode); err != nil {
			return measure.Gradients{}, err
		}
		at := slices.Clone(dlogits)
		for k, v := range moved {
			at[k] += by * v
		}
		g, err := c.Backward(ctx, at, w)
		if err != nil {
			return measure.Gradients{}, err
		}
		ends[i] = g
	}
	g := measure.Gradients{Images: slope(ends[0].Images, ends[1].Images)}
	for i, v := range ends[0].Parameters {
		g.Parameters = append(g.Parameters, slope(v, ends[1].Parameters[i]))
	}
	return g, nil
}

// See shows blocks of four images, what is beside them not a number.
func (d *dense) See(p measure.Place, f func(measure.Activation)) {
	for t, s := range d.steps {
		switch {
		case p == measure.Rectified && s.relu:
			d.show(t, f)
		case p == measure.Convolved && s.weight >= 0 && s.norm < 0, p == measure.Features && s.feature:
			d.show(t+1, f)
		}
		if p == measure.Features && t == len(d.steps)-2 {
			d.show(t+1, f) // the pool of one pixel
		}
	}
}

func (d *dense) show(t int, f func(measure.Activation)) {
	if d.tape == nil { // convolutions alone are asked for before a pass
		f(measure.Activation{Channels: d.params[d.steps[t-1].weight].Shape[0], Pixels: 1, Lanes: 4})
		return
	}
	a := measure.Activation{Images: len(d.tape[t]), Channels: len(d.tape[t][0]), Pixels: 1, Lanes: 4}
	a.Values = blocks(d.tape[t])
	if d.backs != nil {
		a.Gradients = blocks(d.backs[t])
	}
	f(a)
}

func blocks(m matrix) []float64 {
	var v []float64
	for first := 0; first < len(m); first += 4 {
		for k := range m[0] {
			for i := first; i < first+4; i++ {
				if i < len(m) {
					v = append(v, m[i][k])
				} else {
					v = append(v, math.NaN())
				}
			}
		}
	}
	return v
}
