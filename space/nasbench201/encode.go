package nasbench201

// EdgeIndices returns the edges as numbers 0 to 4, the digits of the native index.
func (c Cell) EdgeIndices() []float64 {
	x := make([]float64, Edges)
	for e, op := range c {
		x[e] = float64(op)
	}
	return x
}

// OneHot returns 30 columns: per edge one for each operation, in the order of the constants.
func (c Cell) OneHot() []float64 {
	x := make([]float64, Edges*Ops)
	for e, op := range c {
		x[e*Ops+int(op)] = 1
	}
	return x
}

// OpCounts returns how often each operation occurs.
func (c Cell) OpCounts() []float64 {
	x := make([]float64, Ops)
	for _, op := range c {
		x[op]++
	}
	return x
}

// PathColumns is the length of the path encoding, 5 + 5^2 + 5^3.
const PathColumns = Ops + Ops*Ops + Ops*Ops*Ops

// PathEncoding returns one column for each sequence of one to three operations, 1 if some path from input to
// output has it ("none" counts as an operation), as BANANAS does (White, Neiswanger, Savani, AAAI 2021). A
// sequence's column is its length's offset (0, 5, 30) plus its operations as base-5 digits, the first the
// least significant.
func (c Cell) PathEncoding() []float64 {
	x := make([]float64, PathColumns)
	for _, p := range paths {
		at, digit := 0, 1
		for _, e := range p {
			at += int(c[e]) * digit
			digit *= Ops
		}
		switch len(p) {
		case 2:
			at += Ops
		case 3:
			at += Ops + Ops*Ops
		}
		x[at] = 1
	}
	return x
}
