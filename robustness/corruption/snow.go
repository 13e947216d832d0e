package corruption

import (
	"math/rand/v2"

	"github.com/nassearch/nassearch/robustness"
)

// Snow lays flakes over an image: normal noise, magnified, of which the brightest stays and falls at a random angle,
// once more upside down; the image turns pale.
type Snow struct{}

// snows are, by severity: mean and standard deviation of the noise, how it is magnified, what is bright enough, how far
// it falls in pixels at 32, and the image's own share of its colours.
var snows = [Severities]snowfall{
	{.1, .2, 1, .6, motion{8, 3}, .95},
	{.1, .2, 1, .5, motion{10, 4}, .9},
	{.15, .3, 1.75, .55, motion{10, 4}, .9},
	{.25, .3, 2.25, .6, motion{12, 6}, .85},
	{.3, .3, 1.25, .65, motion{14, 12}, .8},
}

type snowfall struct {
	mean, deviation, zoom, threshold float32
	fall                             motion
	keep                             float32
}

// Name implements [Corruption].
func (Snow) Name() string { return "snow" }

// At implements [Corruption].
func (Snow) At(s robustness.Shape, severity int) Transform {
	return seen(s, func(s robustness.Shape) Transform {
		l := newFlakes(s, severity)
		return func(to, x []uint8, r *rand.Rand) {
			l.draw(newBits(r))
			l.settle(-135 + 90*r.Float64())
			l.cover(to, x)
		}
	})
}

// flakes are the snow of an image.
type flakes struct {
	snowfall
	shape         robustness.Shape
	rows, columns []mixture      // where the magnified noise is taken from
	normal        *distributions // in bars
	noise         []float32      // (height, width)
	line          []float32      // of the noise, magnified down but not across
	filter        *filter
	taps          []tap
	layer         []uint8 // (height, width)
	pale          []int   // of a color, see cover
}

func newFlakes(s robustness.Shape, severity int) *flakes {
	fall, pixels := snows[severity-1], s.Height*s.Width
	flat := robustness.Shape{Channels: 1, Height: s.Height, Width: s.Width}
	return &flakes{
		snowfall: fall, shape: s,
		rows: magnify(s.Height, float64(fall.zoom)), columns: magnify(s.Width, float64(fall.zoom)),
		noise: make([]float32, pixels), layer: make([]uint8, pixels), pale: make([]int, pixels),
		normal: gaussianLevels(bars), line: make([]float32, s.Width),
		filter: newFilter(fine, flat, clamped), taps: fall.fall.taps(fine, scale(s)),
	}
}

// bars is how many parts of its standard deviation normal noise is drawn in: within each it is uniform.
const bars = 32

// draw draws the noise, as far as it is used.
func (f *flakes) draw(b *randomBits) {
	w, of := f.shape.Width, f.deviation/bars
	for y := f.rows[0].first; y <= f.rows[len(f.rows)-1].second; y++ {
		line := f.noise[y*w:][f.columns[0].first : f.columns[w-1].second+1]
		for i := range line {
			word := b.next()
			within := float32(uint32(word)>>8) / (1 << 24)
			line[i] = f.mean + of*(float32(f.normal.draw(0, uint32(word>>32)))+within)
		}
	}
}

// settle computes the layer of snow from the noise.
func (f *flakes) settle(angle float64) {
	w := f.shape.Width
	for y, r := range f.rows {
		upper, lower, share := f.noise[r.first*w:][:w], f.noise[r.second*w:][:w], float32(r.share)
		for x, v := range upper {
			f.line[x] = v + (lower[x]-v)*share
		}
		to := f.layer[y*w:][:w]
		for x, c := range f.columns {
			left := f.line[c.first]
			v := left + (f.line[c.second]-left)*float32(c.share)
			to[x] = 0
			if v >= f.threshold {
				to[x] = uint8(min(int(v*255), 255))
			}
		}
	}
	turn(f.taps, angle)
	f.filter.run(f.layer, f.layer, f.taps)
}

// one is 1 in the fixed-point numbers of cover.
const (
	oneBits = 16
	one     = 1 << oneBits
)

// cover writes an image under the snow. Its colors move towards a pale grey, where that is brighter.
func (f *flakes) cover(to, x []uint8) {
	f.blanch(x)
	n := len(f.layer)
	keep := int(f.keep*one + .5)
	for ; len(x) > 0; x, to = x[n:], to[n:] {
		x, to, layer, pale := x[:n], to[:n], f.layer[:n], f.pale[:n]
		for i, v := range x {
			own := int(v) * one
			snow := (int(layer[i]) + int(layer[n-1-i])) * one
			to[i] = uint8(min((keep*own+(one-keep)*max(own, pale[i]))>>oneBits+snow, 255*one) >> oneBits)
		}
	}
}

// blanch computes the pale grey of every pixel, from its luma.
func (f *flakes) blanch(x []uint8) {
	n := len(f.pale)
	if f.shape.Channels == 3 {
		red, green, blue := x[:n], x[n:][:n], x[2*n:][:n]
		for i, r := range red {
			f.pale[i] = (29393*int(r) + 57704*int(green[i]) + 11207*int(blue[i])) + 255*one/2
		}
		return
	}
	for i, v := range x[:n] {
		f.pale[i] = int(v)*one*3/2 + 255*one/2
	}
}
