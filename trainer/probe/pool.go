package probe

import "github.com/nassearch/nassearch/trainer/kernel"

// pool is an average over pixels, the same for every channel: an average pool or a skip connection.
type pool struct {
	from      *node
	out       grid
	geometry  *kernel.Pool[float64]
	rectified bool // it reads the positive part; nothing else then reads the node
}

func (e *pool) source() *node { return e.from }
func (e *pool) fit(*pass)     {}
func (e *pool) prepare(*pass) {}

func (e *pool) write(p *pass, y, rect []float64, b band, add bool) {
	x, _, _ := e.from.read(e.rectified)
	e.sum(p, y, x, b, add)
	if rect != nil {
		p.kernel.ReLU(e.out.rows(rect, b), e.out.rows(y, b))
	}
}

// sum writes a band of the averages of x.
func (e *pool) sum(p *pass, y, x []float64, b band, add bool) {
	p.kernel.Pool(e.geometry, e.out.block(y, b.block), e.from.block(x, b.block), b.from, b.to, add)
}

func (e *pool) moves() bool        { return e.from.moves }
func (e *pool) prepareAlong(*pass) {}

func (e *pool) writeAlong(p *pass, y []float64, b band, add bool) {
	_, moved, _ := e.from.read(e.rectified)
	e.sum(p, y, moved, b, add)
}

func (e *pool) backward(p *pass, dy []float64) {
	add := e.from.open(p)
	e.back(p, e.from.d, dy, add)
}

func (e *pool) backwardAlong(p *pass, dy, dyMoved []float64) {
	add := e.from.open(p)
	e.back(p, e.from.d, dy, add)
	e.back(p, e.from.dMoved, dyMoved, add)
}

// back writes the gradient by the source to dx.
func (e *pool) back(p *pass, dx, dy []float64, add bool) {
	e.from.strips(p.blocks, func(b band) {
		p.kernel.PoolBack(e.geometry, e.from.block(dx, b.block), e.out.block(dy, b.block), b.from, b.to, add)
		if e.rectified {
			d := e.from.rows(dx, b)
			p.kernel.Gate(d, d, e.from.rows(e.from.rect, b))
		}
	})
}
