package probe

import "github.com/nassearch/nassearch/trainer/kernel"

// pool is an average over pixels, the same for every channel: an average pool or a skip connection.
type pool struct {
	from, to  *node
	geometry  *kernel.Pool[float64]
	rectified bool // it reads the positive part; nothing else then reads the node
}

func (e *pool) source() *node         { return e.from }
func (e *pool) target() *node         { return e.to }
func (e *pool) fit(*pass)             {}
func (e *pool) read(*pass, band)      {}
func (e *pool) settle(*pass)          {}
func (e *pool) sum(*pass, band)       {}
func (e *pool) settleBack(*pass)      {}
func (e *pool) begin(*pass)           {}
func (e *pool) end(*pass)             {}
func (e *pool) settleAlong(*pass)     {}
func (e *pool) moves() bool           { return e.from.moves }
func (e *pool) readAlong(*pass, band) {}

func (e *pool) write(p *pass, y, rect []float64, b band, add bool) {
	x, _, _ := e.from.read(e.rectified)
	e.average(p, y, x, b, add)
	if rect != nil {
		p.kernel.ReLU(e.to.rows(rect, b), e.to.rows(y, b))
	}
}

// average writes a band of the averages of x.
func (e *pool) average(p *pass, y, x []float64, b band, add bool) {
	p.kernel.Pool(e.geometry, e.to.block(y, b.block), e.from.block(x, b.block), b.from, b.to, add)
}

func (e *pool) writeAlong(p *pass, y []float64, b band, add bool) {
	_, moved, _ := e.from.read(e.rectified)
	e.average(p, y, moved, b, add)
}

func (e *pool) back(p *pass, b band, add bool) {
	if e.from.d == nil {
		return
	}
	e.spread(p, e.from.d, e.to.d, b, add)
	if p.along {
		e.spread(p, e.from.dMoved, e.to.dMoved, b, add)
	}
}

// spread writes a band of the gradient by the source to dx.
func (e *pool) spread(p *pass, dx, dy []float64, b band, add bool) {
	p.kernel.PoolBack(e.geometry, e.from.block(dx, b.block), e.to.block(dy, b.block), b.from, b.to, add)
	if e.rectified {
		d := e.from.rows(dx, b)
		p.kernel.Gate(d, d, e.from.rows(e.from.rect, b))
	}
}
