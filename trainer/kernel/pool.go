package kernel

// Pool is the geometry of a weighted sum over pixels that treats every channel alike, for blocks of images
// [row][column][channel][lane]: an average pool or the identity. It is immutable and may be shared.
type Pool[T Real] struct {
	Channels, H, W int // of the input
	OutH, OutW     int

	forward, backward [][]poolRun[T] // by row of the output, by row of the input
}

// poolRun is a run of memory, in numbers of a block.
type poolRun[T Real] struct {
	out, in, n int
	offs       []int
	weights    []T
}

// area is the half-open rectangle of input pixels that an output pixel is the mean of.
type area struct{ top, bottom, left, right int }

// AveragePool3 returns the 3x3 average pool with stride 1 that does not count the padding.
func AveragePool3[T Real](channels, h, w int) *Pool[T] {
	return newPool[T](channels, h, w, h, w, func(y, x int) area {
		return area{max(y-1, 0), min(y+2, h), max(x-1, 0), min(x+2, w)}
	})
}

// AveragePool2 returns the 2x2 average pool with stride 2; the sides are even.
func AveragePool2[T Real](channels, h, w int) *Pool[T] {
	return newPool[T](channels, h, w, h/2, w/2, func(y, x int) area { return area{2 * y, 2*y + 2, 2 * x, 2*x + 2} })
}

// GlobalAverage returns the mean over all pixels.
func GlobalAverage[T Real](channels, h, w int) *Pool[T] {
	return newPool[T](channels, h, w, 1, 1, func(int, int) area { return area{0, h, 0, w} })
}

// Identity returns the skip connection.
func Identity[T Real](channels, h, w int) *Pool[T] {
	return newPool[T](channels, h, w, h, w, func(y, x int) area { return area{y, y + 1, x, x + 1} })
}

func newPool[T Real](channels, h, w, outH, outW int, of func(y, x int) area) *Pool[T] {
	size := channels * LanesOf[T]()
	forward := window{outH, outW, w, 1, func(y, x int) []tap { return of(y, x).taps() }}
	return &Pool[T]{
		Channels: channels, H: h, W: w, OutH: outH, OutW: outW,
		forward:  poolRuns[T](forward.rows(), size),
		backward: poolRuns[T](forward.transposed(h, 1, 1).rows(), size),
	}
}

// taps lists the pixels, each with its share of the mean.
func (a area) taps() []tap {
	weight := 1 / float64((a.bottom-a.top)*(a.right-a.left))
	var t []tap
	for y := a.top; y < a.bottom; y++ {
		for x := a.left; x < a.right; x++ {
			t = append(t, tap{y, x, 0, weight})
		}
	}
	return t
}

// poolRuns turns runs of pixels, of size numbers each, into runs of memory.
func poolRuns[T Real](rows [][]run, size int) [][]poolRun[T] {
	all := make([][]poolRun[T], len(rows))
	for y, row := range rows {
		for _, r := range row {
			offs, weights := make([]int, len(r.offs)), make([]T, len(r.offs))
			for i, off := range r.offs {
				offs[i], weights[i] = off*size, T(r.weights[i])
			}
			p := poolRun[T]{out: r.out * size, in: r.in * size, n: size, offs: offs, weights: weights}
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
func (k *Arithmetic[T]) Pool(p *Pool[T], y, x []T, from, to int, add bool) {
	k.pool(p.forward[from:to], y, x, add)
}

// PoolBack writes rows from to to-1 of the gradient by a block's input, added to dx if add.
func (k *Arithmetic[T]) PoolBack(p *Pool[T], dx, dy []T, from, to int, add bool) {
	k.pool(p.backward[from:to], dx, dy, add)
}

func (k *Arithmetic[T]) pool(rows [][]poolRun[T], out, in []T, add bool) {
	for _, row := range rows {
		for i := range row {
			r := &row[i]
			k.gather(out, r.out, in, r.in, r.offs, r.weights, r.n, add)
		}
	}
}
