package probe

// window is the rows of a block's gradient by a convolution's output that its input sees at a band, with room for a few
// more, so that they are written but once.
type window struct {
	d, dMoved, sum []float64
	first, last    int // rows
	room           int // rows that there is room for
}

func (e *conv) sum(p *pass, b band) {
	moved := e.beside
	if !p.along {
		moved = nil
	}
	e.norm.sum(p, e.to.d, e.to.dMoved, e.z, moved, b)
}

func (e *conv) settleBack(p *pass) { e.norm.settleBack(p) }

func (e *conv) begin(p *pass) {
	n := e.norm
	if p.wants.Activations {
		e.keep(p)
	}
	if p.wants.Parameters {
		e.parts = p.memory.take(e.geometry.Gradients())
		clear(e.parts)
	}
	if e.from.d != nil {
		e.turned = p.memory.take(e.geometry.Weights())
		p.kernel.Transpose(e.geometry, e.turned, e.weight.values)
		if p.along && !e.weight.still {
			e.turnedMoved = p.memory.take(e.geometry.Weights())
			p.kernel.Transpose(e.geometry, e.turnedMoved, e.weight.moved)
		}
	}
	rows := e.from.step() / e.geometry.Stride
	e.room = min(2*(rows+e.geometry.K/2), n.h)
	e.d = p.memory.take(e.room * n.row())
	if p.along {
		e.dMoved, e.window.sum = p.memory.take(e.room*n.row()), p.memory.take(e.room*n.row())
	}
}

// keep makes room for the gradient by z, in place of z'.
func (e *conv) keep(p *pass) { p.memory.fit(&e.beside, p.blocks*e.norm.size()) }

func (e *conv) end(p *pass) {
	defer p.memory.give(&e.d, &e.dMoved, &e.window.sum, &e.turned, &e.turnedMoved, &e.parts)
	if !p.wants.Parameters {
		return
	}
	p.kernel.SumGradients(e.geometry, e.weight.gradient, e.parts)
	if e.bias == nil {
		return
	}
	dy := e.to.d
	if p.along {
		dy = e.to.dMoved
	}
	clear(e.bias.gradient)
	for i, v := range dy {
		e.bias.gradient[i/lanes%e.norm.channels] += v
	}
}

// back writes, from the gradient by z, dz, that by the source, w dz, and adds up that by the weights, x dz. Along the
// direction they move by w dz' + w' dz and x dz' + x' dz.
func (e *conv) back(p *pass, b band, add bool) {
	stride := e.geometry.Stride
	e.slide(p, b)
	x, moved, _ := e.from.read(e.rectified)
	if out := (band{b.block, b.from / stride, b.to / stride}); p.wants.Parameters && p.along {
		e.byWeights(p, e.dMoved, x, out)
		if moved != nil {
			e.byWeights(p, e.d, moved, out)
		}
	} else if p.wants.Parameters {
		e.byWeights(p, e.d, x, out)
	}
	if e.from.d == nil {
		return
	}
	e.bySource(p, e.from.d, e.d, e.turned, b, add)
	switch {
	case !p.along:
	case e.weight.still:
		e.bySource(p, e.from.dMoved, e.dMoved, e.turned, b, add)
	case e.radial():
		e.bySource(p, e.from.dMoved, e.window.sum, e.turned, b, add)
	default:
		e.bySource(p, e.from.dMoved, e.dMoved, e.turned, b, add)
		e.bySource(p, e.from.dMoved, e.d, e.turnedMoved, b, true)
	}
}

func (e *conv) byWeights(p *pass, dz, x []float64, b band) {
	p.kernel.ConvolveWeights(e.geometry, e.parts, dz, e.first, e.from.block(x, b.block), b.from, b.to)
}

func (e *conv) bySource(p *pass, dx, dz, turned []float64, b band, add bool) {
	_, _, gate := e.from.read(e.rectified)
	dx, gate = e.from.block(dx, b.block), e.from.block(gate, b.block)
	p.kernel.ConvolveBack(e.geometry, dx, gate, dz, e.first, turned, b.from, b.to, add)
}

// slide moves the window to the rows that are seen at a band of the source, and writes those that are new.
func (e *conv) slide(p *pass, b band) {
	first, last := e.geometry.Seen(b.from, b.to)
	last = max(last, b.to/e.geometry.Stride)
	if b.from == 0 {
		e.first, e.last = 0, 0
	}
	row := e.norm.row()
	if last-e.first > e.room {
		for _, buffer := range [][]float64{e.d, e.dMoved, e.window.sum} {
			if buffer != nil {
				copy(buffer, buffer[(first-e.first)*row:(e.last-e.first)*row])
			}
		}
		e.first = first
	}
	if last > e.last {
		e.fill(p, band{b.block, e.last, last})
		e.last = last
	}
}

// fill writes rows of the window.
func (e *conv) fill(p *pass, b band) {
	n, row := e.norm, e.norm.row()
	from, to := (b.from-e.first)*row, (b.to-e.first)*row
	d := e.d[from:to]
	n.differentiate(p, d, e.to.d, e.z, b, false)
	if p.wants.Activations {
		copy(n.rows(e.beside, b), d)
	}
	if !p.along {
		return
	}
	moved := e.dMoved[from:to]
	n.differentiateAlong(p, moved, e.to.d, e.to.dMoved, e.z, e.beside, b, false)
	if e.radial() && !e.weight.still {
		sum := e.window.sum[from:to]
		copy(sum, moved)
		p.kernel.Affine(sum, nil, d, p.ones, p.zeros, n.channels, n.pixels(b), true)
	}
}
