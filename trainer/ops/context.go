// Package ops holds Gorgonia operators for the networks of NAS-Bench-201. They are coarse: the stem, a whole cell, a
// reduction block, the head and the loss are one operator each, with a backward operator of its own, because
// Gorgonia's cost is by node. Their activations have the layout of package kernel, a tensor of shape
// (blocks, rows, columns, channels, lanes).
//
// An operator takes the activation, its parameters, its batch-norm statistics and the lane mask as inputs of the
// graph. It owns its buffers and keeps nothing from one run to the next: a graph run again with the same inputs
// gives the same bits. In training mode it updates the statistics that it is given, in place. What it shares with
// its own backward operator are the activations of the run under way.
//
// One graph must be used by one goroutine at a time; different graphs are independent, and may share parameters as
// long as nobody writes them. Results do not depend on the number of threads: work is divided by the geometry, and
// sums are joined in a fixed order.
package ops

import (
	"sync"
	"sync/atomic"

	"github.com/nassearch/nassearch/trainer/kernel"
)

// Mode says what a graph computes.
type Mode int

const (
	// Train normalises by the statistics of the batch and yields gradients by the parameters.
	Train Mode = iota
	// Attack normalises by the running statistics and yields gradients by the images.
	Attack
	// Predict normalises by the running statistics and yields no gradients.
	Predict
)

// Context is what the operators of one graph have in common.
type Context struct {
	Kernel  *kernel.Kernel // nil where nothing is computed and layouts alone matter
	Mode    Mode
	Images  int  // capacity of a batch
	Threads int  // goroutines that share the work of an operator, at least 1
	ByInput bool // in Train mode, also yield the gradient by the images

	shared map[bufferKey][]float32
}

type bufferKey struct {
	name string
	n    int
}

// scratch returns a buffer that operators of this graph share: it holds nothing between two operators.
func (c *Context) scratch(name string, n int) []float32 {
	key := bufferKey{name, n}
	if c.shared == nil {
		c.shared = map[bufferKey][]float32{}
	}
	if c.shared[key] == nil {
		c.shared[key] = kernel.Alloc[float32](n)
	}
	return c.shared[key]
}

// workers is how many goroutines each uses at most.
func (c *Context) workers() int { return max(1, c.Threads) }

// each calls f for every unit of work, on several goroutines if the context has them. Workers are numbered from 0;
// which of them gets a unit is left to chance.
func (c *Context) each(units int, f func(worker, unit int)) {
	if c.Threads <= 1 || units == 1 {
		for u := range units {
			f(0, u)
		}
		return
	}
	var next atomic.Int64
	var failure atomic.Pointer[any]
	work := func(worker int) {
		defer func() {
			if p := recover(); p != nil {
				failure.CompareAndSwap(nil, &p)
			}
		}()
		for {
			u := int(next.Add(1)) - 1
			if u >= units {
				return
			}
			f(worker, u)
		}
	}
	var wg sync.WaitGroup
	for worker := 1; worker < min(c.Threads, units); worker++ {
		wg.Go(func() { work(worker) })
	}
	work(0)
	wg.Wait()
	if p := failure.Load(); p != nil {
		panic(*p) // in the caller's goroutine, where it is caught
	}
}

// grid divides activations of a size into units of work: bands of rows of a block.
type grid struct {
	h, w, channels int
	blocks, bands  int
	tile           int // rows that belong together
}

// bandRows is about how many rows a band has.
const bandRows = 8

func (c *Context) grid(channels, h, w int) grid {
	g := grid{h: h, w: w, channels: channels, blocks: kernel.Blocks(c.Images), bands: max(1, h/bandRows), tile: 1}
	if c.Kernel != nil && c.Kernel.Tiled() && h%kernel.TileRows == 0 {
		g.tile = kernel.TileRows
	}
	return g
}

func (g grid) units() int { return g.blocks * g.bands }

// unit returns the block and the rows of a unit of work.
func (g grid) unit(u int) (block, from, to int) {
	block, band := u/g.bands, u%g.bands
	tiles := g.h / g.tile
	return block, band * tiles / g.bands * g.tile, (band + 1) * tiles / g.bands * g.tile
}

// unitRows is how many rows the highest unit has.
func (g grid) unitRows() int { return (g.h/g.tile + g.bands - 1) / g.bands * g.tile }

// strips calls f for the rows of a unit a few at a time, so that what one pass over them leaves in the cache is still
// there for the next.
func (g grid) strips(from, to int, f func(from, to int)) {
	rows := (max(1, stripPixels/g.w) + g.tile - 1) / g.tile * g.tile
	for ; from < to; from += rows {
		f(from, min(from+rows, to))
	}
}

// stripPixels is about how many pixels a strip has.
const stripPixels = 32

// size is the length of a block, rowSize of a row.
func (g grid) size() int    { return g.h * g.rowSize() }
func (g grid) rowSize() int { return g.w * g.channels * kernel.Lanes }
func (g grid) total() int   { return g.blocks * g.size() }

// block returns a block of an activation; nil of none.
func (g grid) block(v []float32, b int) []float32 { return g.rows(v, b, 0, g.h) }

// rows returns some rows of a block of an activation; nil of none.
func (g grid) rows(v []float32, b, from, to int) []float32 {
	if v == nil {
		return nil
	}
	row := g.rowSize()
	return v[(b*g.h+from)*row : (b*g.h+to)*row]
}

// lanesOf returns the mask of a block.
func lanesOf(lanes []float32, block int) []float32 {
	return lanes[block*kernel.Lanes : (block+1)*kernel.Lanes]
}

// count returns how many lanes hold an image.
func count(lanes []float32) int {
	n := 0
	for _, l := range lanes {
		if l != 0 {
			n++
		}
	}
	return n
}
