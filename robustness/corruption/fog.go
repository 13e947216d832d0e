package corruption

import (
	"math/bits"
	"math/rand/v2"
	"slices"

	"github.com/nassearch/nassearch/robustness"
)

// Fog adds a plasma fractal, and darkens so that the brightest value would stay.
type Fog struct{}

// fogs are the fractal's weight, and what its roughness is divided by from a scale to the next finer, by severity.
var fogs = [Severities]struct{ weight, decay float32 }{{.2, 3}, {.5, 3}, {.75, 2.5}, {1, 2}, {1.5, 1.75}}

// Name implements [Corruption].
func (Fog) Name() string { return "fog" }

// At implements [Corruption].
func (Fog) At(s robustness.Shape, severity int) Transform {
	f := fogs[severity-1]
	p := newPlasma(max(s.Height, s.Width), f.decay)
	return func(to, x []uint8, r *rand.Rand) {
		p.draw(newBits(r))
		p.grow()
		obscure(to, x, s, p, f.weight)
	}
}

// obscure puts fog over an image.
func obscure(to, x []uint8, s robustness.Shape, p *plasma, weight float32) {
	least, most := p.field[0], p.field[0]
	for _, v := range p.field {
		if v < least {
			least = v
		} else if v > most {
			most = v
		}
	}
	if most == least {
		most++ // a fractal of one point is 0
	}
	white := float32(slices.Max(x))
	keep := white / (white + 255*weight)
	scale := 255 * weight / (most - least)
	for y := range s.Height {
		line := p.field[y*p.side:][:s.Width]
		for first := y * s.Width; first < len(x); first += s.Height * s.Width {
			row, from := to[first:][:s.Width], x[first:][:s.Width]
			for i, v := range from {
				row[i] = uint8((float32(v) + (line[i]-least)*scale) * keep)
			}
		}
	}
}

// plasma is a square fractal whose edges meet, by midpoint displacement (diamond-square): coarse points are drawn
// first, those between them are the mean of four neighbours and noise that decays.
type plasma struct {
	side  int // a power of two
	decay float32
	draws []float32 // uniform in [-1,1] times the roughness of its scale, in the order in which they are used
	field []float32 // (side, side)
}

// newPlasma returns a fractal of at least so many points a side.
func newPlasma(side int, decay float32) *plasma {
	side = 1 << bits.Len(uint(side-1))
	return &plasma{side, decay, make([]float32, side*side-1), make([]float32, side*side)}
}

// roughness is that of the coarsest scale. What it multiplies is drawn in its range: it counts twice, as in the code of
// CIFAR-10-C.
const roughness = 100

// draw draws the noise of all points.
func (p *plasma) draw(b *randomBits) {
	wibble := float32(roughness)
	for step, rest := p.side, p.draws; step >= 2; step /= 2 {
		n := 3 * (p.side / step) * (p.side / step)
		for i := range rest[:n] {
			rest[i] = wibble * b.symmetric()
		}
		rest = rest[n:]
		wibble /= p.decay
	}
}

// grow computes the field from its draws.
func (p *plasma) grow() {
	p.field[0] = 0
	wibble := float32(roughness)
	for step, draws := p.side, p.draws; step >= 2; step /= 2 {
		n := (p.side / step) * (p.side / step)
		p.squares(step, wibble, draws[:n])
		p.diamonds(step, wibble, draws[n:2*n], draws[2*n:3*n])
		draws = draws[3*n:]
		wibble /= p.decay
	}
}

// squares sets the middle of every square from its corners.
func (p *plasma) squares(step int, wibble float32, draws []float32) {
	half, mask := step/2, p.side-1
	for y := 0; y < p.side; y += step {
		upper, lower := p.field[y*p.side:][:p.side], p.field[(y+step)&mask*p.side:][:p.side]
		middle := p.field[(y+half)*p.side:][:p.side]
		for x := 0; x < p.side; x += step {
			right := (x + step) & mask
			middle[x+half] = (upper[x]+upper[right]+lower[x]+lower[right])/4 + wibble*draws[0]
			draws = draws[1:]
		}
	}
}

// diamonds sets the middles of the upper sides of squares, and then of the left ones, from corners and middles.
func (p *plasma) diamonds(step int, wibble float32, upper, left []float32) {
	half, mask := step/2, p.side-1
	for y := 0; y < p.side; y += step {
		line, next := p.field[y*p.side:][:p.side], p.field[(y+step)&mask*p.side:][:p.side]
		above, below := p.field[(y-half)&mask*p.side:][:p.side], p.field[(y+half)*p.side:][:p.side]
		for x := 0; x < p.side; x += step {
			line[x+half] = (below[x+half]+above[x+half]+line[x]+line[(x+step)&mask])/4 + wibble*upper[0]
			below[x] = (below[x+half]+below[(x-half)&mask]+line[x]+next[x])/4 + wibble*left[0]
			upper, left = upper[1:], left[1:]
		}
	}
}
