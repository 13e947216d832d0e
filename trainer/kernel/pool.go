package kernel

// Pool is the geometry of a weighted sum over pixels that treats every channel alike, for blocks of images
// [row][column][channel][lane]: an average pool or the identity. It is immutable and may be shared.
type Pool struct {
	Channels, H, W int // of the input
	OutH, OutW     int

	forward, backward [][]poolRun // by row of the output, by row of the input
}

// poolRun is a run of memory, in float32 of a block.
type poolRun struct {
	out, in, n int
	offs       []int
	weights    []float32
}

// AveragePool3 returns the 3x3 average pool with stride 1 that does not count the padding.
func AveragePool3(channels, h, w int) *Pool {
	side := func(y, h int) (from, to int) { return max(y-1, 0), min(y+2, h) }
	count := func(y, x int) float32 {
		y0, y1 := side(y, h)
		x0, x1 := side(x, w)
		return float32((y1 - y0) * (x1 - x0))
	}
	near := func(y, x int, weight func(y, x int) float32) []tap {
		var t []tap
		y0, y1 := side(y, h)
		x0, x1 := side(x, w)
		for i := y0; i < y1; i++ {
			for j := x0; j < x1; j++ {
				t = append(t, tap{y: i, x: j, weight: weight(i, j)})
			}
		}
		return t
	}
	forward := func(y, x int) []tap { return near(y, x, func(int, int) float32 { return 1 / count(y, x) }) }
	backward := func(y, x int) []tap { return near(y, x, func(i, j int) float32 { return 1 / count(i, j) }) }
	return newPool(channels, h, w, h, w, forward, backward)
}

// AveragePool2 returns the 2x2 average pool with stride 2; the sides are even.
func AveragePool2(channels, h, w int) *Pool {
	forward := func(y, x int) []tap {
		return []tap{{2 * y, 2 * x, 0, .25}, {2 * y, 2*x + 1, 0, .25}, {2*y + 1, 2 * x, 0, .25}, {2*y + 1, 2*x + 1, 0, .25}}
	}
	backward := func(y, x int) []tap { return []tap{{y / 2, x / 2, 0, .25}} }
	return newPool(channels, h, w, h/2, w/2, forward, backward)
}

// GlobalAverage returns the mean over all pixels.
func GlobalAverage(channels, h, w int) *Pool {
	weight := 1 / float32(h*w)
	forward := func(int, int) []tap {
		var t []tap
		for y := range h {
			for x := range w {
				t = append(t, tap{y, x, 0, weight})
			}
		}
		return t
	}
	backward := func(int, int) []tap { return []tap{{0, 0, 0, weight}} }
	return newPool(channels, h, w, 1, 1, forward, backward)
}

// Identity returns the skip connection.
func Identity(channels, h, w int) *Pool {
	same := func(y, x int) []tap { return []tap{{y, x, 0, 1}} }
	return newPool(channels, h, w, h, w, same, same)
}

func newPool(channels, h, w, outH, outW int, forward, backward func(y, x int) []tap) *Pool {
	return &Pool{
		Channels: channels, H: h, W: w, OutH: outH, OutW: outW,
		forward:  poolRuns(window{outH, outW, w, 1, forward}.rows(), channels*Lanes),
		backward: poolRuns(window{h, w, outW, 1, backward}.rows(), channels*Lanes),
	}
}

// poolRuns turns runs of pixels, of size float32 each, into runs of memory.
func poolRuns(rows [][]run, size int) [][]poolRun {
	all := make([][]poolRun, len(rows))
	for y, row := range rows {
		for _, r := range row {
			offs := make([]int, len(r.offs))
			for i, off := range r.offs {
				offs[i] = off * size
			}
			p := poolRun{out: r.out * size, in: r.in * size, n: size, offs: offs, weights: r.weights}
			if r.pixels == 1 || r.inStride == 1 {
				p.n *= r.pixels
				all[y] = append(all[y], p)
				continue
			}
			for i := range r.pixels {
				q := p
				q.out += i * size
				q.in += i * r.inStride * size
				all[y] = append(all[y], q)
			}
		}
	}
	return all
}

// Pool writes rows from to to-1 of the pooled block x, added to y if add.
func (k *Kernel) Pool(p *Pool, y, x []float32, from, to int, add bool) {
	k.pool(p.forward[from:to], y, x, add)
}

// PoolBack writes rows from to to-1 of the gradient by a block's input, added to dx if add.
func (k *Kernel) PoolBack(p *Pool, dx, dy []float32, from, to int, add bool) {
	k.pool(p.backward[from:to], dx, dy, add)
}

func (k *Kernel) pool(rows [][]poolRun, out, in []float32, add bool) {
	for _, row := range rows {
		for i := range row {
			r := &row[i]
			k.gather(out, r.out, in, r.in, r.offs, r.weights, r.n, add)
		}
	}
}
