package attack

import (
	"strings"
	"testing"
)

func TestNormalisationOfOtherPixelsIsQuestioned(t *testing.T) {
	for _, c := range []struct {
		mean, std []float32
		want      string // empty: no question
	}{
		{nil, nil, ""},
		{[]float32{0, 0, 0}, []float32{1, 1, 1}, ""},
		{[]float32{.5}, []float32{.5}, ""},
		{[]float32{.4914, .4822, .4465}, []float32{.247, .2435, .2616}, ""},
		{[]float32{0}, []float32{1. / 255}, ""}, // the network sees 0 to 255
		{[]float32{73.12}, []float32{77.88}, "--mean 0.2867 --std 0.3054 may be meant"},
		{[]float32{125.3, 123, 113.9}, []float32{63, 62.1, 66.7}, "--mean 0.4914,0.4824,0.4467 --std 0.2471,0.2435,0.2616 may be meant"},
		{[]float32{.49, .48, 113.9}, []float32{.2, .2, .2}, "pixels from 0 to 255"},
		{[]float32{0}, []float32{255}, "none is so far from their mean"},
		{[]float32{-.5}, []float32{1}, "and so is their mean"},
		{[]float32{.0011}, []float32{.0012}, "divided by 255 twice?"},
	} {
		if got := units(c.mean, c.std); (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%v %v: %q, want %q", c.mean, c.std, got, c.want)
		}
	}
}

// What a result depends on stands beside it.
func TestResultSaysWhatItDependsOn(t *testing.T) {
	file := save(t, nil)
	o := judge(t, file, "--samples", "20", "--attacks", "fgsm,aa", "--norm", "L2")
	if o.Image != 8 || o.Inputs != 1 || len(o.Mean) != 1 || len(o.Std) != 1 || len(o.Classes) != 10 || o.Classes[9] != "ankle boot" ||
		len(o.Digest) != 64 || o.Content == "" || len(o.PerClass) != 10 || o.Norm != "L2" || o.Attacks[0].Eps != "0.5" || o.Kernel == "" {
		t.Errorf("%+v", o)
	}
	if runs := o.Methods[1].Runs; len(runs) != 4 || runs[3].Attack != "square" || !strings.Contains(string(runs[3].Options), `"queries": 5000`) {
		t.Errorf("aa's attacks are %s", runs)
	}
	if again := judge(t, file, "--samples", "10", "--attacks", "fgsm"); again.Digest != o.Digest || again.Content != o.Content {
		t.Error("the same weights and images have other digests")
	}
	text, err := runCommand(t.Context(), file, "--samples", "20", "--attacks", "fgsm")
	if err != nil || !strings.Contains(text, "8x8 grey images of 10 classes · mean 0.2868, std 0.3054 · weights "+o.Digest[:12]+"\n") ||
		!strings.Contains(text, "classes  t-shirt, trouser, ") {
		t.Errorf("%v\n%s", err, text)
	}
}
