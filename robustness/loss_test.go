package robustness

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestLossGradientsMatchFiniteDifferences compares with central differences of the value.
func TestLossGradientsMatchFiniteDifferences(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		classes := rapid.IntRange(4, 12).Draw(t, "classes")
		z := make([]float32, classes)
		for k, rank := range rapid.Permutation(order(make([]float32, classes), classes)).Draw(t, "ranks") {
			// Well apart: the ratios have kinks where logits are equal.
			z[k] = float32(rank) + rapid.Float32Range(-.3, .3).Draw(t, "logit")
		}
		label := rapid.IntRange(0, classes-1).Draw(t, "label")
		target := (label + rapid.IntRange(1, classes-1).Draw(t, "target")) % classes
		for name, loss := range map[string]Loss{
			"cross-entropy": CrossEntropy(label), "dlr": DLR(label),
			"targeted dlr": TargetedDLR(label, target), "difference": LogitDifference(label, target),
		} {
			grad, scratch := make([]float32, classes), make([]float32, classes)
			loss(z, grad)
			const h = 1. / 128
			for k := range z {
				up, down := slices.Clone(z), slices.Clone(z)
				up[k] += h
				down[k] -= h
				want := (loss(up, scratch) - loss(down, scratch)) / float64(up[k]-down[k])
				// The error of the difference is h^2/6 of the third derivative, which is at most 6 x 9.6 / 1.4^4 = 15 here: that
				// of dlr by the largest of 12 logits, 1.4 above the third, which is 9.6 above the label's. So it is below 2e-4.
				if diff := math.Abs(float64(grad[k]) - want); !(diff < 5e-4) {
					t.Fatalf("%s of %v, label %d, target %d: derivative by logit %d is %v, want %v", name, z, label, target, k, grad[k], want)
				}
			}
		}
	})
}

func TestLossValues(t *testing.T) {
	z := []float32{1, 4, 2, -1, 0}
	grad := make([]float32, len(z))
	for _, c := range []struct {
		name string
		loss Loss
		want float64
	}{
		{"cross-entropy", CrossEntropy(1), math.Log(math.Exp(1)+math.Exp(4)+math.Exp(2)+math.Exp(-1)+1) - 4},
		{"dlr of the right class", DLR(1), -(4. - 2) / (4 - 1)},
		{"dlr of a wrong class", DLR(2), (4. - 2) / (4 - 1)},
		{"targeted dlr", TargetedDLR(1, 3), -(4. + 1) / (4 - .5*(1+0))},
		{"difference", LogitDifference(1, 0), -3},
	} {
		if got := c.loss(z, grad); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	if got := Margin(z, 1); got != 2 {
		t.Errorf("margin: %v, want 2", got)
	}
}

// TestCrossEntropyOfExtremeLogits holds what a naive sum of exponentials gets wrong.
func TestCrossEntropyOfExtremeLogits(t *testing.T) {
	grad := make([]float32, 2)
	if got := CrossEntropy(0)([]float32{-500, 500}, grad); got != 1000 || grad[0] != -1 || grad[1] != 1 {
		t.Errorf("loss %v, gradient %v: want 1000, -1 and 1", got, grad)
	}
}

func TestOrderPutsEqualLogitsByClass(t *testing.T) {
	if got := order([]float32{1, 3, 2, 3, 0}, 3); !slices.Equal(got, []int{1, 3, 2}) {
		t.Errorf("order %v, want 1 3 2", got)
	}
	if got := order([]float32{1, 2}, 9); !slices.Equal(got, []int{1, 0}) {
		t.Errorf("order %v, want 1 0", got)
	}
}
