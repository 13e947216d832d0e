package ops

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer/kernel"
	"gorgonia.org/tensor"
)

// subject is an operator with its plain version.
type subject struct {
	name     string
	images   int
	channels int
	side     int
	build    func(*Context) (*Operator, error)
	plain    func(reference, plain) plain
}

func subjects() []subject {
	list := []subject{
		{"stem", 5, 3, 8, func(c *Context) (*Operator, error) { return NewStem(c, "stem", 3, 8, 5) },
			func(r reference, p plain) plain { return r.stem(p, 5) }},
		{"stem of two blocks", 35, 3, 4, func(c *Context) (*Operator, error) { return NewStem(c, "stem", 3, 4, 5) },
			func(r reference, p plain) plain { return r.stem(p, 5) }},
		{"reduction", 5, 3, 8, func(c *Context) (*Operator, error) { return NewReduction(c, "r", 3, 8) }, reference.reduction},
		{"reduction to one pixel", 35, 8, 2, func(c *Context) (*Operator, error) { return NewReduction(c, "r", 8, 2) }, reference.reduction},
		{"stem in bands of tiles", 1, 8, 20, func(c *Context) (*Operator, error) { return NewStem(c, "stem", 8, 20, 8) },
			func(r reference, p plain) plain { return r.stem(p, 8) }},
		{"reduction that is tiled", 2, 8, 8, func(c *Context) (*Operator, error) { return NewReduction(c, "r", 8, 8) }, reference.reduction},
		{"head", 35, 6, 4, func(c *Context) (*Operator, error) { return NewHead(c, "last", "linear", 6, 4, 7) },
			func(r reference, p plain) plain { return r.head(p, 7) }},
	}
	for _, cell := range []nasbench201.Cell{
		{nasbench201.Conv3x3, nasbench201.Conv3x3, nasbench201.Conv3x3, nasbench201.Skip, nasbench201.Conv1x1, nasbench201.Conv3x3},
		{nasbench201.Pool, nasbench201.Skip, nasbench201.Conv1x1, nasbench201.Pool, nasbench201.Skip, nasbench201.Pool},
		{nasbench201.None, nasbench201.Conv3x3, nasbench201.Conv3x3, nasbench201.None, nasbench201.Conv1x1, nasbench201.Skip}, // convolutions of zeros
		{nasbench201.Conv3x3, nasbench201.Conv1x1, nasbench201.None, nasbench201.Skip, nasbench201.None, nasbench201.Conv3x3}, // node 1 leads nowhere
		{nasbench201.Conv3x3, nasbench201.None, nasbench201.Skip, nasbench201.None, nasbench201.None, nasbench201.None},       // nothing comes out
		{nasbench201.None, nasbench201.None, nasbench201.None, nasbench201.None, nasbench201.Conv3x3, nasbench201.None},       // nothing goes in
	} {
		list = append(list, subject{string(cell.Arch()), 5, 4, 4,
			func(c *Context) (*Operator, error) { return NewCell(c, "c", cell, 4, 4) },
			func(r reference, p plain) plain { return r.cell(p, cell) }})
	}
	tiled := nasbench201.Cell{
		nasbench201.Conv3x3, nasbench201.Conv3x3, nasbench201.Conv1x1, nasbench201.Skip, nasbench201.Conv3x3, nasbench201.Pool,
	}
	return append(list, subject{"tiled " + string(tiled.Arch()), 2, 8, 8,
		func(c *Context) (*Operator, error) { return NewCell(c, "c", tiled, 8, 8) },
		func(r reference, p plain) plain { return r.cell(p, tiled) }})
}

// TestOperatorsAgreeWithFiniteDifferences compares outputs with the plain version in float64, and gradients by
// input and parameters with its central differences, in training and evaluation.
func TestOperatorsAgreeWithFiniteDifferences(t *testing.T) {
	for _, k := range kernel.Available() {
		for _, s := range subjects() {
			for _, mode := range []Mode{Train, Attack} {
				name := map[Mode]string{Train: "train", Attack: "attack"}[mode]
				t.Run(k.Name+"/"+s.name+"/"+name, func(t *testing.T) {
					newTrial(t, s, &Context{Kernel: k, Mode: mode, Images: s.images, Threads: 2, ByInput: true}).check(t)
				})
			}
		}
	}
}

// trial is one comparison.
type trial struct {
	subject
	r      *rand.Rand
	op     *Operator
	kernel *kernel.Kernel
	mode   Mode
	x      plain
	weight []float64 // the loss is the sum of the outputs times these
	flat   tensors
	ref    reference
}

func newTrial(t *testing.T, s subject, ctx *Context) *trial {
	t.Helper()
	op, err := s.build(ctx)
	if err != nil {
		t.Fatal(err)
	}
	c := &trial{subject: s, r: rand.New(rand.NewPCG(1, 2)), op: op, kernel: ctx.Kernel, mode: ctx.Mode, x: zeros(ctx.Images, s.channels, s.side)}
	for i := range c.x.v {
		c.x.v[i] = c.r.NormFloat64()
	}
	params, stats := op.layout.Sizes()
	c.flat = tensors{kernel.Alloc[float32](params), kernel.Alloc[float32](stats), kernel.Alloc[float32](kernel.Blocks(ctx.Images) * kernel.Lanes)}
	for i := range ctx.Images {
		c.flat.lanes[i] = 1
	}
	c.ref = reference{map[string][]float64{}, ctx.Mode == Train}
	c.fill(op.layout.Params, c.flat.params)
	c.fill(op.layout.Stats, c.flat.stats)
	return c
}

