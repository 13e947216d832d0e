package corruption

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/nassearch/nassearch/robustness"
)

func TestQuantizedWeightsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weights := rapid.SliceOfN(rapid.Float64Range(0, 1), 1, 50).Draw(t, "weights")
		weights = slices.Repeat(weights, rapid.SampledFrom([]int{1, 3, 100, 1000}).Draw(t, "times"))
		weights = append(weights, rapid.Float64Range(1e-9, 2).Draw(t, "last"))
		total := 0.
		for _, w := range weights {
			total += w
		}
		for _, p := range []packing{coarse, fine, directions} {
			sum := uint64(0)
			for i, w := range p.quantize(weights) {
				if exact := weights[i] / total * float64(p.unit()); math.Abs(float64(w)-exact) > exact/2+1 {
					t.Fatalf("weight %d of %d is %d, want %v", i, len(weights), w, exact)
				}
				sum += w
			}
			if sum != p.unit() {
				t.Fatalf("%d weights add up to %d, want %d", len(weights), sum, p.unit())
			}
		}
	})
}

// TestFiltersAreTheirSums compares packed filters with plain sums, over borders of all kinds.
func TestFiltersAreTheirSums(t *testing.T) {
	borders := map[string]border{"clamped": clamped, "mirrored": mirrored, "reflected": reflected}
	rapid.Check(t, func(t *rapid.T) {
		s := robustness.Shape{
			Channels: rapid.IntRange(1, 7).Draw(t, "channels"),
			Height:   rapid.IntRange(1, 9).Draw(t, "height"), Width: rapid.IntRange(1, 9).Draw(t, "width"),
		}
		p := rapid.SampledFrom([]packing{coarse, fine}).Draw(t, "packing")
		beyond := borders[rapid.SampledFrom([]string{"clamped", "mirrored", "reflected"}).Draw(t, "border")]
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		taps := make([]tap, rapid.IntRange(1, 20).Draw(t, "taps"))
		weights := make([]float64, len(taps))
		for i := range taps {
			taps[i] = tap{row: r.IntN(21) - 10, column: r.IntN(21) - 10}
			weights[i] = r.Float64()
		}
		taps = newTaps(p, taps, weights)
		x := noise(s, 1, r.Uint64()).Pixels
		got := make([]uint8, len(x))
		newFilter(p, s, beyond).run(got, x, taps)
		for i := range got {
			plane, row, column := i/(s.Height*s.Width), i/s.Width%s.Height, i%s.Width
			sum := uint64(0)
			for _, tap := range taps {
				y, x0 := beyond(row+tap.row, s.Height), beyond(column+tap.column, s.Width)
				sum += tap.weight * uint64(x[(plane*s.Height+y)*s.Width+x0])
			}
			if want := uint8(sum / p.unit()); got[i] != want {
				t.Fatalf("value %d is %d, want %d", i, got[i], want)
			}
		}
	})
}

func TestBorders(t *testing.T) {
	for _, c := range []struct {
		name   string
		beyond border
		n      int
		want   []int // from -4 on
	}{
		{"clamped", clamped, 3, []int{0, 0, 0, 0, 0, 1, 2, 2, 2, 2}},
		{"mirrored", mirrored, 3, []int{0, 1, 2, 1, 0, 1, 2, 1, 0, 1}},
		{"reflected", reflected, 3, []int{2, 2, 1, 0, 0, 1, 2, 2, 1, 0}},
		{"clamped", clamped, 1, []int{0, 0, 0, 0, 0, 0}},
		{"mirrored", mirrored, 1, []int{0, 0, 0, 0, 0, 0}},
		{"reflected", reflected, 1, []int{0, 0, 0, 0, 0, 0}},
	} {
		for k, want := range c.want {
			if got := c.beyond(k-4, c.n); got != want {
				t.Errorf("%s: %d of %d is %d, want %d", c.name, k-4, c.n, got, want)
			}
		}
	}
}

// TestCoderOfFineStepsKeepsBlocks: with steps of 1 nothing is lost but roundings, whatever the block.
func TestCoderOfFineStepsKeepsBlocks(t *testing.T) {
	c, r := newCoder(&lumaSteps, 100), rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		var b block
		for i := range b {
			b[i] = float32(r.IntN(256) - 128)
		}
		want := b
		c.run(&b)
		for i, v := range b {
			if math.Abs(float64(v-want[i])) > 2.5 {
				t.Fatalf("value %d is %v, want %v", i, v, want[i])
			}
		}
	}
}
