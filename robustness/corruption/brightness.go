package corruption

import (
	"math/rand/v2"

	"github.com/nassearch/nassearch/robustness"
)

// Brightness adds to the value of the colour in HSV, which is its largest channel: hue and saturation stay, so that all
// channels grow in proportion.
type Brightness struct{}

// lights are what is added to the value, by severity.
var lights = [Severities]float64{.05, .1, .15, .2, .3}

// Name implements [Corruption].
func (Brightness) Name() string { return "brightness" }

// At implements [Corruption].
func (Brightness) At(s robustness.Shape, severity int) Transform {
	var b brightening
	for v := range b.value {
		value := min(float64(v)/255+lights[severity-1], 1)
		b.value[v] = uint8(value * 255)
		if v > 0 {
			b.growth[v] = float32(value * 255 / float64(v))
		}
	}
	plane := s.Height * s.Width
	return func(to, x []uint8, _ *rand.Rand) {
		if s.Channels == 3 {
			b.color(to, x, plane)
			return
		}
		for i, v := range x {
			to[i] = b.value[v]
		}
	}
}

// brightening is what becomes of a colour, by its largest channel: of that channel, and the factor of the others.
type brightening struct {
	value  [256]uint8
	growth [256]float32
}

// color brightens an image of three channels. Black becomes grey.
func (b *brightening) color(to, x []uint8, plane int) {
	red, green, blue := x[:plane], x[plane:2*plane], x[2*plane:3*plane]
	toRed, toGreen, toBlue := to[:plane], to[plane:2*plane], to[2*plane:3*plane]
	for i, r := range red {
		g, bl := green[i], blue[i]
		most := max(r, g, bl)
		toRed[i], toGreen[i], toBlue[i] = b.of(r, most), b.of(g, most), b.of(bl, most)
	}
}

// of returns what becomes of a channel of a colour whose largest is most.
func (b *brightening) of(v, most uint8) uint8 {
	if v == most {
		return b.value[most]
	}
	return uint8(float32(v) * b.growth[most])
}
