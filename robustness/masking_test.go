package robustness_test

import (
	"context"
	"fmt"
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
		want    []string // nothing: no warning
	}{
		{"honest", s.model, []robustness.Attack{robustness.FGSM(), pgd, square}, .02, nil},
		{"honest at a huge eps", s.model, []robustness.Attack{pgd}, .6, nil},
		{"square finds more", vanish, []robustness.Attack{pgd, square}, .02, []string{"without gradients", "exactly zero on 86 of 86"}},
		{"huge eps", vanish, []robustness.Attack{pgd}, .6, []string{"withstand", "the gradient that pgd follows is exactly zero on 86 of 86"}},
		{"one step", vanish, []robustness.Attack{robustness.FGSM()}, .02, []string{"fgsm follows is exactly zero on 86 of 86"}},
		{"one step is enough", fades, []robustness.Attack{robustness.FGSM(), pgd}, .02, []string{"no stronger than fgsm"}},
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
			for i, w := range report.Warnings {
				if i >= len(c.want) || !strings.Contains(w.String(), c.want[i]) {
					t.Errorf("warning %q, want %q", w, c.want)
				}
			}
			if len(report.Warnings) < len(c.want) {
				t.Errorf("%d warnings, want %q", len(report.Warnings), c.want)
			}
		})
	}
}

// seen answers by the first pixel, which the test writes: below .5 is class 0, and right.
type seen struct{}

func (seen) Logits(_ context.Context, x robustness.Batch) ([]float32, error) {
	var z []float32
	for i := range x.Len() {
		z = append(z, .5-x.Image(i)[0], x.Image(i)[0]-.5)
	}
	return z, nil
}

// Gradient is zero in the second half of the images, and elsewhere leads to class 1.
func (m seen) Gradient(ctx context.Context, x robustness.Batch, _ []robustness.Loss) (robustness.Batch, []float32, error) {
	g := x.Clone()
	for i := range x.Len() {
		clear(g.Image(i))
		if x.Image(i)[1] < .5 {
			g.Image(i)[0] = 1
		}
	}
	z, err := m.Logits(ctx, x)
	return g, z, err
}

// One image in a few proves nothing, and the more images there are the smaller the share that does.
func TestMaskingIsNotCriedOverFewImages(t *testing.T) {
	for _, c := range []struct {
		missed, images int
		want           bool
	}{{1, 1, false}, {1, 4, false}, {1, 50, false}, {1, 99, false}, {2, 10, false}, {3, 10, true}, {5, 50, false}, {6, 50, true}, {7, 100, false}, {8, 100, true}, {35, 1000, false}, {36, 1000, true}} {
		// The last images have no gradient, which square does not need.
		x := robustness.Batch{Shape: robustness.Shape{Channels: 1, Height: 1, Width: 2}, Pixels: make([]float32, 2*c.images)}
		for i := range c.images {
			x.Image(i)[0] = .3 + .1*float32(i)/float32(c.images)
			if i >= c.images-c.missed {
				x.Image(i)[1] = .9
			}
		}
		e := robustness.Evaluation{
			Methods: []robustness.Method{method(robustness.PGD{Steps: 2, StepSize: 1}), method(robustness.Square{Queries: 50, Share: 1})},
			Threats: []robustness.Threat{{Eps: .25}},
		}
		report, err := e.Run(t.Context(), []robustness.Model{seen{}}, x, make([]int, c.images))
		if err != nil {
			t.Fatal(err)
		}
		text := fmt.Sprint(report.Warnings)
		if got := strings.Contains(text, "masked"); got != c.want {
			t.Errorf("%d of %d images: %s, want a warning of masking: %v", c.missed, c.images, text, c.want)
		}
		zero := fmt.Sprintf("the gradient that pgd follows is exactly zero on %d of %d images", c.missed, c.images)
		if got, want := strings.Contains(text, zero), c.want || c.images == 1; got != want {
			t.Errorf("%s, want %q: %v", text, zero, want)
		}
		if got := report.Results[0].Unled; got != c.missed {
			t.Errorf("%d images count as not attacked, want %d", got, c.missed)
		}
		if got, want := report.Results[0].Gradients[0], (robustness.Gradients{Images: c.images, Zero: c.missed}); got != want {
			t.Errorf("pgd's gradients are %+v, want %+v", got, want)
		}
		if got := report.Results[1].Gradients[0]; got != (robustness.Gradients{}) {
			t.Errorf("square was given gradients: %+v", got)
		}
	}
}

// A model that does not look at images is as robust as it is accurate.
func TestConstantModelIsNotMasked(t *testing.T) {
	s := fixedScene(20)
	for _, row := range s.model.w {
		clear(row)
	}
	for i := range s.y {
		s.y[i] = 0
	}
	clear(s.model.b)
	e := robustness.Evaluation{
		Methods: []robustness.Method{method(robustness.FGSM()), method(robustness.DefaultPGD())},
		Threats: []robustness.Threat{{Eps: .6}},
	}
	report, err := e.Run(t.Context(), []robustness.Model{s.model}, s.x, s.y)
	if err != nil {
		t.Fatal(err)
	}
	if g := report.Results[1].Gradients[0]; len(report.Warnings) > 0 || g.Zero != 20 || report.Results[1].Unled != 0 || report.Worst[0].Accuracy != 1 {
		t.Errorf("warnings %v, gradients %+v, robust accuracy %v", report.Warnings, g, report.Worst[0].Accuracy)
	}
}

// What falls within a small ball falls within a larger one.
func TestWeakerAttackAtLargerEpsIsNoticed(t *testing.T) {
	s := fixedScene(100)
	shy := shy{robustness.PGD{Steps: 10, StepSize: .2}}
	e := robustness.Evaluation{
		Methods: []robustness.Method{method(shy)},
		Threats: []robustness.Threat{{Eps: .3}, {Norm: robustness.L2, Eps: .2}, {Eps: .05}, {Eps: .01}},
	}
	report, err := e.Run(t.Context(), []robustness.Model{s.model}, s.x, s.y)
	if err != nil {
		t.Fatal(err)
	}
	if w := report.Warnings; len(w) != 1 || !strings.HasPrefix(w[0].String(), "Linf 76.5/255: pgd is weaker than at Linf 12.75/255: ") {
		t.Errorf("warnings %v", w)
	}
}

// shy does nothing at a large eps.
type shy struct{ robustness.PGD }

func (a shy) Run(o robustness.Oracle, p robustness.Problem) ([]float32, error) {
	if p.Threat.Eps > .25 {
		return p.X, nil
	}
	return a.PGD.Run(o, p)
}
