package live_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/internal/sharedtest"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/trainer"
)

// Logits that are too large leave attacks without a gradient, which a bench does not keep to itself.
func TestBenchTellsOfZeroGradients(t *testing.T) {
	dir := filepath.Join(sharedtest.Dir(t), "cases", "09-zero-gradient")
	l := newLab(t, quick(t))
	for file, want := range map[string]string{"base.st": "", "scale1e6.st": "Linf 4/255: the gradient that fgsm follows is exactly zero on "} {
		w, err := trainer.Load(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		fgsm, err := robustness.Methods().Named("fgsm")
		if err != nil {
			t.Fatal(err)
		}
		b := l.Bench(w, l.Images.Test, 1)
		scores, err := b.Attack(t.Context(), fgsm, 200, []objective.Setting{objective.At(4)})
		if err != nil {
			t.Fatal(err)
		}
		if text := strings.Join(b.Warnings(), "; "); (text == "") != (want == "") || !strings.HasPrefix(text, want) {
			t.Errorf("%s: accuracy %v, warnings %q, want %q", file, scores[0].Accuracy, text, want)
		}
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
