package corruption

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestGlassBlurIsThePlainFormula compares with plain arithmetic of float64, also in images of few levels, where many
// sums are whole numbers: no value is off by more than the last rounding.
func TestGlassBlurIsThePlainFormula(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for severity := 1; severity <= Severities; severity++ {
		p := newPane(colour, severity)
		for _, levels := range []int{2, 5, 30, 256} {
			x, got := make([]uint8, colour.Size()), make([]uint8, colour.Size())
			first := r.IntN(257 - levels)
			for i := range x {
				x[i] = uint8(first + r.IntN(levels))
			}
			p.draw(newBits(r))
			p.run(got, x)
			want := plainGlass(p, x, glasses[severity-1].deviation)
			compare(t, "glass", got, want, 1, .1)
		}
	}
}

func plainGlass(p *pane, x []uint8, deviation float64) []uint8 {
	var out []uint8
	const side = 32
	for ; len(x) > 0; x = x[side*side:] {
		plane := plainBlur(x[:side*side], side, deviation)
		from := p.from
		for len(from) > 0 {
			for y := side - 1; y > 1; y-- {
				for x := side - 1; x > 1; x-- {
					plane[y*side+x] = plane[y*side+x+int(from[0])]
					from = from[1:]
				}
			}
		}
		out = append(out, plainBlur(plane, side, deviation)...)
	}
	return out
}

// plainBlur is SciPy's Gaussian filter, truncated.
func plainBlur(x []uint8, side int, deviation float64) []uint8 {
	radius := int(4*deviation + .5)
	weights := gaussian(deviation, radius)
	values := make([]float64, len(x))
	for i, v := range x {
		values[i] = float64(v) / 255
	}
	for _, step := range []int{side, 1} {
		sums := make([]float64, len(x))
		for i := range sums {
			at := i / step % side
			for k, w := range weights {
				sums[i] += w * values[i+(clamped(at+k-radius, side)-at)*step]
			}
		}
		values = sums
	}
	to := make([]uint8, len(x))
	for i, v := range values {
		to[i] = uint8(math.Min(math.Max(v, 0), 1) * 255)
	}
	return to
}
