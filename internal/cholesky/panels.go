package cholesky

// Side is the number of rows and of columns of a tile. Matrices have whole tiles: they are filled up with those of the
// identity.
const Side = 8

const tileSize = Side * Side

// panels are a triangle of a matrix, [Side] columns at a time: of those, row by row, the tiles down to the diagonal or,
// of a lower triangle, from it on. What is multiplied lies together so, and no other triangle takes room.
type panels struct {
	data  []float64
	count int
	lower bool
}

// span is some of the panels, or of the tiles of each.
type span struct{ from, to int }

// resize makes room for so many rows. What was there is lost.
func (p *panels) resize(rows int) {
	p.count = (rows + Side - 1) / Side
	size := p.count * (p.count + 1) / 2 * tileSize
	if cap(p.data) < size {
		p.data = make([]float64, size) // and not more, as a fit decomposes many of one size
	}
	p.data = p.data[:size]
}

// top is the first tile of a panel.
func (p *panels) top(panel int) int {
	if p.lower {
		return panel
	}
	return 0
}

// bottom is the tile after the last of a panel.
func (p *panels) bottom(panel int) int {
	if p.lower {
		return p.count
	}
	return panel + 1
}

// tiles are some of a panel.
func (p *panels) tiles(panel, from, to int) []float64 {
	before := panel * (panel + 1) / 2
	if p.lower {
		before = panel * (2*p.count - panel - 1) / 2 // less by the tiles above the diagonal
	}
	return p.data[(before+from)*tileSize : (before+to)*tileSize]
}

func (p *panels) tile(row, panel int) []float64 { return p.tiles(panel, row, row+1) }

// identity makes a tile on the diagonal that of the identity, but for the first rows.
func (p *panels) identity(panel, first int) {
	at := p.tile(panel, panel)
	for i := first; i < Side; i++ {
		clear(at[i*Side:][:Side])
		at[i*Side+i] = 1
	}
}

// deep is the number of tiles that are multiplied at a time, which caches hold.
const deep = 16

// multiply adds to tiles of c, or subtracts from them, what these rows of tiles of a^T b make.
func multiply(tile tileFunc, c, a, b *panels, rows, columns, depth span) {
	for first := depth.from; first < depth.to; first += deep {
		last := min(first+deep, depth.to)
		for j := columns.from; j < columns.to; j++ {
			from := max(first, b.top(j))
			if from >= last {
				continue
			}
			right := b.tiles(j, from, last)
			for i := rows.from; i < min(rows.to, c.bottom(j)); i++ {
				tile(c.tile(i, j), a.tiles(i, from, last), right)
			}
		}
	}
}
