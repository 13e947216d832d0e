package probe

// edge is an operation whose result is added to a node. The steps of a pass come to it band by band, so that what one
// edge leaves in the cache is there for the next: a band of the source is read by all edges that read it as soon as it
// is complete, and a band of the target's gradient is summed by all edges into it.
type edge interface {
	source() *node
	target() *node
	// fit makes room for a batch.
	fit(p *pass)

	// read is called when a band of the source is complete, settle after the last one; then write writes a band of the
	// result, added to y if add, and the positive part of y to rect, which may be nil.
	read(p *pass, b band)
	settle(p *pass)
	write(p *pass, y, rect []float64, b band, add bool)

	// So for the derivative along the direction. moves reports whether there is any.
	moves() bool
	readAlong(p *pass, b band)
	settleAlong(p *pass)
	writeAlong(p *pass, y []float64, b band, add bool)

	// sum is called when a band of the gradient by the target is complete, settleBack after the last one; begin before
	// the first of the source, end after the last; between them write back writes a band of the gradient by the source,
	// added if add, and adds up that by the parameters. So for their derivatives, where the pass is along a direction.
	sum(p *pass, b band)
	settleBack(p *pass)
	begin(p *pass)
	back(p *pass, b band, add bool)
	end(p *pass)
}

// node is an activation: the sum over the edges into it.
type node struct {
	grid
	into   []edge
	out    []edge // that the logits depend on
	fresh  []edge // all that read it
	live   bool   // the logits depend on it
	images bool   // it is the input

	rectified bool // something reads its positive part
	plain     bool // something reads it itself
	shown     bool // it is one of the features

	value, rect      []float64
	moved, movedRect []float64 // derivatives along the direction
	moves            bool      // they are not zero

	d, dMoved []float64 // gradient and its derivative, during a backward pass
	needed    int       // by so many edges still
}

// fit makes room for a batch.
func (n *node) fit(p *pass) {
	if n.plain || n.shown {
		p.memory.fit(&n.value, p.blocks*n.size())
	}
	if n.rectified {
		p.memory.fit(&n.rect, p.blocks*n.size())
	}
	for _, e := range n.into {
		e.fit(p)
	}
}

// forward computes the activation, but the input's, which is there, and has it read. Where only its positive part is
// wanted, nothing else is kept.
func (n *node) forward(p *pass) {
	sum := n.value
	if sum == nil {
		sum = n.rect
	}
	if len(n.into) == 0 && !n.images {
		clear(n.value)
		clear(n.rect)
	}
	n.strips(p.blocks, func(b band) {
		for i, e := range n.into {
			var rect []float64
			if i == len(n.into)-1 {
				rect = n.rect
			}
			if sum != nil {
				e.write(p, sum, rect, b, i > 0)
			}
		}
		for _, e := range n.fresh {
			e.read(p, b)
		}
	})
	for _, e := range n.fresh {
		e.settle(p)
	}
}

// along computes the derivative along the direction, of the positive part too: where that is 0 it stands still.
func (n *node) along(p *pass) {
	if !n.live {
		return
	}
	var moving []edge
	for _, e := range n.into {
		if e.moves() {
			moving = append(moving, e)
		}
	}
	if !n.images {
		n.moves = len(moving) > 0
	}
	sum := n.room(p)
	n.strips(p.blocks, func(b band) {
		for i, e := range moving {
			e.writeAlong(p, sum, b, i > 0)
		}
		if n.rectified && n.moves {
			p.kernel.Gate(n.rows(n.movedRect, b), n.rows(sum, b), n.rows(n.rect, b))
		}
		for _, e := range n.out {
			e.readAlong(p, b)
		}
	})
	for _, e := range n.out {
		e.settleAlong(p)
	}
}

// room makes room for the derivatives, and returns where to write them: where nothing reads but the positive part,
// there.
func (n *node) room(p *pass) []float64 {
	if n.rectified && n.moves {
		p.memory.fit(&n.movedRect, p.blocks*n.size())
	}
	switch {
	case n.images:
		return n.moved
	case !n.plain:
		return n.movedRect
	}
	p.memory.fit(&n.moved, p.blocks*n.size())
	if !n.moves {
		clear(n.moved)
	}
	return n.moved
}

// backward computes the gradient by the node from those by the nodes that it is a part of, unless nothing needs it, and
// the gradients by the parameters of the edges between them.
func (n *node) backward(p *pass) {
	if !n.live {
		return
	}
	if len(n.into) > 0 || n.images && p.wants.Images {
		n.open(p)
	}
	if n.d == nil && !p.wants.Parameters && !p.wants.Activations {
		return
	}
	for _, e := range n.out {
		e.begin(p)
	}
	n.strips(p.blocks, func(b band) {
		for i, e := range n.out {
			e.back(p, b, i > 0)
		}
		n.sum(p, b)
	})
	for _, e := range n.out {
		e.end(p)
		if to := e.target(); to.needed == 1 {
			to.release(p)
		} else {
			to.needed--
		}
	}
	n.settleBack(p)
}

// sum has a band of the gradient summed, which settleBack makes use of.
func (n *node) sum(p *pass, b band) {
	for _, e := range n.into {
		e.sum(p, b)
	}
}

func (n *node) settleBack(p *pass) {
	for _, e := range n.into {
		e.settleBack(p)
	}
}

// open makes room for the gradient, release lets go of it.
func (n *node) open(p *pass) {
	n.needed = len(n.into)
	n.d = p.memory.take(p.blocks * n.size())
	if p.along {
		n.dMoved = p.memory.take(p.blocks * n.size())
	}
}

func (n *node) release(p *pass) {
	p.memory.give(&n.d, &n.dMoved)
	n.needed = 0
}

// read returns what a convolution of the node sees: its values or their positive part, and their derivatives, nil if
// they stand still; and what gradients by it are passed by, nil: all.
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
