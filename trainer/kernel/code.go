package kernel

// code is the runs of pixels of a convolution as numbers for the kernels, row after row. A run is
//
//	out in pixels outStep inStep n  offset first rows  offset first rows ...
//
// the first output and input pixel, the number of pixels and their distances; and segments, of n numbers together:
// neighbouring channels of the input, from an offset on, and the rows of the weights that go with them. Places and
// distances are in channels of a pixel, which are [blockBytes] whatever the numbers are.
type code struct {
	runs []int
	rows []int // where each row begins, and where the last one ends
}

const runHeader = 6

func (c *code) of(from, to int) []int { return c.runs[c.rows[from]:c.rows[to]] }

// compile turns runs of pixels into code: taps that are neighbours in the input and in the kernel become one segment.
func compile(rows [][]run, in, out int) code {
	c := code{rows: []int{0}}
	for _, row := range rows {
		for _, r := range row {
			c.runs = append(c.runs, r.out*out, r.in*in, r.pixels, r.outStride*out, r.inStride*in)
			segs := segments(r, in)
			c.runs = append(append(c.runs, len(segs)), segs...)
		}
		c.rows = append(c.rows, len(c.runs))
	}
	return c
}

func segments(r run, in int) []int {
	var segs []int
	for i, off := range r.offs {
		if i > 0 && off == r.offs[i-1]+1 && r.at[i] == r.at[i-1]+1 {
			segs[len(segs)-1] += in
		} else {
			segs = append(segs, off*in, r.at[i]*in, in)
		}
	}
	return segs
}

// convRun is a run of pixels in plain fields.
type convRun struct {
	out, in, pixels, outStep, inStep int
	segs                             []int
}

// nextRun returns the first run of some code and what follows it; nil if there is no run.
func nextRun(c []int) (convRun, []int) {
	if len(c) == 0 {
		return convRun{}, nil
	}
	end := runHeader + c[5]
	return convRun{c[0], c[1], c[2], c[3], c[4], c[runHeader:end]}, c[end:]
}
