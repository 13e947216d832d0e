package gp

import (
	"encoding/binary"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
)

// atlas computes the covariances of many fixed points with any other point. The points have few different
// values in each term, and not many in several terms together (a block). The likeness of an Exponential or RBF
// component is a product over its terms: it is computed once a value, multiplied up once for each value of a block,
// and looked up for each point. Of other shapes the same is done with distances, which are added up; points have few
// different sums, so that the last likenesses are remembered.
type atlas struct {
	kernel Kernel
	terms  [][]chart // by component
	blocks [][]block // by component
	values int       // of all terms
	memos  []*memo   // by component; nil where likenesses multiply

	// Work space.
	each    []float64   // part of every distance of a term: likeness, or the weighted distance itself
	parts   []float64   // of every value of every term
	tables  [][]float64 // of the blocks of one component
	before  []float64   // a table of all terms of a block but the last
	product []float64   // of every point: of likenesses, or a sum of distances
}

// chart lists the values that points have in a term.
type chart struct {
	first  int       // of the values, among those of all terms
	values [][]entry // without zeros
	codes  []uint16  // by point: its value
}

// entry is one column of a sparse point.
type entry struct {
	column int
	value  float64
}

// block is a sequence of terms of a component.
type block struct {
	terms []joint  // each joined with those before
	codes []uint16 // by point: its value in all of them
}

// joint lists the values that points have in some terms together: by value, that in all terms but the last, and that
// in the last.
type joint struct{ before, last []uint16 }

// maxBlock is the number of values up to which a term is added to a block.
const maxBlock = 1024

// newAtlas takes at most 65,536 points.
func newAtlas(k Kernel, points [][]float64) *atlas {
	a := &atlas{kernel: k, product: make([]float64, len(points))}
	for _, c := range k {
		var charts []chart
		var blocks []block
		for _, t := range c.Terms {
			charts = append(charts, newChart(a.values, t, points))
			added := &charts[len(charts)-1]
			a.values += len(added.values)
			if n := len(blocks); n > 0 {
				if joined := blocks[n-1].join(added); joined.values() <= maxBlock {
					blocks[n-1] = joined
					continue
				}
			}
			blocks = append(blocks, block{}.join(added))
		}
		var m *memo
		if !c.Shape.multiplies() {
			m = newMemo()
		}
		a.terms, a.blocks, a.memos = append(a.terms, charts), append(a.blocks, blocks), append(a.memos, m)
	}
	a.parts = make([]float64, a.values)
	return a
}

func newChart(first int, t Term, points [][]float64) chart {
	c := chart{first: first, codes: make([]uint16, len(points))}
	known := map[string]uint16{}
	var key []byte
	for i, x := range points {
		key = key[:0]
		for _, column := range t {
			key = binary.LittleEndian.AppendUint64(key, math.Float64bits(x[column]))
		}
		code, ok := known[string(key)]
		if !ok {
			code = uint16(len(c.values))
			known[string(key)] = code
			c.values = append(c.values, sparse(t, x))
		}
		c.codes[i] = code
	}
	return c
}

func sparse(t Term, x []float64) []entry {
	var entries []entry
	for _, column := range t {
		if x[column] != 0 {
			entries = append(entries, entry{column, x[column]})
		}
	}
	return entries
}

// values is the number of different values in all terms.
func (b block) values() int { return len(b.terms[len(b.terms)-1].last) }

// join returns the block with one more term.
func (b block) join(c *chart) block {
	codes := make([]uint16, len(c.codes))
	known := map[[2]uint16]uint16{}
	var added joint
	for i, code := range c.codes {
		var before uint16
		if len(b.terms) > 0 {
			before = b.codes[i]
		}
		pair := [2]uint16{before, code}
		value, ok := known[pair]
		if !ok {
			value = uint16(len(added.last))
			known[pair] = value
			added.before, added.last = append(added.before, before), append(added.last, code)
		}
		codes[i] = value
	}
	return block{append(slices.Clip(b.terms), added), codes}
}

// distances are those of a point to all values of all terms. In a term few of them differ.
type distances struct {
	different [][]float64 // by term of all components
	codes     []uint16    // by value: which it is
}