// fill draws float32 numbers; those of variances are positive.
func (c *trial) fill(list []Tensor, flat []float32) {
	for _, t := range list {
		values := make([]float32, t.Len())
		for i := range values {
			values[i] = float32(.5 + .5*c.r.Float64())
			if t.Kernel() {
				values[i] = float32(c.r.NormFloat64())
			}
			c.ref.tensors[t.Name] = append(c.ref.tensors[t.Name], float64(values[i]))
		}
		t.Store(flat, values)
	}
}

func (c *trial) check(t *testing.T) {
	want := c.plain(c.ref, c.x)
	for range want.v {
		c.weight = append(c.weight, c.r.NormFloat64())
	}
	y, dx, dparams := c.run(want)
	close := func(what string, got float32, want, scale float64) {
		if math.Abs(float64(got)-want) > 2e-5*scale {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	for i, v := range want.v {
		close(fmt.Sprint("output ", i), y[i], v, 1+largest(want.v))
	}
	slope := c.slopes()
	for i := 0; i < len(c.x.v); i += 1 + len(c.x.v)/40 {
		close(fmt.Sprint("gradient by input ", i), dx[i], slope(&c.x.v[i]), 1+largest(c.weight)*10)
	}
	if c.mode != Train {
		return
	}
	for _, p := range c.op.layout.Params {
		got, values := p.Load(dparams), c.ref.tensors[p.Name]
		for i := 0; i < len(values); i += 1 + len(values)/10 {
			close(fmt.Sprintf("gradient by %s %d", p.Name, i), got[i], slope(&values[i]), 1+largest(c.weight)*10)
		}
	}
}

// slopes returns a function that differentiates the loss by a number that it depends on.
func (c *trial) slopes() func(*float64) float64 {
	loss := func() (sum float64) {
		for i, v := range c.plain(c.ref, c.x).v {
			sum += v * c.weight[i]
		}
		return sum
	}
	return func(v *float64) float64 {
		const h = 1e-6
		old := *v
		*v = old + h
		up := loss()
		*v = old - h
		down := loss()
		*v = old
		return (up - down) / (2 * h)
	}
}

// run computes output and gradients with the operator under test.
func (c *trial) run(shape plain) (y, dx, dparams []float32) {
	in, out := float32s(c.x.v), float32s(c.weight)
	x, dy := c.blocks(c.x, in), c.blocks(shape, out)
	yb, dxb := floats(c.op.y), floats(c.op.dx)
	dparams = make([]float32, len(c.flat.params))
	c.op.layer.forward(c.flat, yb, x)
	c.op.layer.backward(c.flat, dparams, dxb, dy, x, yb)
	y, dx = make([]float32, len(shape.v)), make([]float32, len(c.x.v))
	c.kernel.Deinterleave(y, yb, shape.c, shape.s*shape.s, nil)
	c.kernel.Deinterleave(dx, dxb, c.x.c, c.x.s*c.x.s, nil)
	return y, dx, dparams
}

func (c *trial) blocks(p plain, v []float32) []float32 {
	b := kernel.Alloc[float32](kernel.Blocks(p.n) * p.c * p.s * p.s * kernel.Lanes)
	c.kernel.Interleave(b, v, p.c, p.s*p.s, nil, nil)
	return b
}

func float32s(v []float64) []float32 {
	out := make([]float32, len(v))
	for i := range v {
		out[i] = float32(v[i])
		v[i] = float64(out[i])
	}
	return out
}

func largest(v []float64) float64 {
	m := 0.0
	for _, x := range v {
		m = math.Max(m, math.Abs(x))
	}
	return m
}

// A run again gives the same bits, whatever ran in between and however the statistics have moved.
func TestRerunGivesTheSameBits(t *testing.T) {
	k, err := kernel.Choose("")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range subjects() {
		c := newTrial(t, s, &Context{Kernel: k, Mode: Train, Images: s.images, Threads: 1, ByInput: true})
		want := c.plain(c.ref, c.x)
		for range want.v {
			c.weight = append(c.weight, c.r.NormFloat64())
		}
		y, dx, dp := c.run(want)
		other := newTrial(t, s, &Context{Kernel: k, Mode: Train, Images: s.images, Threads: 1, ByInput: true})
		other.op, other.weight = c.op, c.weight
		for i := range other.x.v {
			other.x.v[i] *= 2
		}
		other.run(want)
		y2, dx2, dp2 := c.run(want)
		for i, pair := range [][2][]float32{{y, y2}, {dx, dx2}, {dp, dp2}} {
			for j := range pair[0] {
				if pair[0][j] != pair[1][j] {
					t.Fatalf("%s: %s %d was %v, now %v", s.name, [3]string{"output", "input gradient", "parameter gradient"}[i], j, pair[0][j], pair[1][j])
				}
			}
		}
	}
}

func TestSGDRefusesSeveralValues(t *testing.T) {
	s := &SGD{Velocity: make([]float32, kernel.Lanes)}
	if err := s.Step(nil); err == nil {
		t.Error("no error without a value")
	}
}

func TestPanicInOperatorIsAnError(t *testing.T) {
	k, err := kernel.Choose("")
	if err != nil {
		t.Fatal(err)
	}
	for _, threads := range []int{1, 2} {
		c := newTrial(t, subjects()[0], &Context{Kernel: k, Mode: Train, Images: 40, Threads: threads})
		short := tensor.New(tensor.WithShape(1), tensor.WithBacking(make([]float32, 1)))
		_, err := c.op.Do(short, short, short, short)
		var p *PanicError
		if !errors.As(err, &p) || p.Op != "stem" {
			t.Errorf("%d threads: error %v", threads, err)
		}
	}
}
