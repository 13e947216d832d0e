package robustness

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// What is written for speed gives the bits of what is written plainly: robust accuracies stay what they were.

func TestCrossEntropyHasTheBitsOfItsDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		z := rapid.SliceOfN(rapid.Float32Range(-30, 30), 2, 40).Draw(t, "logits")
		label := rapid.IntRange(0, len(z)-1).Draw(t, "label")
		largest, sum := float64(z[argmax(z)]), 0.0
		for _, v := range z {
			sum += math.Exp(float64(v) - largest)
		}
		loss := largest + math.Log(sum) - float64(z[label])
		grad := make([]float32, len(z))
		if got := CrossEntropy(label)(z, grad); got != loss || newAnswer(z, label).loss != loss {
			t.Errorf("loss %v, want %v", got, loss)
		}
		for k, v := range z {
			p := math.Exp(float64(v)-largest) / sum
			if k == label {
				p--
			}
			if grad[k] != float32(p) {
				t.Errorf("gradient %v by logit %d, want %v", grad[k], k, float32(p))
			}
		}
	})
}

func TestContainsIsWhatItsNormSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float32Range(0, 1), 1, 12).Draw(t, "x")
		adv := make([]float32, len(x))
		inside := true
		for i := range adv {
			adv[i] = x[i] + rapid.SampledFrom([]float32{0, 0, .01, -.01, .0100001, .02, float32(math.NaN())}).Draw(t, "change")
			inside = inside && adv[i] >= 0 && adv[i] <= 1
		}
		for _, threat := range []Threat{{Linf, .01}, {L2, .02}} {
			slack := rounding
			if threat.Norm == L2 {
				slack *= math.Sqrt(float64(len(x)))
			}
			if want := inside && threat.Norm.Length(x, adv) <= threat.Eps+slack; threat.Contains(adv, x) != want {
				t.Errorf("%v contains %v around %v: want %t", threat, adv, x, want)
			}
		}
	})
}
