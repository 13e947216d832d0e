package lanes

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats"
	"pgregory.net/rapid"
)

func normal(r *rand.Rand, n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = r.NormFloat64()
	}
	return v
}

// Products that are taken in pieces, with the processor's instructions and without, are the same to the bit.
func TestProductsDoNotDependOnHowTheyAreTaken(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		rows, n := Rows*rapid.IntRange(0, 5).Draw(t, "groups"), rapid.IntRange(0, 60).Draw(t, "columns")
		stride := n + rapid.IntRange(0, 9).Draw(t, "gap")
		a, b := normal(r, rows*stride), normal(r, n)
		whole := n / Count * Count
		plain, fast := make([]float64, rows*Count), make([]float64, rows*Count)
		add(plain, stride, a, b[:whole])
		for first := 0; first < whole; {
			last := first + Count*rapid.IntRange(1, (whole-first)/Count).Draw(t, "piece")
			Add(fast, stride, a[min(first, len(a)):], b[first:last])
			first = last
		}
		if !slices.Equal(plain, fast) {
			t.Fatalf("%d rows of %d, stride %d: lanes %v, want %v", rows, n, stride, fast, plain)
		}
		for i := range rows {
			row, lanes := a[i*stride:][:n], fast[i*Count:][:Count]
			for j := whole; j < n; j++ {
				lanes[0] += float64(row[j] * b[j])
			}
			if got := Total(lanes); got != Dot(row, b) {
				t.Fatalf("row %d of %d columns: %v, want %v", i, n, got, Dot(row, b))
			}
		}
	})
}

// Products of halves are those of numbers, without their lower halves or with them, with the processor's instructions and
// without.
func TestProductsOfHalves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		rows, n := Rows*rapid.IntRange(0, 5).Draw(t, "groups"), Group*rapid.IntRange(0, 6).Draw(t, "columns")
		stride := n + Group*rapid.IntRange(0, 2).Draw(t, "gap")
		a, b := normal(r, rows*stride), normal(r, n)
		rough, high, low := make([]float64, len(a)), make([]uint32, len(a)), make([]uint32, len(a))
		for i, v := range a {
			bits, at := math.Float64bits(v), i/Group*Group+Place(i%Group)
			high[at], low[at] = uint32(bits>>32), uint32(bits)
			rough[i] = math.Float64frombits(bits >> 32 << 32)
		}
		sums := func(add func(lanes []float64)) []float64 {
			lanes := make([]float64, rows*Count)
			add(lanes)
			return lanes
		}
		of := func(a []float64) []float64 { return sums(func(to []float64) { Add(to, stride, a, b) }) }
		for _, c := range []struct{ got, want []float64 }{
			{sums(func(to []float64) { AddHigh(to, stride, high, b) }), of(rough)},
			{sums(func(to []float64) { addHalves(to, stride, high, nil, b) }), of(rough)},
			{sums(func(to []float64) { AddHalves(to, stride, high, low, b) }), of(a)},
			{sums(func(to []float64) { addHalves(to, stride, high, low, b) }), of(a)},
		} {
			if !slices.Equal(c.got, c.want) {
				t.Fatalf("%d rows of %d, stride %d: lanes %v, want %v", rows, n, stride, c.got, c.want)
			}
		}
	})
}

func TestProductsAreThoseOfGonumToTheBit(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("gonum sums otherwise")
	}
	r := rand.New(rand.NewPCG(2, 2))
	for n := range 100 {
		a, b := normal(r, n), normal(r, n)
		if got, want := Dot(a, b), floats.Dot(a, b); got != want {
			t.Errorf("%d elements: %v, want %v", n, got, want)
		}
	}
}

// BenchmarkAdd multiplies rows that caches hold.
func BenchmarkAdd(b *testing.B) {
	const rows, n = 64, 512
	r := rand.New(rand.NewPCG(3, 3))
	a, x, lanes, halves := normal(r, rows*n), normal(r, n), make([]float64, rows*Count), make([]uint32, rows*n)
	b.Run("rows", func(b *testing.B) {
		for b.Loop() {
			Add(lanes, n, a, x)
		}
	})
	b.Run("upper halves", func(b *testing.B) {
		for b.Loop() {
			AddHigh(lanes, n, halves, x)
		}
	})
	b.Run("halves", func(b *testing.B) {
		for b.Loop() {
			AddHalves(lanes, n, halves, halves, x)
		}
	})
	b.Run("gonum", func(b *testing.B) {
		for b.Loop() {
			for i := range rows {
				lanes[i] = floats.Dot(a[i*n:][:n], x)
			}
		}
	})
}
