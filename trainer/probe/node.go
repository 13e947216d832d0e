package probe

// edge is an operation whose result is added to a node.
type edge interface {
	source() *node
	// fit makes room for a batch.
	fit(p *pass)

	// prepare does what must precede writing; write writes a band of the result, added to y if add, and the positive
	// part of y to rect, which may be nil.
	prepare(p *pass)
	write(p *pass, y, rect []float64, b band, add bool)

	// prepareAlong and writeAlong do so for the derivative along the direction. moves reports whether there is any.
	moves() bool
	prepareAlong(p *pass)
	writeAlong(p *pass, y []float64, b band, add bool)

	// backward adds to the gradients by the source and the parameters, given that by the result; backwardAlong does so
	// for those by the source and their derivatives, and for the derivatives of those by the parameters.
	backward(p *pass, dy []float64)
	backwardAlong(p *pass, dy, dyMoved []float64)
}

// node is an activation: the sum over the edges into it.
type node struct {
	grid
	into   []edge
	live   bool // the logits depend on it
	images bool // it is the input

	rectified bool // a convolution reads its positive part
	plain     bool // something else reads it

	value, rect      []float64
	moved, movedRect []float64 // derivatives along the direction
	moves            bool      // they are not zero

	d, dMoved []float64 // gradient and its derivative, during a backward pass
	begun     bool      // something was written to them
}

// fit makes room for a batch.
func (n *node) fit(p *pass) {
	n.value = fit(n.value, p.blocks*n.size())
	if n.rectified {
		n.rect = fit(n.rect, p.blocks*n.size())
	}
	for _, e := range n.into {
		e.fit(p)
	}
}

// forward computes the activation.
func (n *node) forward(p *pass) {
	for _, e := range n.into {
		e.prepare(p)
	}
	if len(n.into) == 0 {
		clear(n.value)
		clear(n.rect)
		return
	}
	n.strips(p.blocks, func(b band) {
		for i, e := range n.into {
			var rect []float64
			if i == len(n.into)-1 {
				rect = n.rect
			}
			e.write(p, n.value, rect, b, i > 0)
		}
	})
}

// along computes the derivative along the direction, of the positive part too: where that is 0 it stands still.
func (n *node) along(p *pass) {
	n.moves = false
	if !n.live {
		return
	}
	var moving []edge
	for _, e := range n.into {
		if e.moves() {
			moving = append(moving, e)
			e.prepareAlong(p)
		}
	}
	n.moves = len(moving) > 0
	if !n.moves && n.plain { // it may be the logits
		n.moved = fit(n.moved, p.blocks*n.size())
		clear(n.moved)
	}
	if !n.moves {
		return
	}
	sum := n.room(p)
	n.strips(p.blocks, func(b band) {
		for i, e := range moving {
			e.writeAlong(p, sum, b, i > 0)
		}
		if n.rectified {
			p.kernel.Gate(n.rows(n.movedRect, b), n.rows(sum, b), n.rows(n.rect, b))
		}
	})
}

// room makes room for the derivatives, and returns where to write them: where nothing reads but the positive part,
// there.
func (n *node) room(p *pass) []float64 {
	if n.rectified {
		n.movedRect = fit(n.movedRect, p.blocks*n.size())
	}
	if !n.plain {
		return n.movedRect
	}
	n.moved = fit(n.moved, p.blocks*n.size())
	return n.moved
}

// backward hands the node's gradient to its sources, and forgets it.
func (n *node) backward(p *pass) {
	if !n.live || !n.begun {
		return
	}
	for _, e := range n.into {
		if p.along {
			e.backwardAlong(p, n.d, n.dMoved)
		} else {
			e.backward(p, n.d)
		}
	}
	n.release(p)
}

// open makes the gradient ready to be added to, and reports whether something was written to it before.
func (n *node) open(p *pass) (begun bool) {
	if n.begun {
		return true
	}
	n.begun = true
	n.d = p.take(p.blocks * n.size())
	if p.along {
		n.dMoved = p.take(p.blocks * n.size())
	}
	return false
}

// release gives the gradients' buffers back.
func (n *node) release(p *pass) {
	p.give(n.d)
	p.give(n.dMoved)
	n.d, n.dMoved, n.begun = nil, nil, false
}

// read returns what a convolution of the node sees: its values or their positive part, and their derivatives, nil if
// they stand still.
func (n *node) read(rectified bool) (x, moved, gate []float64) {
	x, moved = n.value, n.moved
	if rectified {
		x, moved, gate = n.rect, n.movedRect, n.rect
	}
	if !n.moves {
		moved = nil
	}
	return x, moved, gate
}
