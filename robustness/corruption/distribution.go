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

// distribution is one of whole numbers, from which a number is drawn in constant time by the alias method (Walker 1977,
// Vose 1991): a cell is chosen uniformly, and in it one of two numbers.
type distribution struct {
	cells []cell // a power of two, at most 2^16
	shift int    // what a draw of 32 bits is shifted by to choose a cell
}

// cell holds a number with a chance, and another without it.
type cell struct {
	limit      uint32 // of what is left of 32 bits: below it own, else other
	own, other int16
}

// newDistribution returns the distribution of numbers low, low+1, ... with such shares of the whole.
func newDistribution(low int, shares []float64) *distribution {
	size := 1 << bits.Len(uint(len(shares)-1))
	d := &distribution{make([]cell, size), 32 - bits.Len(uint(size-1))}
	whole := 0.0
	for _, s := range shares {
		whole += s
	}
	left := make([]float64, size) // in cells, of the number that is a cell's own
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
	}
	span := float64(uint64(1) << d.shift)
	for i := range d.cells {
		d.cells[i] = cell{uint32(min(span, float64(1<<32-1))), int16(low + i), int16(low + i)}
	}
	for len(poor) > 0 && len(rich) > 0 {
		p, r := poor[len(poor)-1], rich[len(rich)-1]
		poor = poor[:len(poor)-1]
		d.cells[p].limit, d.cells[p].other = uint32(left[p]*span), int16(low+r)
		if left[r] -= 1 - left[p]; left[r] < 1 {
			rich, poor = rich[:len(rich)-1], append(poor, r)
		}
	}
	return d
}

// fill draws numbers, two of every word of random bits.
func (d *distribution) fill(to []int16, b *randomBits) {
	for ; len(to) >= 2; to = to[2:] {
		word := b.next()
		to[0], to[1] = d.draw(uint32(word)), d.draw(uint32(word>>32))
	}
	for i := range to {
		to[i] = d.draw(uint32(b.next()))
	}
}

// draw returns the number that 32 random bits mean.
func (d *distribution) draw(random uint32) int16 {
	c := d.cells[random>>d.shift]
	drawn := c.other
	if random&(1<<d.shift-1) < c.limit {
		drawn = c.own
	}
	return drawn
}
