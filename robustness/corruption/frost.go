package corruption

import (
	"math/rand/v2"

	"github.com/nassearch/nassearch/robustness"
)

// Frost shows an image behind a frosted window: a piece of a texture is laid over it. The textures of CIFAR-10-C's
// authors come without a licence: ours are grown from noise.
type Frost struct {
	Textures *Textures // nil for ours
}

// frosts are the weights of image and texture, by severity.
var frosts = [Severities]struct{ image, frost float64 }{{1, .2}, {1, .3}, {.9, .4}, {.85, .4}, {.75, .45}}

// Name implements [Corruption].
func (Frost) Name() string { return "frost" }

// Origin says where the textures are from, on which all values depend: ours are "procedural".
func (f Frost) Origin() string { return f.textures().Origin() }

func (f Frost) textures() *Textures {
	if f.Textures == nil {
		return crystals()
	}
	return f.Textures
}

// At implements [Corruption].
func (f Frost) At(s robustness.Shape, severity int) Transform {
	draw, g, piece := f.textures().at(s), newGlaze(severity), make([]uint8, s.Size())
	return func(to, x []uint8, r *rand.Rand) {
		draw(piece, r)
		g.run(to, x, piece)
	}
}

// glaze is what image and texture add to a mix, by byte.
type glaze struct{ image, frost [256]float64 }

func newGlaze(severity int) *glaze {
	g, f := new(glaze), frosts[severity-1]
	for v := range 256 {
		g.image[v], g.frost[v] = f.image*float64(v), f.frost*float64(v)
	}
	return g
}

// run writes an image under a piece of texture.
func (g *glaze) run(to, x, piece []uint8) {
	to, piece = to[:len(x)], piece[:len(x)]
	for i, v := range x {
		to[i] = uint8(min(int(g.image[v]+g.frost[piece[i]]), 255))
	}
}
