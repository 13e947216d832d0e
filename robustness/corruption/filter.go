package corruption

import (
	"cmp"
	"slices"

	"github.com/nassearch/nassearch/robustness"
)

// tap is a term of a filter: it reads the pixel that many rows below and columns to the right.
type tap struct {
	row, column int
	weight      uint64 // of unit
}

// border says which pixel is read at i of n, where there may be none.
type border func(i, n int) int

// clamped repeats the edge: a a | a b c | c c.
func clamped(i, n int) int { return min(max(i, 0), n-1) }

// mirrored reflects at the middle of the edge's pixels, which are not repeated: c b | a b c | b a.
func mirrored(i, n int) int {
	if n == 1 {
		return 0
	}
	i = ((i % (2*n - 2)) + 2*n - 2) % (2*n - 2)
	return min(i, 2*n-2-i)
}

// reflected reflects at the edge, so that the edge's pixels are repeated: b a | a b c | c b.
func reflected(i, n int) int {
	i = (i%(2*n) + 2*n) % (2 * n)
	return min(i, 2*n-1-i)
}

// filter computes weighted sums of neighbours, truncated, in one shape of images.
type filter struct {
	packing
	shape  robustness.Shape
	beyond border
	sums   []uint64 // before and after, (height, width)
	padded []uint64 // before, with what is beyond the edges
	wide   []uint64 // after, in rows as long as those of padded
}

func newFilter(p packing, s robustness.Shape, beyond border) *filter {
	return &filter{packing: p, shape: s, beyond: beyond, sums: make([]uint64, s.Height*s.Width)}
}

// run writes the sums of taps to to.
func (f *filter) run(to, x []uint8, taps []tap) {
	f.groups(f.shape, to, x, func(to, x []uint8) {
		f.pack(f.sums, x)
		f.apply(taps)
		f.unpack(to, f.sums)
	})
}

// apply replaces the packed pixels in sums by weighted sums of them.
func (f *filter) apply(taps []tap) {
	var top, bottom, left, right int
	for _, t := range taps {
		top, bottom = max(top, -t.row), max(bottom, t.row)
		left, right = max(left, -t.column), max(right, t.column)
	}
	h, w := f.shape.Height, f.shape.Width
	stride := left + w + right
	f.pad(top, bottom, left, right)
	// One long line runs through all rows, and what is between them is of no use; where that is much, a row is a line.
	lines, n := 1, (h-1)*stride+w
	f.wide = slices.Grow(f.wide[:0], n)[:n]
	if 4*(left+right) > w {
		lines, n = h, w
	}
	clear(f.wide)
	for y := range lines {
		add(f.wide[y*stride:][:n], taps, func(t tap) []uint64 {
			return f.padded[(top+t.row+y)*stride+left+t.column:][:n]
		})
	}
	for y := range h {
		copy(f.sums[y*w:][:w], f.wide[y*stride:])
	}
}

// pad lays the packed pixels out with so many more on each side.
func (f *filter) pad(top, bottom, left, right int) {
	h, w := f.shape.Height, f.shape.Width
	stride := left + w + right
	f.padded = slices.Grow(f.padded[:0], (top+h+bottom)*stride)[:(top+h+bottom)*stride]
	for y := range h {
		row, from := f.padded[(top+y)*stride:][:stride], f.sums[y*w:(y+1)*w]
		copy(row[left:], from)
		for i := range left {
			row[i] = from[f.beyond(i-left, w)]
		}
		for i := range right {
			row[left+w+i] = from[f.beyond(w+i, w)]
		}
	}
	for i := range top {
		copy(f.padded[i*stride:][:stride], f.padded[(top+f.beyond(i-top, h))*stride:])
	}
	for i := range bottom {
		copy(f.padded[(top+h+i)*stride:][:stride], f.padded[(top+f.beyond(h+i, h))*stride:])
	}
}

// add adds the words that taps read, four taps at a time. Neighbours in the list with equal weights share products.
func add(sums []uint64, taps []tap, words func(tap) []uint64) {
	for ; len(taps) >= 4; taps = taps[4:] {
		n := len(sums)
		a, b, c, d := words(taps[0])[:n], words(taps[1])[:n], words(taps[2])[:n], words(taps[3])[:n]
		wa, wb, wc, wd := taps[0].weight, taps[1].weight, taps[2].weight, taps[3].weight
		switch {
		case wa == wb && wb == wc && wc == wd:
			for i := range sums {
				sums[i] += wa * (a[i] + b[i] + c[i] + d[i])
			}
		case wa == wb && wc == wd:
			for i := range sums {
				sums[i] += wa*(a[i]+b[i]) + wc*(c[i]+d[i])
			}
		default:
			for i := range sums {
				sums[i] += wa*a[i] + wb*b[i] + wc*c[i] + wd*d[i]
			}
		}
	}
	for _, t := range taps {
		for i, v := range words(t)[:len(sums)] {
			sums[i] += t.weight * v
		}
	}
}

// newTaps returns the taps of a filter with such weights, but for those that round to nothing.
func newTaps(p packing, at []tap, weights []float64) []tap {
	for i, w := range p.quantize(weights) {
		at[i].weight = w
	}
	return slices.DeleteFunc(at, func(t tap) bool { return t.weight == 0 })
}

// ordered returns taps by weight, so that equal ones are neighbours.
func ordered(taps []tap) []tap {
	slices.SortStableFunc(taps, func(a, b tap) int { return cmp.Compare(a.weight, b.weight) })
	return taps
}
