package kernel

// Winograd is a 3x3 convolution with stride 1 by minimal filtering (Lavin and Gray, CVPR 2016): F(4x4,3x3) makes a tile
// of 4x4 pixels of a patch of 6x6 with 36 multiplications for each pair of channels, in place of 144. With the patch d,
// the filter g and the gradient dy by a tile,
//
//	tile y = A' [(G g G') * (B' d B)] A
//	dg     = G' [(B' d B) * (A dy A')] G
//
// where ' transposes, * multiplies position by position and is summed over channels, or over tiles and images. The
// points are 0, 1, -1, 2, -2 and infinity. Sums are other ones than those of the definition, so that all bits are; a
// number that is none spreads over its tile. It is immutable and may be shared.
//
// What is transformed has shape [position][channel][lane], with one channel's room between positions: a power of two
// would put all of them into the same places of a cache.
type Winograd[T Real] struct {
	kernel *Arithmetic[T]
	geo    *Conv

	forward, backward filtering[T]
	gradient          gradient[T]
}

// TileRows is how many rows of a convolution by minimal filtering belong together.
const TileRows = tileSide

const (
	tileSide  = 4
	patchSide = tileSide + 2
	positions = patchSide * patchSide

	outsAtOnce  = 8              // output channels whose products are in a buffer, at most
	productStep = outsAtOnce + 1 // from position to position of that buffer, in channels

	absent = -1 // a pixel of a patch that is outside the image
)

// winograd is the arithmetic of [Winograd]. Places, distances and sizes are in channels of a pixel, [LanesOf] numbers
// each.
type winograd[T Real] struct {
	// input writes B' d B of a patch to v: its pixel i is at x[xAt+patch[i]], or, if absent, at zeros.
	input func(v []T, vStep int, x []T, xAt int, patch []int, zeros []T, channels int)

	// upstream writes A dy A' of a tile to z; its rows and pixels are so far apart.
	upstream func(z []T, zStep int, dy []T, dyAt, row, pixel, channels int)

	// product8 and product4 write to m, for each position, the sum over channels of v times the weights of 8 or 4 output
	// channels, which are neighbours in u; uStep is from position to position, in numbers.
	product8, product4 func(m, v []T, vStep int, u []T, uStep, channels int)

	// output writes A' m A to a tile of out with bias, gate, add and rect as Arithmetic.conv8 has them; bias may be empty.
	output func(out, rect []T, outAt, row, pixel int, gate, m, bias []T, outs int, add bool)

	// weights adds to du the sum over tiles and lanes of v times z, for blocks of 4x4 pairs of channels, 16 numbers each.
	// Channels are counted by fours. du's positions are duStep numbers apart, its rows of blocks duRow. The channels of
	// neighbouring tiles are vTile and zTile apart.
	weights func(du []T, duAt, duStep, duRow int, v []T, vStep, vTile int, z []T, zStep, zTile, tiles, ins, outs int)
}

// Winograd returns how the kernel computes a convolution by minimal filtering, or nil if it does not: it cannot, or
// the definition is quicker.
func (k *Arithmetic[T]) Winograd(c *Conv) *Winograd[T] {
	if k.winograd == nil || c.K != 3 || c.Stride != 1 || !pays(c) {
		return nil
	}
	return &Winograd[T]{
		kernel: k, geo: c,
		forward:  newFiltering(k, c, c.In, c.Out),
		backward: newFiltering(k, c, c.Out, c.In),
		gradient: newGradient[T](c),
	}
}

// pays says whether minimal filtering of a geometry is quicker than its definition. BenchmarkWinograd measures both.
func pays(c *Conv) bool {
	fewest := 8 // channels
	if c.H*c.W < 64 {
		fewest = 16 // for fewer pixels the transforms of weights take too much
	}
	return min(c.In, c.Out) >= fewest && c.H%tileSide == 0 && c.W%tileSide == 0
}

// Tiled says whether a kernel computes some convolutions by tiles, whose rows belong together.
func (k *Arithmetic[T]) Tiled() bool { return k.winograd != nil }

// Work is the length of the buffer that a call needs for itself.
func (w *Winograd[T]) Work() int {
	return max(w.forward.work(), w.backward.work(), w.gradient.work())
}

// Filters is the length of transformed weights, in either direction.
func (w *Winograd[T]) Filters() int { return positions * max(w.forward.size, w.backward.size) }

// Filter transforms weights for [Winograd.Convolve].
func (w *Winograd[T]) Filter(dst, weights, work []T) { w.forward.filter(w.kernel, dst, weights, work) }

// FilterBack transforms weights that come from [Arithmetic.Transpose] for [Winograd.ConvolveBack].
func (w *Winograd[T]) FilterBack(dst, turned, work []T) {
	w.backward.filter(w.kernel, dst, turned, work)
}

// Convolve is [Arithmetic.Convolve] with weights from [Winograd.Filter]. Rows go by fours.
func (w *Winograd[T]) Convolve(y, rect, x, filter, bias []T, from, to int, add bool, work []T) {
	w.forward.convolve(w.kernel.winograd, y, rect, nil, x, 0, filter, bias, from, to, add, work)
}

// ConvolveBack is [Arithmetic.ConvolveBack] with weights from [Winograd.FilterBack]. Rows go by fours.
func (w *Winograd[T]) ConvolveBack(dx, gate, dy []T, first int, filter []T, from, to int, add bool, work []T) {
	w.backward.convolve(w.kernel.winograd, dx, nil, gate, dy, first, filter, nil, from, to, add, work)
}

// ConvolveWeights is [Arithmetic.ConvolveWeights], its sum transformed. Rows go by fours.
func (w *Winograd[T]) ConvolveWeights(du, dy []T, first int, x []T, from, to int, work []T) {
	w.gradient.add(w.kernel.winograd, &w.forward, du, dy, first, x, from, to, work)
}

// Gradients is the length of what [Winograd.ConvolveWeights] adds to.
func (w *Winograd[T]) Gradients() int { return positions * w.gradient.size }

// SumGradients is [Arithmetic.SumGradients] of several [Winograd.ConvolveWeights]; parts are overwritten.
func (w *Winograd[T]) SumGradients(dw, parts, work []T) {
	w.gradient.sum(w.kernel, dw, parts, work)
}
