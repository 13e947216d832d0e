package trainer

import (
	"math"
	"testing"
)

func TestCrossEntropyIsItsDefinition(t *testing.T) {
	// Two images, three classes: softmax of (0, ln 2, ln 5) is (1, 2, 5) / 8, of equal logits a third each.
	logits := []float32{0, float32(math.Log(2)), float32(math.Log(5)), 700, 700, 700}
	grad := make([]float32, 6)
	labels := []int{1, 2}
	for _, c := range []struct {
		smoothing, loss float64
		grad            []float64
	}{
		{0, (math.Log(4) + math.Log(3)) / 2, []float64{1. / 16, -3. / 8, 5. / 16, 1. / 6, 1. / 6, -1. / 3}},
		{.3, (.8*math.Log(4) + .1*math.Log(8) + .1*math.Log(8./5) + math.Log(3)) / 2,
			[]float64{(.125 - .1) / 2, (.25 - .8) / 2, (.625 - .1) / 2, (1./3 - .1) / 2, (1./3 - .1) / 2, (1./3 - .8) / 2}},
	} {
		if got := crossEntropy(logits, grad, labels, c.smoothing); math.Abs(got-c.loss) > 1e-6 {
			t.Errorf("smoothing %v: loss %v, want %v", c.smoothing, got, c.loss)
		}
		for i, want := range c.grad {
			if math.Abs(float64(grad[i])-want) > 1e-6 {
				t.Errorf("smoothing %v: gradient %d is %v, want %v", c.smoothing, i, grad[i], want)
			}
		}
	}
}

func TestCrossEntropyShowsDivergence(t *testing.T) {
	for _, bad := range []float64{math.NaN(), math.Inf(1)} {
		if got := crossEntropy([]float32{1, float32(bad)}, make([]float32, 2), []int{0}, 0); !math.IsNaN(got) && !math.IsInf(got, 0) {
			t.Errorf("logit %v: loss %v", bad, got)
		}
	}
}
