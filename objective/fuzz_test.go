package objective

import (
	"math"
	"testing"

	"github.com/nassearch/nassearch/robustness"
)

// Whatever is read as the size of a perturbation is a finite number above 0, and its text is read as the same size.
func FuzzParseThreat(f *testing.F) {
	for _, text := range []string{
		"8/255", "0.0314", ".5", "1e-3", "255/255", "-1", "NaN", "Inf", "1e300", "1e-400", "8/0", "8", "l2:0.5", "l2", "L2 3", "linf:8/255", "l2:128/255",
		" 8 / 255", "0x8/255", "1_0/255", "", "/", "l2:", "8/255/255", "9007199254740993/255", "0.03140",
	} {
		f.Add(text, false)
	}
	f.Fuzz(func(t *testing.T, text string, l2 bool) {
		norm := robustness.Linf
		if l2 {
			norm = robustness.L2
		}
		s, err := ParseThreatIn(norm, text)
		if err != nil {
			if s != (Setting{}) {
				t.Fatalf("%q: %+v beside an error", text, s)
			}
			return
		}
		if !(s.Eps > 0) || math.IsInf(float64(s.Eps), 0) {
			t.Fatalf("%q is read as %v", text, s.Eps)
		}
		if again, err := ParseThreat(s.Key()); err != nil || again != s {
			t.Fatalf("%q is read as %+v, whose text %q is read as %+v, %v", text, s, s.Key(), again, err)
		}
		if e, err := ParseEps(text); err == nil && (e.Share() > 1 || e.Share() <= 0) && s.Threat().Doubt(robustness.Shape{Channels: 1, Height: 1, Width: 1}) == "" {
			t.Fatalf("%q is read as %v, which nobody questions", text, e)
		}
	})
}
