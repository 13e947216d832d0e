package probe

import "github.com/nassearch/nassearch/robustness/measure"

// place is where activations can be seen: a convolution's output, or a node or its positive part.
type place struct {
	name      string
	conv      *conv
	node      *node
	rectified bool
}

// grid is the size of what is seen there.
func (at place) grid() grid {
	if at.conv != nil {
		return at.conv.norm.grid
	}
	return at.node.grid
}

// See implements [measure.Network].
func (n *Network) See(p measure.Place, f func(measure.Activation)) {
	for _, at := range n.places[p] {
		f(n.seen(at))
	}
}

func (n *Network) seen(at place) measure.Activation {
	g := at.grid()
	a := measure.Activation{Name: at.name, Channels: g.channels, Pixels: g.h * g.w, Lanes: lanes}
	if n.pass.done < forwarded {
		return a
	}
	a.Images = n.pass.images
	switch {
	case at.conv != nil:
		a.Values = at.conv.z
		if n.pass.kept {
			a.Gradients = at.conv.beside
		}
	case at.rectified || at.node.value == nil:
		a.Values = at.node.rect
	default:
		a.Values = at.node.value
	}
	return a
}
