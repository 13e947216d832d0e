package probe

import (
	"github.com/nassearch/nassearch/robustness/measure"
	"github.com/nassearch/nassearch/trainer/kernel"
)

// progress is how far a network has come with a batch.
type progress int

const (
	nothing progress = iota
	forwarded
	movedAlong
)

func (p progress) String() string {
	return [...]string{"anything", "a forward pass", "a derivative along a direction"}[p]
}

// pass is what the nodes and edges of a network have in common while a batch goes through it.
type pass struct {
	engine *Engine
	kernel *kernel.Double
	memory *memory
	mode   measure.Mode
	images int
	blocks int
	mask   []float64 // 1 for a lane with an image, 0 for one without
	done   progress

	wants measure.Wants // of a backward pass
	along bool          // it is differentiated along the direction
	kept  bool          // convolutions keep the gradients by their outputs

	part        []float64 // of an activation, a band
	ones, zeros []float64 // coefficients for as many channels as a node has at most
}

func newPass(e *Engine, channels int) pass {
	p := pass{engine: e, kernel: e.kernel, memory: &e.memory}
	p.ones, p.zeros = kernel.Alloc[float64](channels), kernel.Alloc[float64](channels)
	for i := range p.ones {
		p.ones[i] = 1
	}
	return p
}

// begin prepares for a batch.
func (p *pass) begin(images int, m measure.Mode) {
	p.images, p.blocks, p.mode = images, (images+lanes-1)/lanes, m
	if n := p.blocks * lanes; len(p.mask) != n {
		p.mask = kernel.Alloc[float64](n)
	}
	for i := range p.mask {
		p.mask[i] = 0
		if i < images {
			p.mask[i] = 1
		}
	}
	p.done, p.kept = nothing, false
}

// in returns the mask of a block, and how many images are in it.
func (p *pass) in(block int) (mask []float64, images int) {
	return p.mask[block*lanes : (block+1)*lanes], min(lanes, p.images-block*lanes)
}

// grid is the size of an activation, [block][row][column][channel][lane].
type grid struct {
	channels, h, w int
	halved         bool // bands have even numbers of rows
}

// size is the length of a block, row of a row.
func (g grid) size() int { return g.h * g.row() }
func (g grid) row() int  { return g.w * g.channels * lanes }

// block returns a block of an activation; nil of none.
func (g grid) block(v []float64, b int) []float64 { return g.rows(v, band{b, 0, g.h}) }

// rows returns a band of an activation; nil of none.
func (g grid) rows(v []float64, b band) []float64 {
	if v == nil {
		return nil
	}
	row := g.row()
	return v[(b.block*g.h+b.from)*row : (b.block*g.h+b.to)*row]
}

// band is some rows of a block.
type band struct{ block, from, to int }

// stripPixels is about how many pixels are handled at once, so that what one step leaves in the cache is still there
// for the next.
const stripPixels = 32

// strips calls f for all rows of some blocks, a few at a time.
func (g grid) strips(blocks int, f func(band)) {
	rows := g.step()
	for b := range blocks {
		for from := 0; from < g.h; from += rows {
			f(band{b, from, min(from+rows, g.h)})
		}
	}
}

// step is how many rows a strip has, at most.
func (g grid) step() int {
	rows := max(1, stripPixels/g.w)
	if g.halved {
		rows += rows % 2
	}
	return min(rows, g.h)
}

// pixels is how many pixels a band has.
func (g grid) pixels(b band) int { return (b.to - b.from) * g.w }
