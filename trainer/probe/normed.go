package probe

// normed is batch norm of a node, without a convolution before it.
type normed struct {
	from, to *node
	norm     *norm
}

func (e *normed) source() *node { return e.from }
func (e *normed) target() *node { return e.to }
func (e *normed) fit(*pass)     {}
func (e *normed) moves() bool   { return true }
func (e *normed) begin(*pass)   {}
func (e *normed) end(*pass)     {}

func (e *normed) read(p *pass, b band) { e.norm.read(p, e.from.value, b) }
func (e *normed) settle(p *pass)       { e.norm.settle(p) }

func (e *normed) write(p *pass, y, rect []float64, b band, add bool) {
	e.norm.write(p, y, rect, e.from.value, b, add)
}

func (e *normed) readAlong(p *pass, b band) {
	if z, moved, _ := e.from.read(false); moved != nil {
		e.norm.readAlong(p, z, moved, b)
	}
}

func (e *normed) settleAlong(p *pass) { e.norm.settleAlong(p) }

func (e *normed) writeAlong(p *pass, y []float64, b band, add bool) {
	z, moved, _ := e.from.read(false)
	e.norm.writeAlong(p, y, z, moved, b, add)
}

func (e *normed) sum(p *pass, b band) {
	z, moved, _ := e.from.read(false)
	e.norm.sum(p, e.to.d, e.to.dMoved, z, moved, b)
}

func (e *normed) settleBack(p *pass) { e.norm.settleBack(p) }

func (e *normed) back(p *pass, b band, add bool) {
	if e.from.d == nil {
		return
	}
	z, moved, _ := e.from.read(false)
	e.norm.differentiate(p, e.from.rows(e.from.d, b), e.to.d, z, b, add)
	if p.along {
		e.norm.differentiateAlong(p, e.from.rows(e.from.dMoved, b), e.to.d, e.to.dMoved, z, moved, b, add)
	}
}
