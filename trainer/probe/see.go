package probe

import "github.com/nassearch/nassearch/robustness/measure"

// place is where activations can be seen: a convolution's output, or a node or its positive part.
type place struct {
	name      string
	conv      *conv
	node      *node
	rectified bool
}

// See implements [measure.Network].
func (n *Network) See(p measure.Place, f func(measure.Activation)) {
	if n.pass.done < forwarded {
		return
	}
	for _, at := range n.places[p] {
		f(n.seen(at))
	}
}

func (n *Network) seen(at place) measure.Activation {
	a := measure.Activation{Name: at.name, Images: n.pass.images, Lanes: lanes}
	switch {
	case at.conv != nil:
		g := at.conv.norm.grid
		a.Channels, a.Pixels, a.Values = g.channels, g.h*g.w, at.conv.z
		if n.pass.kept {
			a.Gradients = at.conv.beside
		}
	case at.rectified || at.node.value == nil:
		a.Channels, a.Pixels, a.Values = at.node.channels, at.node.h*at.node.w, at.node.rect
	default:
		a.Channels, a.Pixels, a.Values = at.node.channels, at.node.h*at.node.w, at.node.value
	}
	return a
}
