package live_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/internal/sharedtest"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/trainer"
)

// Logits that are too large leave attacks without a gradient: what they find is no measurement, and a bench says so.
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
		_, err = b.Attack(t.Context(), fgsm, 200, []objective.Setting{objective.At(4)})
		unled, failed := errors.AsType[*live.UnledError](err)
		if failed != (want != "") || failed && (unled.Unled != 167 || unled.Of != 167 || objective.CauseOf(err) != objective.NoGradient) {
			t.Errorf("%s: %v, want a failure: %v", file, err, want != "")
		}
		if text := strings.Join(b.Warnings(), "; "); (text == "") != (want == "") || !strings.HasPrefix(text, want) {
			t.Errorf("%s: warnings %q, want %q", file, text, want)
		}
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
