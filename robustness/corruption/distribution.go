package corruption

import (
	"math/bits"
	"math/rand/v2"
)

// randomBits is a fast generator for the many draws of an image (wyrand of github.com/wangyi-fudan/wyhash): a counter,
// hashed. Its state comes from the image's stream.
type randomBits struct{ state uint64 }

func newBits(r *rand.Rand) *randomBits { return &randomBits{r.Uint64()} }

// next returns 64 random bits.
func (b *randomBits) next() uint64 {
	b.state += 0xa0761d6478bd642f
	high, low := bits.Mul64(b.state, b.state^0xe7037ed1a0b428db)
	return high ^ low
}

// symmetric returns a uniform number in [-1,1).
func (b *randomBits) symmetric() float32 { return float32(int32(b.next()>>32)) / (1 << 31) }

// distributions are of whole numbers, from which a number is drawn in constant time by the alias method (Walker 1977,
// Vose 1991): a cell is chosen uniformly, and in it one of two numbers.
type distributions struct {
	cells []cell // of one distribution after the other, each of 1 << bits
	bits  int    // at most 16
}

// cell holds a number with a chance, and another without it.
type cell struct {
	limit      uint32 // of what is left of 32 bits: below it own, else other
	own, other int16
}

// newDistributions returns distributions that are given by their lowest number and the shares of it and those that
// follow.
func newDistributions(low []int, shares [][]float64) *distributions {
	d := new(distributions)
	for _, s := range shares {
		d.bits = max(d.bits, bits.Len(uint(len(s)-1)))
	}
	for i, s := range shares {
		d.add(low[i], s)
	}
	return d
}

// add adds the cells of a distribution.
func (d *distributions) add(low int, shares []float64) {
	size, span := 1<<d.bits, float64(uint64(1)<<(32-d.bits))
	whole := 0.0
	for _, s := range shares {
		whole += s
	}
	cells, left := make([]cell, size), make([]float64, size) // in cells, of the number that is a cell's own
	var poor, rich []int
	for i := range left {
		if i < len(shares) {
			left[i] = shares[i] / whole * float64(size)
		}
		if left[i] < 1 {
			poor = append(poor, i)
		} else {
			rich = append(rich, i)
		}
		cells[i] = cell{uint32(min(span, 1<<32-1)), int16(low + i), int16(low + i)}
	}
	for len(poor) > 0 && len(rich) > 0 {
		p, r := poor[len(poor)-1], rich[len(rich)-1]
		poor = poor[:len(poor)-1]
		cells[p].limit, cells[p].other = uint32(left[p]*span), int16(low+r)
		if left[r] -= 1 - left[p]; left[r] < 1 {
			rich, poor = rich[:len(rich)-1], append(poor, r)
		}
	}
	d.cells = append(d.cells, cells...)
}

// fill draws numbers of the first distribution, two of every word of random bits.
func (d *distributions) fill(to []int16, b *randomBits) {
	for ; len(to) >= 2; to = to[2:] {
		word := b.next()
		to[0], to[1] = d.draw(0, uint32(word)), d.draw(0, uint32(word>>32))
	}
	for i := range to {
		to[i] = d.draw(0, uint32(b.next()))
	}
}

// draw returns the number of a distribution that 32 random bits mean.
func (d *distributions) draw(of int, random uint32) int16 {
	at := uint64(random) << (d.bits & 31)
	c := d.cells[of<<(d.bits&31)+int(at>>32)]
	drawn := c.other
	if uint32(at)>>(d.bits&31) < c.limit {
		drawn = c.own
	}
	return drawn
}
