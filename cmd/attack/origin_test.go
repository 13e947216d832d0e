package attack

import (
	"strings"
	"testing"
)

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
