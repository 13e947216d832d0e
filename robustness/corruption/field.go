package corruption

import (
	"math"

	"github.com/nassearch/nassearch/robustness"
)

// field moves pixels along uniform noise, smoothed by a Gaussian. Its two directions are packed into a word.
type field struct {
	*filter       // its sums are the noise: 0 for -1, most for 1; x in the lower half
	way           float64
	across, along []tap
}

// directions packs numbers of 16 bits.
var directions = packing{lanes: 2, bits: 32, fraction: 16}

// most is the largest number of directions.
const most = 1<<16 - 1

// newField returns a field in which noise of 1 moves by way pixels. The Gaussian ends at three deviations.
func newField(s robustness.Shape, way, deviation float64) *field {
	f := &field{filter: newFilter(directions, s, reflected), way: way}
	if way == 0 {
		return f
	}
	radius := int(3*deviation + .5)
	across, along := make([]tap, 2*radius+1), make([]tap, 2*radius+1)
	for i := range across {
		across[i].column, along[i].row = i-radius, i-radius
	}
	line := gaussian(deviation, radius)
	f.across, f.along = ordered(newTaps(directions, across, line)), ordered(newTaps(directions, along, line))
	return f
}

// draw draws the noise, of two pixels at a time.
func (f *field) draw(b *randomBits) {
	if f.way == 0 {
		return
	}
	const mask = most * both
	sums := f.sums
	for ; len(sums) >= 2; sums = sums[2:] {
		word := b.next()
		sums[0], sums[1] = word&mask, word>>16&mask
	}
	if len(sums) > 0 {
		sums[0] = b.next() & mask
	}
}

// smooth smoothes the noise.
func (f *field) smooth() {
	for _, taps := range [][]tap{f.along, f.across} {
		if len(taps) > 0 {
			f.apply(taps)
			f.truncate(f.sums)
		}
	}
}

// place smoothes the noise and sets positions.
func (f *field) place(m *mat) {
	f.smooth()
	const bits = 16
	way := int64(math.Round(f.way * pixel / most * (1 << bits)))
	for y := range m.height {
		first, last := y*m.width, (y+1)*m.width
		xs, ys := m.x[first:last], m.y[first:last]
		for i, v := range f.sums[first:last] {
			dx, dy := (2*int64(v&most)-most)*way>>bits, (2*int64(v>>32)-most)*way>>bits
			xs[i], ys[i] = int32(i*pixel)+int32(dx), int32(y*pixel)+int32(dy)
		}
	}
}
