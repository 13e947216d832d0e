package kernel

import "slices"

// tap is one input pixel that an output pixel reads, at kernel position at.
type tap struct {
	y, x, at int
	weight   float64
}

// window says which input pixels make an output pixel.
type window struct {
	outH, outW int
	inW        int
	step       int // output columns that have the same pattern are step apart: 2 where the window's stride divides
	taps       func(y, x int) []tap
}

// run is a row of output pixels whose taps have the same offsets and positions. Offsets are in pixels.
type run struct {
	out, in   int // first pixels
	pixels    int
	outStride int // between neighbouring pixels of the run
	inStride  int
	offs      []int // of the taps, from the pixel in
	at        []int
	weights   []float64
}

// transposed returns the window of the gradient: the output pixels that an input pixel is seen by, at positions of the
// kernel turned by 180 degrees, so that pixels in memory order have positions in memory order.
func (w window) transposed(inH, positions, step int) window {
	seen := make([][]tap, inH*w.inW)
	for y := range w.outH {
		for x := range w.outW {
			for _, t := range w.taps(y, x) {
				by := &seen[t.y*w.inW+t.x]
				*by = append(*by, tap{y, x, positions - 1 - t.at, t.weight})
			}
		}
	}
	return window{inH, w.inW, w.outW, step, func(y, x int) []tap { return seen[y*w.inW+x] }}
}

// rows compiles a window into runs, one list for each output row.
func (w window) rows() [][]run {
	rows := make([][]run, w.outH)
	for y := range rows {
		for phase := range w.step {
			rows[y] = w.appendRuns(rows[y], y, phase)
		}
	}
	return rows
}

func (w window) appendRuns(runs []run, y, phase int) []run {
	first := true
	for x := phase; x < w.outW; x += w.step {
		r := w.pixel(y, x)
		if !first {
			last := &runs[len(runs)-1]
			if last.pixels == 1 {
				last.inStride = r.in - last.in
			}
			if slices.Equal(last.offs, r.offs) && slices.Equal(last.at, r.at) && slices.Equal(last.weights, r.weights) &&
				r.in == last.in+last.pixels*last.inStride {
				last.pixels++
				continue
			}
		}
		runs, first = append(runs, r), false
	}
	return runs
}

// pixel is the run of one pixel. Its offsets count from its first tap.
func (w window) pixel(y, x int) run {
	taps := w.taps(y, x)
	n := len(taps)
	r := run{
		out: y*w.outW + x, pixels: 1, outStride: w.step,
		offs: make([]int, n), at: make([]int, n), weights: make([]float64, n),
	}
	for i, t := range taps {
		at := t.y*w.inW + t.x
		if i == 0 {
			r.in = at
		}
		r.offs[i], r.at[i], r.weights[i] = at-r.in, t.at, t.weight
	}
	return r
}
