package cholesky

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"
	"pgregory.net/rapid"
)

// positive returns a symmetric matrix with eigenvalues from 1 on.
func positive(r *rand.Rand, n int) []float64 {
	a := make([]float64, n*n)
	for range 3 {
		x := make([]float64, n)
		for i := range x {
			x[i] = r.NormFloat64()
		}
		for i := range a {
			a[i] += x[i/n] * x[i%n]
		}
	}
	for i := range n {
		a[i*n+i]++
	}
	return a
}

// reference returns the factor and the inverse of gonum, row by row their upper triangles.
func reference(a []float64, n int) (factor, inverse []float64) {
	inverse = slices.Clone(a)
	chol, _ := lapack64.Potrf(blas64.Symmetric{Uplo: blas.Upper, N: n, Stride: n, Data: inverse})
	factor = slices.Clone(inverse)
	lapack64.Potri(chol)
	return upper(factor, n), upper(inverse, n)
}

func upper(a []float64, n int) []float64 {
	var u []float64
	for i := range n {
		u = append(u, a[i*n+i:(i+1)*n]...)
	}
	return u
}

// write puts a matrix into a decomposition, and numbers that mean nothing beside it.
func write(d *Decomposition, a []float64, n int) {
	d.Reset(n)
	for i := range n {
		for j := range i/Side*Side + Side {
			v := math.NaN()
			if j <= i {
				v = a[i*n+j]
			}
			d.Columns(i / Side * Side)[j*Side+i%Side] = v
		}
	}
}

// read returns the upper triangle of what a decomposition is, row by row.
func read(d *Decomposition, n int) (u []float64) {
	for i := range n {
		for j := i; j < n; j++ {
			u = append(u, d.Columns(j / Side * Side)[i*Side+j%Side])
		}
	}
	return u
}

// With vector instructions factors and inverses are the same as without; with LAPACK they are, to rounding.
func TestFactorsAndInversesAreThoseOfLAPACK(t *testing.T) {
	used := []*Decomposition{New(), New()}
	used[0].kernel = plain()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.OneOf(rapid.IntRange(1, 300), rapid.SampledFrom([]int{63, 64, 65, 127, 128, 129, 192})).Draw(t, "n")
		matrix := positive(rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1)), n)
		factor, inverse := reference(matrix, n)
		var factored, inverted []float64
		for _, d := range used {
			write(d, matrix, n)
			if !d.Factorize() {
				t.Fatal("no factor")
			}
			got, logDet := read(d, n), 0.0
			if !close(got, factor, 1e-12) {
				t.Fatal("another factor than LAPACK's")
			}
			for i := range n {
				logDet += 2 * math.Log(d.at(i, i))
			}
			if d.LogDet() != logDet {
				t.Fatalf("log of the determinant %v, want %v", d.LogDet(), logDet)
			}
			d.Invert()
			if !close(read(d, n), inverse, 1e-10) {
				t.Fatal("another inverse than LAPACK's")
			}
			if factored != nil && !(slices.Equal(got, factored) && slices.Equal(read(d, n), inverted)) {
				t.Fatal("other numbers with vectors")
			}
			factored, inverted = got, read(d, n)
		}
	})
}

func TestFactorIsThatOfLAPACKToTheBit(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("gonum may round otherwise")
	}
	for _, n := range []int{1, 5, 64, 65, 100, 128, 200, 331} {
		a, d := positive(rand.New(rand.NewPCG(uint64(n), 2)), n), New()
		want, _ := reference(a, n)
		write(d, a, n)
		if !d.Factorize() || !slices.Equal(read(d, n), want) {
			t.Errorf("%d rows: another factor", n)
		}
	}
}

func TestSolutionIsThatOfLAPACKToTheBit(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("gonum may round otherwise")
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 200).Draw(t, "n")
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 4))
		a, d := positive(r, n), New()
		write(d, a, n)
		d.Factorize()
		chol, _ := lapack64.Potrf(blas64.Symmetric{Uplo: blas.Upper, N: n, Stride: n, Data: a})
		got := make([]float64, n)
		for i := range got {
			got[i] = r.NormFloat64()
		}
		want := slices.Clone(got)
		lapack64.Potrs(chol, blas64.General{Rows: n, Cols: 1, Stride: 1, Data: want})
		if d.Solve(got); !slices.Equal(got, want) {
			t.Fatalf("%d rows: %v, want %v", n, got, want)
		}
	})
}

func close(got, want []float64, tolerance float64) bool {
	for i, v := range got {
		if !(math.Abs(v-want[i]) <= tolerance*(1+math.Abs(want[i]))) {
			return false
		}
	}
	return true
}

// A matrix without a factor is told, and leaves no trace in the next.
func TestMatrixThatIsNotPositiveDefinite(t *testing.T) {
	d := New()
	for _, n := range []int{1, 10, 64, 150} {
		for _, at := range []int{0, n / 2, n - 1} {
			for _, bad := range []float64{-1, math.NaN(), math.Inf(1)} {
				a := positive(rand.New(rand.NewPCG(uint64(n), 3)), n)
				want, _ := reference(a, n)
				good := a[at*n+at]
				a[at*n+at] = bad
				write(d, a, n)
				if d.Factorize() && !math.IsInf(bad, 1) {
					t.Errorf("%d rows, %v on the diagonal at %d: a factor", n, bad, at)
				}
				a[at*n+at] = good
				write(d, a, n)
				if !d.Factorize() || !close(read(d, n), want, 1e-12) {
					t.Errorf("%d rows, after %v on the diagonal at %d: another factor than LAPACK's", n, bad, at)
				}
			}
		}
	}
}

func BenchmarkFactorizeAndInvert(b *testing.B) {
	const n = 1000
	matrix := positive(rand.New(rand.NewPCG(1, 1)), n)
	b.Run("cholesky", func(b *testing.B) {
		d := New()
		for b.Loop() {
			write(d, matrix, n)
			d.Factorize()
			d.Invert()
		}
	})
	a := make([]float64, n*n)
	b.Run("gonum", func(b *testing.B) {
		for b.Loop() {
			copy(a, matrix)
			chol, _ := lapack64.Potrf(blas64.Symmetric{Uplo: blas.Upper, N: n, Stride: n, Data: a})
			lapack64.Potri(chol)
		}
	})
}
