package robustness

import "slices"

// led says whether gradients led an attack on an image anywhere. The later of two that are true counts.
type led uint8

const (
	alone  led = iota // it was given none
	astray            // all were zero: the attack could not know where to go
	ahead             // one at least was not zero
)

// ledBy says where a gradient leads; an empty one is none.
func ledBy(gradient []float32) led {
	switch {
	case len(gradient) == 0:
		return alone
	case slices.ContainsFunc(gradient, func(g float32) bool { return g != 0 }):
		return ahead
	}
	return astray
}

// count returns how many are the same.
func (l led) count(all []led) (n int) {
	for _, other := range all {
		if other == l {
			n++
		}
	}
	return n
}
