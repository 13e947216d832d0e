package corruption

import (
	"math/rand/v2"

	"github.com/nassearch/nassearch/robustness"
)

// ZoomBlur is the mean of an image, once more itself, and of it magnified further and further.
type ZoomBlur struct{}

// zooms are the numbers of factors 1, 1.01, 1.02 ..., by severity.
var zooms = [Severities]int{7, 12, 16, 21, 26}

// Name implements [Corruption].
func (ZoomBlur) Name() string { return "zoom_blur" }

// At implements [Corruption]. All of it is linear: it is computed as one sparse matrix.
func (ZoomBlur) At(s robustness.Shape, severity int) Transform {
	m := zoomMatrix(s, zooms[severity-1])
	words, sums := make([]uint64, s.Height*s.Width), make([]uint64, s.Height*s.Width)
	return func(to, x []uint8, _ *rand.Rand) {
		coarse.groups(s, to, x, func(to, x []uint8) {
			coarse.pack(words, x)
			m.apply(sums, words)
			coarse.unpack(to, sums)
		})
	}
}

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

// zoomMatrix returns zoom blur with n factors.
func zoomMatrix(s robustness.Shape, n int) *sparse {
	second := 1.01
	step := second - 1 // as float64 has it, of which the size at 1.25 depends
	rows, columns := make([][]mixture, n), make([][]mixture, n)
	for k := range n {
		factor := 1 + float64(k)*step
		rows[k], columns[k] = magnify(s.Height, factor), magnify(s.Width, factor)
	}
	m, weights := new(sparse), make([]float64, s.Height*s.Width)
	var touched []int
	add := func(row, column int, weight float64) {
		at := row*s.Width + column
		if weights[at] == 0 && weight > 0 {
			touched = append(touched, at)
		}
		weights[at] += weight
	}
	for y := range s.Height {
		for x := range s.Width {
			add(y, x, 1)
			for k := range n {
				r, c := rows[k][y], columns[k][x]
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
