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

// With vector instructions factors are the same as without; with LAPACK they and inverses are, to rounding.
func TestFactorsAndInversesAreThoseOfLAPACK(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.OneOf(rapid.IntRange(1, 300), rapid.SampledFrom([]int{63, 64, 65, 127, 128, 129, 192})).Draw(t, "n")
		seed := rapid.Uint64().Draw(t, "seed")
		matrix := positive(rand.New(rand.NewPCG(seed, 1)), n)
		factor, inverse := reference(matrix, n)
		var before []float64
		for _, f := range []tileFunc{tile, fastest()} {
			d, a, space := New(), slices.Clone(matrix), make([]float64, n*n)
			for i := range space {
				space[i] = math.NaN() // whatever was there
			}
			d.tile = f
			if !d.Factorize(a, n) {
				t.Fatal("no factor")
			}
			if got := upper(a, n); !close(got, factor, 1e-12) {
				t.Fatal("another factor than LAPACK's")
			}
			if before != nil && !slices.Equal(upper(a, n), before) {
				t.Fatal("another factor with vectors")
			}
			before = upper(a, n)
			d.Invert(a, space, n)
			if got := upper(a, n); !close(got, inverse, 1e-10) {
				t.Fatal("another inverse than LAPACK's")
			}
		}
	})
}

func TestFactorIsThatOfLAPACKToTheBit(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("gonum may round otherwise")
	}
	for _, n := range []int{1, 5, 64, 65, 100, 128, 200, 331} {
		a := positive(rand.New(rand.NewPCG(uint64(n), 2)), n)
		want, _ := reference(a, n)
		if !New().Factorize(a, n) || !slices.Equal(upper(a, n), want) {
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
		a := positive(r, n)
		chol, _ := lapack64.Potrf(blas64.Symmetric{Uplo: blas.Upper, N: n, Stride: n, Data: a})
		got := make([]float64, n)
		for i := range got {
			got[i] = r.NormFloat64()
		}
		want := slices.Clone(got)
		lapack64.Potrs(chol, blas64.General{Rows: n, Cols: 1, Stride: 1, Data: want})
		if Solve(a, got); !slices.Equal(got, want) {
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

func TestMatrixThatIsNotPositiveDefinite(t *testing.T) {
	for _, n := range []int{1, 10, 64, 150} {
		for _, at := range []int{0, n / 2, n - 1} {
			for _, bad := range []float64{-1, math.NaN()} {
				a := positive(rand.New(rand.NewPCG(uint64(n), 3)), n)
				a[at*n+at] = bad
				if New().Factorize(a, n) {
					t.Errorf("%d rows, %v on the diagonal at %d: a factor", n, bad, at)
				}
			}
		}
	}
}

func BenchmarkFactorizeAndInvert(b *testing.B) {
	const n = 1000
	matrix := positive(rand.New(rand.NewPCG(1, 1)), n)
	a, space := make([]float64, n*n), make([]float64, n*n)
	b.Run("cholesky", func(b *testing.B) {
		d := New()
		for b.Loop() {
			copy(a, matrix)
			d.Factorize(a, n)
			d.Invert(a, space, n)
		}
	})
	b.Run("gonum", func(b *testing.B) {
		for b.Loop() {
			copy(a, matrix)
			chol, _ := lapack64.Potrf(blas64.Symmetric{Uplo: blas.Upper, N: n, Stride: n, Data: a})
			lapack64.Potri(chol)
		}
	})
}
