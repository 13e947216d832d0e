package corruption

import (
	"math"

	"github.com/nassearch/nassearch/robustness"
)

// packing computes several channels at once, packed into a word: each has so many bits, of which some are a fraction.
// Filters with weights that are not negative work so: their weights are whole numbers that add up to unit, so that no
// channel flows over into the next, and flat parts of an image stay what they are.
type packing struct {
	lanes          int // channels of a word
	bits, fraction uint
}

var (
	coarse = packing{3, 21, 13} // a colour in a word
	fine   = packing{2, 32, 24} // for weights whose least matter
)

func (p packing) unit() uint64 { return 1 << p.fraction }

// pack packs planes of equal size, one after the other in x.
func (p packing) pack(to []uint64, x []uint8) {
	n, shift := len(to), p.bits&63
	switch {
	case len(x) == n:
		for i, v := range x {
			to[i] = uint64(v)
		}
	case len(x) == 2*n:
		a, b := x[:n], x[n:][:n]
		for i, v := range a {
			to[i] = uint64(v) | uint64(b[i])<<shift
		}
	default:
		a, b, c := x[:n], x[n:][:n], x[2*n:][:n]
		for i, v := range a {
			to[i] = uint64(v) | uint64(b[i])<<shift | uint64(c[i])<<(2*shift&63)
		}
	}
}

// unpack writes packed sums, without their fractions, to as many planes as there are in to.
func (p packing) unpack(to []uint8, sums []uint64) {
	n, first := len(sums), p.fraction&63
	second, third := (p.fraction+p.bits)&63, (p.fraction+2*p.bits)&63
	switch {
	case len(to) == n:
		for i, v := range sums {
			to[i] = uint8(v >> first)
		}
	case len(to) == 2*n:
		a, b := to[:n], to[n:][:n]
		for i, v := range sums {
			a[i], b[i] = uint8(v>>first), uint8(v>>second)
		}
	default:
		a, b, c := to[:n], to[n:][:n], to[2*n:][:n]
		for i, v := range sums {
			a[i], b[i], c[i] = uint8(v>>first), uint8(v>>second), uint8(v>>third)
		}
	}
}

// truncate takes the fractions from packed sums.
func (p packing) truncate(sums []uint64) {
	mask, shift := p.mask(), p.fraction&63
	for i, v := range sums {
		sums[i] = v >> shift & mask
	}
}

// mask has the bits of numbers without a fraction.
func (p packing) mask() uint64 {
	mask := uint64(0)
	for i := range p.lanes {
		mask |= (1<<(p.bits-p.fraction) - 1) << (uint(i) * p.bits)
	}
	return mask
}

// groups calls f for the planes of every word.
func (p packing) groups(s robustness.Shape, to, x []uint8, f func(to, x []uint8)) {
	step := p.lanes * s.Height * s.Width
	for first := 0; first < len(x); first += step {
		last := min(first+step, len(x))
		f(to[first:last], x[first:last])
	}
}

// quantize turns weights, which are not negative and whose sum is not 0, into whole numbers with the sum unit: each is
// rounded, and what is then missing goes to the largest, so that equal weights stay equal. Where that is too much for
// the largest, since there are very many, their running sum is rounded instead.
func (p packing) quantize(weights []float64) []uint64 {
	sum, largest := 0.0, 0
	for i, w := range weights {
		sum += w
		if w > weights[largest] {
			largest = i
		}
	}
	whole, missing := make([]uint64, len(weights)), int64(p.unit())
	for i, w := range weights {
		whole[i] = uint64(math.Round(w / sum * float64(p.unit())))
		missing -= int64(whole[i])
	}
	if 2*max(missing, -missing) <= int64(whole[largest]) {
		whole[largest] += uint64(missing)
		return whole
	}
	running, before := 0.0, uint64(0)
	for i, w := range weights {
		running += w
		until := min(uint64(math.Round(running/sum*float64(p.unit()))), p.unit())
		whole[i], before = until-before, until
	}
	whole[len(whole)-1] += p.unit() - before
	return whole
}
