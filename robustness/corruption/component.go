package corruption

// component is a plane of an image as JPEG stores it, of whole blocks: values less 128.
type component struct {
	width  int
	values []float32
	block  block
}

func newComponent(rows, columns int) *component {
	return &component{width: columns, values: make([]float32, rows*columns)}
}

// upTo returns the next multiple of a number.
func upTo(n, multiple int) int { return (n + multiple - 1) / multiple * multiple }

// line returns a row.
func (c *component) line(y int) []float32 { return c.values[y*c.width:][:c.width] }

// store codes and decodes all blocks.
func (c *component) store(with *coder) {
	for first := 0; first < len(c.values); first += 8 * c.width {
		for x := 0; x < c.width; x += 8 {
			at := c.values[first+x:]
			for i := range 8 {
				copy(c.block[8*i:][:8], at[i*c.width:])
			}
			with.run(&c.block)
			for i := range 8 {
				copy(at[i*c.width:][:8], c.block[8*i:])
			}
		}
	}
}

// level turns a decoded value into that of a byte, rounded.
func level(v float32) int { return min(max(int(v+128.5), 0), 255) }
