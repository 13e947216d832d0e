package corruption

import (
	"math"
	"math/rand/v2"

	"github.com/nassearch/nassearch/robustness"
)

// GlassBlur blurs, lets pixels take the place of their neighbours, and blurs again.
type GlassBlur struct{}

// glasses are the deviations of the blur in pixels at 32, and how often pixels move, by severity. A pixel takes the
// value of one that is up to one pixel at 32 away.
var glasses = [Severities]struct {
	deviation float64
	times     int
}{{.05, 1}, {.25, 1}, {.4, 1}, {.25, 2}, {.4, 2}}

// Name implements [Corruption].
func (GlassBlur) Name() string { return "glass_blur" }

// At implements [Corruption].
func (GlassBlur) At(s robustness.Shape, severity int) Transform {
	return seen(s, func(s robustness.Shape) Transform {
		p := newPane(s, severity)
		return func(to, x []uint8, r *rand.Rand) {
			p.draw(newBits(r))
			p.run(to, x)
		}
	})
}

// pane is a glass that an image is seen through.
type pane struct {
	shape         robustness.Shape
	before, after *filter // both blur; the first keeps what decides ties, which pixels then carry on
	precise, taps []tap
	blurred       []uint8
	reach         int     // how far pixels come from, at most
	from          []int32 // where the pixels come from, as an offset, in the order in which they are moved
}

func newPane(s robustness.Shape, severity int) *pane {
	g, reach := glasses[severity-1], int(math.Ceil(scale(s)))
	return &pane{
		shape: s, before: newFilter(fine, s, clamped), after: newFilter(coarse, s, clamped),
		precise: blurTaps(fine, g.deviation, scale(s)), taps: blurTaps(coarse, g.deviation, scale(s)),
		blurred: make([]uint8, s.Size()), reach: reach,
		from: make([]int32, g.times*max(0, s.Height-2*reach)*max(0, s.Width-2*reach)),
	}
}

// blurTaps returns the filter of a Gaussian, which ends at four deviations, in images that are larger than 32 x 32 by a
// factor.
func blurTaps(p packing, deviation, scale float64) []tap {
	line := gaussian(deviation, int(4*deviation+.5))
	if scale > 1 {
		line = spread(scale * scale * variance(line))
	}
	radius := len(line) / 2
	var taps []tap
	var weights []float64
	for i, a := range line {
		for j, b := range line {
			taps, weights = append(taps, tap{row: i - radius, column: j - radius}), append(weights, a*b)
		}
	}
	return ordered(newTaps(p, taps, weights))
}

// draw draws where pixels come from: up to a pixel of 32 above or to the left, or less than that below or to the right.
func (p *pane) draw(b *randomBits) {
	const bits = 16 // of a fraction
	most := int(math.Round(scale(p.shape) * (1 << bits)))
	span := uint64(2 * most)
	for i := range p.from {
		word := b.next()
		dx, dy := int(span*(word>>32)>>32)-most, int(span*(word&(1<<32-1))>>32)-most
		p.from[i] = int32(dy>>bits*p.shape.Width + dx>>bits)
	}
}

// run writes an image as it is seen.
func (p *pane) run(to, x []uint8) {
	p.before.run(p.blurred, x, p.precise)
	f := p.after
	f.groups(p.shape, to, p.blurred, func(to, x []uint8) {
		f.pack(f.sums, x)
		p.move(f.sums)
		f.apply(p.taps)
		f.unpack(to, f.sums)
	})
}

// move lets pixels take the place of others, from the lower right on. What the authors' code means as a swap of two
// pixels overwrites one of them.
func (p *pane) move(pixels []uint64) {
	h, w := p.shape.Height, p.shape.Width
	for from := p.from; len(from) > 0; {
		for y := h - p.reach; y > p.reach; y-- {
			for at := y*w + w - p.reach; at > y*w+p.reach; at-- {
				pixels[at] = pixels[at+int(from[0])]
				from = from[1:]
			}
		}
	}
}
