package corruption

import (
	"math"
	"math/rand/v2"

	"github.com/nassearch/nassearch/robustness"
)

// ZoomBlur is the mean of an image, once more itself, and of it magnified further and further.
type ZoomBlur struct{}

// zooms are the numbers of factors 1, 1.01, 1.02 ..., by severity.
var zooms = [Severities]int{7, 12, 16, 21, 26}

// Name implements [Corruption].
func (ZoomBlur) Name() string { return "zoom_blur" }

// At implements [Corruption]. All of it is linear: it is computed as one sparse matrix, which for large images is made
// again for every one of them, some rows at a time.
func (ZoomBlur) At(s robustness.Shape, severity int) Transform {
	return seen(s, func(s robustness.Shape) Transform {
		z := newZoom(s, zooms[severity-1])
		words, sums := make([]uint64, s.Height*s.Width), make([]uint64, s.Height*s.Width)
		step := min(s.Height, max(1, mostEntries/(s.Width*(1+4*zooms[severity-1]))))
		m := z.matrix(0, step)
		return func(to, x []uint8, _ *rand.Rand) {
			coarse.groups(s, to, x, func(to, x []uint8) {
				coarse.pack(words, x)
				for y := 0; y < s.Height; y += step {
					if step < s.Height {
						m = z.matrix(y, min(y+step, s.Height))
					}
					m.apply(sums[y*s.Width:], words)
				}
				coarse.unpack(to, sums)
			})
		}
	})
}

// mostEntries bounds a matrix: to 64 MB if no two of its terms fall together. That of 256 x 256 pixels has 22 MB.
const mostEntries = 1 << 23

// sparse is a matrix with few entries in a row, all of which add up to a unit of coarse.
type sparse struct {
	ends    []int // of the rows, in entries
	entries []entry
}

type entry struct{ column, weight uint32 }

// apply multiplies packed pixels by the matrix.
func (m *sparse) apply(to, x []uint64) {
	first := 0
	for i, end := range m.ends {
		sum := uint64(0)
		for _, e := range m.entries[first:end] {
			sum += uint64(e.weight) * x[e.column]
		}
		to[i] = sum
		first = end
	}
}

// zoom is where each of the magnified images has the lines of an image.
type zoom struct {
	shape         robustness.Shape
	rows, columns [][]mixture // by factor
}

// newZoom returns zoom blur with n factors. Of larger images than 32 x 32, pixels move as far as they do there, in
// proportion.
func newZoom(s robustness.Shape, n int) *zoom {
	second := 1.01
	step := second - 1 // as float64 has it, of which the size at 1.25 depends
	z := &zoom{shape: s}
	short := func(n int) int { return int(math.Round(float64(n) / scale(s))) }
	for k := range n {
		factor := 1 + float64(k)*step
		z.rows = append(z.rows, stretched(magnify(short(s.Height), factor), s.Height))
		z.columns = append(z.columns, stretched(magnify(short(s.Width), factor), s.Width))
	}
	return z
}

// matrix returns some rows of pixels of the matrix.
func (z *zoom) matrix(from, to int) *sparse {
	width := z.shape.Width
	m, weights := new(sparse), make([]float64, z.shape.Height*width)
	var touched []int
	add := func(row, column int, weight float64) {
		at := row*width + column
		if weights[at] == 0 && weight > 0 {
			touched = append(touched, at)
		}
		weights[at] += weight
	}
	for y := from; y < to; y++ {
		for x := range width {
			add(y, x, 1)
			for k := range z.rows {
				r, c := z.rows[k][y], z.columns[k][x]
				add(r.first, c.first, (1-r.share)*(1-c.share))
				add(r.first, c.second, (1-r.share)*c.share)
				add(r.second, c.first, r.share*(1-c.share))
				add(r.second, c.second, r.share*c.share)
			}
			m.row(touched, weights)
			touched = touched[:0]
		}
	}
	return m
}

// row adds a row with weights in the columns touched, which it clears.
func (m *sparse) row(touched []int, weights []float64) {
	these := make([]float64, len(touched))
	for i, at := range touched {
		these[i], weights[at] = weights[at], 0
	}
	for i, w := range coarse.quantize(these) {
		if w > 0 {
			m.entries = append(m.entries, entry{uint32(touched[i]), uint32(w)})
		}
	}
	m.ends = append(m.ends, len(m.entries))
}
