package kernel

// gradient is the gradient by the weights. It is summed transformed, [position][in by 4][out by 4][4][4], and those of
// several sums that are added are transformed back.
type gradient[T Real] struct {
	w            int
	in, out      int
	ins, outs    int // channels, by fours
	someIn       int // of which so many at once, by fours, that what is transformed stays in the second cache
	someOut      int
	size         int // numbers of a position
	outer, inner []combination[T]
	itself       combination[T]
}

// tilesAtOnce is how many tiles are summed before others are transformed. More of them need more memory than the sum
// over lanes costs.
const tilesAtOnce = 2

func newGradient[T Real](c *Conv) gradient[T] {
	g := gradient[T]{w: c.W, in: c.In, out: c.Out, ins: (c.In + 3) / 4, outs: (c.Out + 3) / 4}
	g.someIn, g.someOut = g.ins, min(g.outs, 16)
	if g.ins > 8 {
		g.someIn = 4
	}
	g.size, g.itself = roundUp(g.ins*g.outs*16, LanesOf[T]()), combine[T]([]float64{1}, 0)
	for j := range 3 {
		var column [patchSide]float64
		for i, row := range filterPoints {
			column[i] = row[j]
		}
		g.outer, g.inner = append(g.outer, combine[T](column[:], 3*g.size)), append(g.inner, combine[T](column[:], g.size))
	}
	return g
}

// inStep and outStep are the distances of positions of the transformed input and gradient by the output.
func (g *gradient[T]) inStep() int  { return tilesAtOnce*g.someIn*4 + 1 }
func (g *gradient[T]) outStep() int { return tilesAtOnce*g.someOut*4 + 1 }

func (g *gradient[T]) work() int {
	const taps = 9
	return max(positions*(g.inStep()+g.outStep())*LanesOf[T](), (3*patchSide+taps)*g.size)
}

// add adds what rows of a block's dy, which begins with row first, contribute to du.
func (g *gradient[T]) add(
	k *winograd[T], f *filtering[T], du, dy []T, first int, x []T, from, to int, work []T,
) {
	for y := from; y < to; y += tileSide {
		for at := 0; at < g.w; at += tilesAtOnce * tileSide {
			g.addTiles(k, f, du, dy, first, x, y, at, min(tilesAtOnce, (g.w-at)/tileSide), work)
		}
	}
}

// addTiles adds what some tiles contribute, the first of which begins at pixel (y, at).
func (g *gradient[T]) addTiles(
	k *winograd[T], f *filtering[T], du, dy []T, first int, x []T, y, at, tiles int, work []T,
) {
	lanes := LanesOf[T]()
	v, z := work[:positions*g.inStep()*lanes], work[positions*g.inStep()*lanes:]
	for i := 0; i < g.ins; i += g.someIn {
		ins := min(g.someIn, g.ins-i)
		for t := range tiles {
			patch, from := f.patchOf(y, at+t*tileSide, 0)
			k.input(v[t*g.someIn*4*lanes:], g.inStep(), x, from+i*4, patch, f.zeros, min(ins*4, g.in-i*4))
		}
		for o := 0; o < g.outs; o += g.someOut {
			outs := min(g.someOut, g.outs-o)
			for t := range tiles {
				if i > 0 && g.someOut == g.outs {
					break // they are there already
				}
				from := ((y-first)*g.w+at+t*tileSide)*g.out + o*4
				k.upstream(z[t*g.someOut*4*lanes:], g.outStep(), dy, from, g.w*g.out, g.out, min(outs*4, g.out-o*4))
			}
			k.weights(du, (i*g.outs+o)*16, g.size, g.outs*16, v, g.inStep(), g.someIn*4, z, g.outStep(), g.someOut*4,
				tiles, ins, outs)
		}
	}
}

// sum adds up parts, in their order, into the first one, and writes the gradient, [3][3][in][out].
func (g *gradient[T]) sum(k *Arithmetic[T], dw, parts, work []T) {
	const taps = 9
	total := parts[:positions*g.size]
	for at := len(total); at < len(parts); at += len(total) {
		k.gather(total, 0, parts, at, g.itself.offs, g.itself.weights, len(total), true)
	}
	sums, half := work[:taps*g.size], work[taps*g.size:]
	both(k, sums, half, total, g.size, g.outer, g.inner, patchSide)
	for tap := range taps {
		from, to := sums[tap*g.size:], dw[tap*g.in*g.out:]
		for i := range g.in {
			for o := 0; o < g.out; o += 4 {
				block := (i/4*g.outs + o/4) * 16
				copy(to[i*g.out+o:][:min(4, g.out-o)], from[block+i%4*4:])
			}
		}
	}
}
