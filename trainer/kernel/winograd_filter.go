package kernel

// filterPoints is G, by which a filter is transformed.
var filterPoints = [patchSide][3]float64{
	{1, 0, 0},
	{-2. / 3, -2. / 3 * near, -1. / 3},
	{-2. / 3, 2. / 3 * near, -1. / 3},
	{1. / 6, 1. / 6 * far, 1. / 3},
	{1. / 6, -1. / 6 * far, 1. / 3},
	{0, 0, 1},
}

// combination is a weighted sum of parts of a buffer, see Arithmetic.gather.
type combination[T Real] struct {
	offs    []int
	weights []T
}

// combine returns the sums of parts, step apart, by the coefficients that are not 0.
func combine[T Real](coefficients []float64, step int) (c combination[T]) {
	for i, v := range coefficients {
		if v != 0 {
			c.offs, c.weights = append(c.offs, i*step), append(c.weights, T(v))
		}
	}
	return c
}

// both transforms rows and columns: of every outer part of src the inner ones, size numbers each, are combined; of the
// results, in half, those of all outer parts. rows and columns are the combinations with their steps.
func both[T Real](k *Arithmetic[T], dst, half, src []T, size int, outer, inner []combination[T], parts int) {
	width := len(inner)
	for i := range parts {
		for j := range inner {
			k.gather(half, (i*width+j)*size, src, i*parts*size, inner[j].offs, inner[j].weights, size, false)
		}
	}
	for i := range outer {
		for j := range width {
			k.gather(dst, (i*width+j)*size, half, j*size, outer[i].offs, outer[i].weights, size, false)
		}
	}
}

// filtering is one direction of a convolution: its input has so many channels, its output so many.
type filtering[T Real] struct {
	h, w    int
	in, out int
	at      int // output channels at once
	size    int // numbers of a position of the transformed weights
	patches [16][positions]int
	zeros   []T
	outer   []combination[T]
	inner   []combination[T]
}

func roundUp(n, to int) int { return (n + to - 1) / to * to }

func newFiltering[T Real](k *Arithmetic[T], c *Conv, in, out int) filtering[T] {
	f := filtering[T]{h: c.H, w: c.W, in: in, out: out, at: 4, zeros: Alloc[T](in * LanesOf[T]())}
	if k.winograd.product8 != nil && in > 16 {
		f.at = 8 // with fewer channels the products of eight are too much for the first cache
	}
	f.size = roundUp(in*roundUp(out, f.at), LanesOf[T]())
	for i := range f.patches {
		f.patches[i] = patch(i, c.W*in, in)
	}
	for _, row := range filterPoints {
		f.outer, f.inner = append(f.outer, combine[T](row[:], patchSide*f.size)), append(f.inner, combine[T](row[:], f.size))
	}
	return f
}

// The sides of the image that a tile touches.
const (
	atTop = 1 << iota
	atBottom
	atLeft
	atRight
)

// patch lists where the pixels of a patch are, from the first one on, for a tile that touches some sides.
func patch(sides, row, pixel int) (p [positions]int) {
	last := patchSide - 1
	for i := range patchSide {
		for j := range patchSide {
			p[i*patchSide+j] = i*row + j*pixel
			if i == 0 && sides&atTop != 0 || i == last && sides&atBottom != 0 ||
				j == 0 && sides&atLeft != 0 || j == last && sides&atRight != 0 {
				p[i*patchSide+j] = absent
			}
		}
	}
	return p
}

// patchOf returns the patch of the tile whose first pixel is (y, x), and where it begins in an input that begins with
// row first.
func (f *filtering[T]) patchOf(y, x, first int) (patch []int, at int) {
	sides := 0
	if y == 0 {
		sides |= atTop
	}
	if y+tileSide == f.h {
		sides |= atBottom
	}
	if x == 0 {
		sides |= atLeft
	}
	if x+tileSide == f.w {
		sides |= atRight
	}
	return f.patches[sides][:], ((y-1-first)*f.w + x - 1) * f.in
}

// step is the distance of positions of the transformed input.
func (f *filtering[T]) step() int { return f.in + 1 }

func (f *filtering[T]) work() int {
	const taps = 9
	return max(positions*(f.step()+productStep)*LanesOf[T](), (taps+3*patchSide)*f.size)
}

// filter transforms weights [3][3][in][out]: those of as many output channels as are computed at once become
// neighbours, [position][out by so many][in][so many].
func (f *filtering[T]) filter(k *Arithmetic[T], dst, weights, work []T) {
	const taps = 9
	packed, half := work[:taps*f.size], work[taps*f.size:]
	for tap := range taps {
		to, from := packed[tap*f.size:(tap+1)*f.size], weights[tap*f.in*f.out:]
		for o := 0; o < f.out; o += f.at {
			n := min(f.at, f.out-o)
			for i := range f.in {
				group := to[o*f.in+i*f.at:][:f.at]
				copy(group, from[i*f.out+o:][:n])
				clear(group[n:])
			}
		}
	}
	both(k, dst, half, packed, f.size, f.outer, f.inner, 3)
}

// convolve writes rows of the output of a block. The input begins with row first.
func (f *filtering[T]) convolve(
	k *winograd[T], out, rect, gate, in []T, first int, filter, bias []T, from, to int, add bool, work []T,
) {
	lanes := LanesOf[T]()
	v, m := work[:positions*f.step()*lanes], work[positions*f.step()*lanes:]
	product := k.product4
	if f.at == 8 {
		product = k.product8
	}
	for y := from; y < to; y += tileSide {
		for x := 0; x < f.w; x += tileSide {
			patch, at := f.patchOf(y, x, first)
			k.input(v, f.step(), in, at, patch, f.zeros, f.in)
			for o := 0; o < f.out; o += f.at {
				product(m, v, f.step(), filter[o*f.in:], f.size, f.in)
				b := bias
				if b != nil {
					b = bias[o:]
				}
				k.output(out, rect, (y*f.w+x)*f.out+o, f.w*f.out, f.out, gate, m, b, min(f.at, f.out-o), add)
			}
		}
	}
}
