package gp

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/nassearch/nassearch/internal/lanes"
	"pgregory.net/rapid"
)

// plainFactor is a factor as the textbook has it, one dot product at a time.
type plainFactor [][]float64

func (f plainFactor) solve(b []float64) []float64 {
	dst := make([]float64, len(b))
	for i := range b {
		dst[i] = (b[i] - lanes.Dot(f[i][:i], dst[:i])) / f[i][i]
	}
	return dst
}

// A factor that keeps and multiplies its rows together is the plain one to the bit, after rows were taken back, and
// however a solution was cut up.
func TestFactorIsThePlainOneToTheBit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		n := rapid.IntRange(1, 90).Draw(t, "n")
		var f factor
		var plain plainFactor
		covariances := func(n int) []float64 {
			cov := make([]float64, n)
			for i := range cov {
				cov[i] = math.Exp(-3 * r.Float64())
			}
			return cov
		}
		for f.n < n {
			cov := covariances(f.n)
			if !f.extend(cov, float64(n)) {
				t.Fatal("no factor")
			}
			row := plain.solve(cov)
			row = append(row, math.Sqrt(float64(n)-lanes.Dot(row, row)))
			plain = append(plain, row)
			if r.IntN(10) == 0 {
				fewer := r.IntN(f.n + 1)
				f.truncate(fewer)
				plain = plain[:fewer]
			}
		}
		for i, row := range plain {
			if !slices.Equal(f.row(i), row) {
				t.Fatalf("row %d of %d: %v, want %v", i, n, f.row(i), row)
			}
		}
		b := covariances(n)
		got := make([]float64, n)
		for first := 0; first < n; {
			last := rapid.IntRange(first+1, n).Draw(t, "until")
			f.solveFrom(first, got[:last], b[:last])
			first = last
		}
		if !slices.Equal(got, plain.solve(b)) {
			t.Fatalf("%d rows: solution %v, want %v", n, got, plain.solve(b))
		}
	})
}
