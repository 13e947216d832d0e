package probe

// normed is batch norm of a node, without a convolution before it.
type normed struct {
	from *node
	norm *norm
}

func (e *normed) source() *node { return e.from }
func (e *normed) fit(*pass)     {}

func (e *normed) prepare(p *pass) {
	if e.norm.byBatch(p) {
		e.norm.strips(p.blocks, func(b band) { e.norm.measure(p, e.from.value, b) })
	}
	e.norm.set(p)
}

func (e *normed) write(p *pass, y, rect []float64, b band, add bool) {
	e.norm.apply(p, y, rect, e.from.value, b, add)
}

func (e *normed) moves() bool { return true }

func (e *normed) prepareAlong(p *pass) {
	if e.from.moves && e.norm.byBatch(p) {
		e.norm.strips(p.blocks, func(b band) {
			e.norm.sum(p, &e.norm.backMoved, e.from.moved, e.from.value, e.norm.mean, b)
		})
	}
	e.norm.setAlong(p)
}

func (e *normed) writeAlong(p *pass, y []float64, b band, add bool) {
	n := e.norm
	dst := p.take(n.pixels(b) * n.channels * lanes)
	defer p.give(dst)
	moved, u := e.from.moved, n.p
	if !e.from.moves {
		moved, u = e.from.value, p.zeros
	}
	n.combine(p, dst, moved, e.from.value, u, n.q, n.r, b)
	if !add {
		copy(n.rows(y, b), dst)
		return
	}
	p.add(n.rows(y, b), dst, n.channels, n.pixels(b))
}

func (e *normed) backward(p *pass, dy []float64) {
	add := e.from.open(p)
	n, g := e.norm, &e.norm.back
	n.differentiate(p, dy, e.from.value)
	e.back(p, e.from.d, add, func(dst []float64, b band) { n.combine(p, dst, dy, e.from.value, g.u, g.v, g.w, b) })
}

func (e *normed) backwardAlong(p *pass, dy, dyMoved []float64) {
	add := e.from.open(p)
	n, g, m := e.norm, &e.norm.back, &e.norm.backMoved
	z, moved, _ := e.from.read(false)
	n.differentiate(p, dy, z)
	n.differentiateAlong(p, dy, z, dyMoved, moved)
	e.back(p, e.from.d, add, func(dst []float64, b band) { n.combine(p, dst, dy, z, g.u, g.v, g.w, b) })
	v := g.v
	if moved == nil {
		moved, v = z, p.zeros
	}
	e.back(p, e.from.dMoved, add, func(dst []float64, b band) { n.combine(p, dst, dyMoved, moved, g.u, v, m.w, b) })
	e.back(p, e.from.dMoved, true, func(dst []float64, b band) { n.combine(p, dst, dy, z, m.u, m.v, p.zeros, b) })
}

// back writes what write makes of each band to dx, or adds it.
func (e *normed) back(p *pass, dx []float64, add bool, write func(dst []float64, b band)) {
	n := e.norm
	n.strips(p.blocks, func(b band) {
		rows := n.rows(dx, b)
		if !add {
			write(rows, b)
			return
		}
		part := p.take(len(rows))
		write(part, b)
		p.add(rows, part, n.channels, n.pixels(b))
		p.give(part)
	})
}
