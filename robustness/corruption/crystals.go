package corruption

import (
	"math"
	"math/rand/v2"
	"sync"
)

// shades are the colors of our textures, with mean and standard deviation of each channel. They span those of the
// authors' textures.
var shades = [5][3]struct{ mean, deviation float32 }{
	{{95, 35}, {107, 35}, {119, 35}},
	{{132, 23}, {145, 22}, {157, 22}},
	{{78, 22}, {151, 11}, {167, 11}},
	{{193, 20}, {197, 20}, {207, 20}},
	{{212, 15}, {219, 14}, {229, 13}},
}

// crystals returns textures that are grown from noise, always the same: ridges of plasma fractals.
var crystals = sync.OnceValue(func() *Textures {
	const side, decay = 128, 1.03
	t := &Textures{reduction: 1, origin: "procedural"}
	for i, shade := range shades {
		p := newPlasma(side, decay)
		p.draw(newBits(rand.New(rand.NewPCG(uint64(i), 0xf7057))))
		p.grow()
		ridges(p.field)
		var pixels []uint8
		for _, s := range shade {
			for _, v := range p.field {
				pixels = append(pixels, uint8(min(max(s.mean+s.deviation*v, 0), 255)))
			}
		}
		t.pictures = append(t.pictures, texture{side, side, pixels})
	}
	return t
})

// ridges folds a fractal at its middle height, and gives what comes out mean 0 and deviation 1.
func ridges(field []float32) {
	n := float32(len(field))
	middle := total(field) / n
	for i, v := range field {
		field[i] = -float32(math.Sqrt(math.Abs(float64(v - middle))))
	}
	middle = total(field) / n
	squares := float32(0)
	for i, v := range field {
		field[i] = v - middle
		squares += field[i] * field[i]
	}
	deviation := float32(math.Sqrt(float64(squares / n)))
	for i := range field {
		field[i] /= deviation
	}
}

func total(values []float32) (sum float32) {
	for _, v := range values {
		sum += v
	}
	return sum
}
