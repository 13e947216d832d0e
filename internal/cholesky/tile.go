package cholesky

//go:generate go run ./gen -out kernel_amd64.s -stubs asm_amd64.go -pkg cholesky

// tileFunc adds a^T b to a tile, or subtracts it: a and b are equally many tiles, below each other. A sum is taken in
// the order of rows and every product rounded, so that all implementations give the same numbers.
type tileFunc func(c, a, b []float64)

// kernel is what a processor does best.
type kernel struct{ add, subtract tileFunc }

// plain is a kernel in Go.
func plain() kernel { return kernel{add, subtract} }

func add(c, a, b []float64) { accumulate(c, a, b, 1) }

func subtract(c, a, b []float64) { accumulate(c, a, b, -1) }

func accumulate(c, a, b []float64, sign float64) {
	for i := range Side {
		sums := (*[Side]float64)(c[i*Side:])
		s0, s1, s2, s3, s4, s5, s6, s7 := sums[0], sums[1], sums[2], sums[3], sums[4], sums[5], sums[6], sums[7]
		for l := 0; l < len(a); l += Side {
			factor, row := sign*a[l+i], (*[Side]float64)(b[l:])
			s0 += float64(factor * row[0]) // rounded, where the two could be one instruction
			s1 += float64(factor * row[1])
			s2 += float64(factor * row[2])
			s3 += float64(factor * row[3])
			s4 += float64(factor * row[4])
			s5 += float64(factor * row[5])
			s6 += float64(factor * row[6])
			s7 += float64(factor * row[7])
		}
		*sums = [Side]float64{s0, s1, s2, s3, s4, s5, s6, s7}
	}
}

// divide replaces a tile by u^-T times it, where u is a tile on the diagonal of a factor.
func divide(c, u []float64) {
	for k := range Side {
		row, scale := (*[Side]float64)(c[k*Side:]), 1/u[k*Side+k]
		for j := range row {
			row[j] *= scale
		}
		for i := k + 1; i < Side; i++ {
			to, factor := (*[Side]float64)(c[i*Side:]), u[k*Side+i]
			for j := range to {
				to[j] -= float64(factor * row[j])
			}
		}
	}
}
