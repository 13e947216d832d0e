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
	kernel *kernel.Double
	mode   measure.Mode
	images int
	blocks int
	mask   []float64 // 1 for a lane with an image, 0 for one without
	done   progress

	wants measure.Wants // of a backward pass
	along bool          // it is differentiated along the direction
	kept  bool          // convolutions keep the gradients by their outputs

	free        map[int][][]float64 // buffers without a user, by length
	ones, zeros []float64           // coefficients for as many channels as a node has at most
}

func newPass(k *kernel.Double, channels int) pass {
	p := pass{kernel: k, free: map[int][][]float64{}}
	p.ones, p.zeros = kernel.Alloc[float64](channels), kernel.Alloc[float64](channels)
	for i := range p.ones {
		p.ones[i] = 1
	}
	return p
}

// begin prepares for a batch. Buffers for other numbers of images are let go.
func (p *pass) begin(images int, m measure.Mode) {
	blocks := (images + lanes - 1) / lanes
	if blocks != p.blocks {
		clear(p.free)
	}
	p.images, p.blocks, p.mode = images, blocks, m
	p.mask = fit(p.mask, blocks*lanes)
	clear(p.mask)
	for i := range images {
		p.mask[i] = 1
	}
	p.done, p.kept = nothing, false
}

// slack is how far kernels may read beyond a buffer's end.
const slack = 3 * lanes

// fit returns a buffer of a length, b if that is long enough. It may hold anything.
func fit(b []float64, n int) []float64 {
	if cap(b) < n+slack {
		return kernel.Alloc[float64](n)
	}
	return b[:n]
}

// take returns a buffer, which may hold anything, until it is given back.
func (p *pass) take(n int) []float64 {
	list := p.free[n]
	if len(list) == 0 {
		return kernel.Alloc[float64](n)
	}
	p.free[n] = list[:len(list)-1]
	return list[len(list)-1]
}

// give takes a buffer back; nil is none.
func (p *pass) give(b []float64) {
	if b != nil {
		p.free[len(b)] = append(p.free[len(b)], b)
	}
}

// in returns the mask of a block, and how many images are in it.
func (p *pass) in(block int) (mask []float64, images int) {
	return p.mask[block*lanes : (block+1)*lanes], min(lanes, p.images-block*lanes)
}

// add adds pixels of a block.
func (p *pass) add(dst, src []float64, channels, pixels int) {
	p.kernel.Affine(dst, nil, src, p.ones, p.zeros, channels, pixels, true)
}

// grid is the size of an activation, [block][row][column][channel][lane].
type grid struct{ channels, h, w int }

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
	rows := max(1, stripPixels/g.w)
	for b := range blocks {
		for from := 0; from < g.h; from += rows {
			f(band{b, from, min(from+rows, g.h)})
		}
	}
}

// pixels is how many pixels a band has.
func (g grid) pixels(b band) int { return (b.to - b.from) * g.w }
