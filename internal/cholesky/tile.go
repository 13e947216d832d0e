package cholesky

//go:generate go run ./gen -out kernel_amd64.s -stubs asm_amd64.go -pkg cholesky

// The size of a tile of a matrix: what the registers of a processor hold.
const (
	tileRows    = 4
	tileColumns = 8
)

// tileFunc adds a^T b to a tile of c, whose rows are stride apart: a has [tileRows] entries a row, b [tileColumns]. A
// sum is taken in the order of rows and every product rounded, so that all implementations give the same numbers.
type tileFunc func(c []float64, stride int, a, b []float64)

// tile is a tileFunc in Go.
func tile(c []float64, stride int, a, b []float64) {
	for i := range tileRows {
		var sums [tileColumns]float64
		copy(sums[:], c[i*stride:][:tileColumns])
		for l := 0; l*tileRows < len(a); l++ {
			factor := a[l*tileRows+i]
			for j, v := range b[l*tileColumns:][:tileColumns] {
				sums[j] += float64(factor * v) // rounded, where the two could be one instruction
			}
		}
		copy(c[i*stride:], sums[:])
	}
}

// depth is the number of rows that are added at a time, which caches hold.
const depth = 64

// panel is a part of a matrix: so many columns from an element on.
type panel struct {
	data    []float64 // from the first element on
	stride  int
	columns int
}

// at is the panel from an element on.
func (p panel) at(row, column, columns int) panel {
	return panel{p.data[row*p.stride+column:], p.stride, columns}
}

// term says what of a product is added.
type term struct {
	negative bool
	upper    bool // what is below the diagonal is not wanted, and may or may not be added
}

// add adds a^T b to c, where a and b have so many rows.
func (d *Decomposition) add(c, a, b panel, rows int, of term) {
	for first := 0; first < rows; first += depth {
		d.addSome(c, a.at(first, 0, a.columns), b.at(first, 0, b.columns), min(depth, rows-first), of)
	}
}

// addSome is add for at most [depth] rows and [tall] columns of a. Columns of b are copied so many at a time as lie in
// a few lines of memory.
func (d *Decomposition) addSome(c, a, b panel, rows int, of term) {
	for i := 0; i < a.columns; i += tileRows {
		pack(d.a[i*depth:][:rows*tileRows], a.at(0, i, min(tileRows, a.columns-i)), tileRows, of.negative)
	}
	for first := 0; first < b.columns; first += wide {
		some := b.at(0, first, min(wide, b.columns-first))
		d.packRight(some, rows)
		for j := 0; j < some.columns; j += tileColumns {
			columns := min(tileColumns, some.columns-j)
			right := d.b[j/tileColumns*pitch:][:rows*tileColumns]
			height := a.columns
			if of.upper {
				height = min(height, first+j+columns)
			}
			d.addColumns(c.at(0, first+j, columns), height, right)
		}
	}
}

// addColumns adds to at most [tileColumns] columns of c, from its first row on, what the copies of a and b make.
func (d *Decomposition) addColumns(c panel, height int, right []float64) {
	for i := 0; i < height; i += tileRows {
		left := d.a[i*depth:][:len(right)/tileColumns*tileRows]
		at := c.at(i, 0, c.columns)
		if part := min(tileRows, height-i); part < tileRows || c.columns < tileColumns {
			d.addEdge(at, part, left, right)
		} else {
			d.tile(at.data, at.stride, left, right)
		}
	}
}

// pitch is how far the copies of columns are apart: more than their length, which is where lines drive each other out
// of the cache.
const pitch = depth*tileColumns + tileColumns

// packRight copies so many rows of at most [wide] columns of b, row by row, as a row lies in one place.
func (d *Decomposition) packRight(b panel, rows int) {
	whole := b.columns / tileColumns * tileColumns
	for l := range rows {
		row := b.data[l*b.stride:][:b.columns]
		for j := 0; j < whole; j += tileColumns {
			v := (*[tileColumns]float64)(row[j:])
			*(*[tileColumns]float64)(d.b[j/tileColumns*pitch+l*tileColumns:]) =
				[tileColumns]float64{v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]}
		}
	}
	if whole < b.columns {
		right := d.b[whole/tileColumns*pitch:][:rows*tileColumns]
		pack(right, b.at(0, whole, b.columns-whole), tileColumns, false)
	}
}

// addEdge adds to a tile of which c has a part only.
func (d *Decomposition) addEdge(c panel, height int, a, b []float64) {
	var whole [tileRows * tileColumns]float64
	for i := range height {
		copy(whole[i*tileColumns:][:c.columns], c.data[i*c.stride:])
	}
	d.tile(whole[:], tileColumns, a, b)
	for i := range height {
		copy(c.data[i*c.stride:][:c.columns], whole[i*tileColumns:])
	}
}

// pack copies a panel, or its negative, filled up with zeros to so many columns.
func pack(dst []float64, from panel, columns int, negative bool) {
	if from.columns == tileRows && columns == tileRows && negative {
		for l := 0; l*tileRows < len(dst); l++ {
			v := (*[tileRows]float64)(from.data[l*from.stride:])
			*(*[tileRows]float64)(dst[l*tileRows:]) = [tileRows]float64{-v[0], -v[1], -v[2], -v[3]}
		}
		return
	}
	for l := 0; l*columns < len(dst); l++ {
		row := dst[l*columns:][:columns]
		clear(row[copy(row, from.data[l*from.stride:][:from.columns]):])
		if negative {
			for j, v := range row {
				row[j] = -v
			}
		}
	}
}