// distances returns the distances of x to all values of all terms: that to zero, corrected where the value is
// not zero.
func (a *atlas) distances(x []float64) distances {
	d := distances{codes: make([]uint16, 0, a.values)}
	known := map[float64]uint16{}
	for i, charts := range a.terms {
		shape := a.kernel[i].Shape
		for t, chart := range charts {
			zero := 0.0
			for _, column := range a.kernel[i].Terms[t] {
				zero += shape.columnDistance(x[column], 0)
			}
			clear(known)
			var different []float64
			for _, value := range chart.values {
				sum := zero
				for _, e := range value {
					sum += shape.columnDistance(x[e.column], e.value) - shape.columnDistance(x[e.column], 0)
				}
				sum = max(sum, 0)
				code, ok := known[sum]
				if !ok {
					code = uint16(len(different))
					known[sum] = code
					different = append(different, sum)
				}
				d.codes = append(d.codes, code)
			}
			d.different = append(d.different, different)
		}
	}
	return d
}

// covariances stores the covariance of every point with the one that has the given distances.
func (a *atlas) covariances(dst []float64, ps []parameters, d distances) {
	term := 0
	for i, p := range ps {
		shape := a.kernel[i].Shape
		for t, chart := range a.terms[i] {
			a.each = a.each[:0]
			for _, distance := range d.different[term] {
				part := p.weights[t] * distance
				if shape.multiplies() {
					part, _ = shape.value(part)
				}
				a.each = append(a.each, part)
			}
			codes := d.codes[chart.first:][:len(chart.values)]
			parts := a.parts[chart.first:][:len(codes)]
			for v, code := range codes {
				parts[v] = a.each[code]
			}
			term++
		}
		a.fillTables(i, p.amplitude)
		if shape.multiplies() {
			a.multiply(dst, i)
		} else {
			a.total(dst, i, p.amplitude)
		}
	}
}

// fillTables multiplies, for each block of component i, what its values' terms contribute, or adds it up if the shape
// does not multiply.
func (a *atlas) fillTables(i int, amplitude float64) {
	charts, multiplies := a.terms[i], a.kernel[i].Shape.multiplies()
	start := amplitude
	if !multiplies {
		start = 0
	}
	for n, b := range a.blocks[i] {
		if n == len(a.tables) {
			a.tables = append(a.tables, nil)
		}
		a.before = append(a.before[:0], start)
		for t, term := range b.terms {
			parts := a.parts[charts[t].first:]
			table := resize(a.tables[n], len(term.last))
			if multiplies {
				for v, last := range term.last {
					table[v] = a.before[term.before[v]] * parts[last]
				}
			} else {
				for v, last := range term.last {
					table[v] = a.before[term.before[v]] + parts[last]
				}
			}
			a.tables[n] = table
			if t+1 < len(b.terms) {
				a.before = append(a.before[:0], table...)
			}
		}
		charts = charts[len(b.terms):]
		if multiplies {
			start = 1
		}
	}
}

// multiply puts component i of the covariances, the products over its blocks, into dst, or adds it if it is not the
// first.
func (a *atlas) multiply(dst []float64, i int) {
	product, last := a.product, len(a.blocks[i])-1
	if i == 0 {
		product = dst
	}
	for n, b := range a.blocks[i] {
		table := a.tables[n]
		switch {
		case n == 0:
			for p, code := range b.codes {
				product[p] = table[code]
			}
		case n < last || i == 0:
			for p, code := range b.codes {
				product[p] *= table[code]
			}
		default:
			for p, code := range b.codes {
				dst[p] += float64(product[p] * table[code]) // rounded, where the two could be one instruction
			}
		}
	}
	if i > 0 && last == 0 {
		floats.Add(dst, product)
	}
}

// total is multiply for a shape that does not: the blocks have distances.
func (a *atlas) total(dst []float64, i int, amplitude float64) {
	if i == 0 {
		clear(dst)
	}
	clear(a.product)
	for n, b := range a.blocks[i] {
		table := a.tables[n]
		for p, code := range b.codes {
			a.product[p] += table[code]
		}
	}
	shape, memo := a.kernel[i].Shape, a.memos[i]
	for p, u := range a.product {
		like := memo.place(u)
		if like.distance != u {
			like.compute(shape, u)
		}
		dst[p] += float64(amplitude * like.value)
	}
}
