package robustness_test

import (
	"strings"
	"testing"

	"github.com/nassearch/nassearch/robustness"
)

// TestMaskedGradientsAreNoticed attacks models whose gradients lie.
func TestMaskedGradientsAreNoticed(t *testing.T) {
	s := fixedScene(100)
	vanish := changed{linear: s.model, gradient: func(g []float32) []float32 {
		clear(g)
		return g
	}}
	asked := 0
	fades := changed{linear: s.model, gradient: func(g []float32) []float32 { // true for the first question only
		if asked++; asked > 1 {
			for i := range g {
				g[i] = -g[i]
			}
		}
		return g
	}}
	pgd := robustness.PGD{Steps: 10, StepSize: .2}
	square := robustness.Square{Queries: 200, Share: .8}
	for _, c := range []struct {
		name    string
		model   robustness.Model
		attacks []robustness.Attack
		eps     float64
		want    string // nothing: no warning
	}{
		{"honest", s.model, []robustness.Attack{robustness.FGSM(), pgd, square}, .02, ""},
		{"honest at a huge eps", s.model, []robustness.Attack{pgd}, .6, ""},
		{"square finds more", vanish, []robustness.Attack{pgd, square}, .02, "without gradients"},
		{"huge eps", vanish, []robustness.Attack{pgd}, .6, "withstand"},
		{"one step is enough", fades, []robustness.Attack{robustness.FGSM(), pgd}, .02, "no stronger than fgsm"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := robustness.Evaluation{Threats: []robustness.Threat{{Eps: c.eps}}}
			for _, a := range c.attacks {
				e.Methods = append(e.Methods, method(a))
			}
			report, err := e.Run(t.Context(), []robustness.Model{c.model}, s.x, s.y)
			if err != nil {
				t.Fatal(err)
			}
			switch w := report.Warnings; {
			case c.want == "" && len(w) > 0:
				t.Errorf("warnings %v, want none", w)
			case c.want != "" && (len(w) != 1 || !strings.Contains(w[0].String(), c.want)):
				t.Errorf("warnings %v, want %q alone", w, c.want)
			}
		})
	}
}
