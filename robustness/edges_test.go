package robustness_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/nassearch/nassearch/robustness"
)

// Whatever the images are, what attacks find is in the ball and in [0,1], the worst case is no better than any attack,
// and nothing is better than clean: few images, equal ones, black and white ones, of one class or several.
func TestEveryAttackKeepsToItsThreatOnAnyImages(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shape := robustness.Shape{Channels: rapid.SampledFrom([]int{1, 3}).Draw(t, "channels"), Height: 4, Width: 4}
		classes := rapid.IntRange(2, 5).Draw(t, "classes")
		model := newLinear(rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "model"), 1)), shape, classes)
		x, y := drawImages(t, model, shape)
		threats := []robustness.Threat{
			{Eps: rapid.Float64Range(1./(1<<23), 1.5).Draw(t, "Linf")},
			{Norm: robustness.L2, Eps: rapid.Float64Range(1./(1<<23), 8).Draw(t, "L2")},
		}
		e := robustness.Evaluation{Threats: threats, Seed: rapid.Uint64().Draw(t, "seed"), Batch: rapid.IntRange(1, 5).Draw(t, "batch")}
		for _, a := range []robustness.Attack{
			robustness.FGSM(), robustness.PGD{Steps: 3, StepSize: .5, RandomStart: true}, robustness.APGD{Steps: 4, Rho: .75},
			robustness.FAB{Steps: 3, Targets: 9, AlphaMax: .1, Eta: 1.05, Beta: .9}, robustness.Square{Queries: 5, Share: .8},
		} {
			e.Methods = append(e.Methods, method(a))
		}
		e.Found = func(found robustness.Example) {
			if !found.Threat.Contains(found.Pixels, x.Image(found.Image)) {
				t.Errorf("%s leaves %v on image %d", found.Attack, found.Threat, found.Image)
			}
			if found.Class == y[found.Image] || !robustness.Fooled(model.logits(found.Pixels), y[found.Image]) {
				t.Errorf("%s did not fool the model on image %d", found.Attack, found.Image)
			}
		}
		report, err := e.Run(t.Context(), []robustness.Model{model}, x, y)
		if err != nil {
			t.Fatal(err)
		}
		for _, result := range report.Results {
			at := slices.IndexFunc(report.Worst, func(w robustness.Worst) bool { return w.Threat == result.Threat })
			if worst := report.Worst[at].Accuracy; !(worst <= result.Accuracy && result.Accuracy <= report.CleanAccuracy) {
				t.Errorf("%s at %v: %v, clean %v, worst %v", result.Method.Name, result.Threat, result.Accuracy, report.CleanAccuracy, worst)
			}
			if g := result.Gradients[0]; g.Zero > g.Images || g.Images > len(y) {
				t.Errorf("%s at %v: gradients %+v of %d images", result.Method.Name, result.Threat, g, len(y))
			}
		}
	})
}

// drawImages draws images of a kind, with the model's own answers as labels, or all with one.
func drawImages(t *rapid.T, model *linear, shape robustness.Shape) (robustness.Batch, []int) {
	n := rapid.IntRange(1, 6).Draw(t, "images")
	kind := rapid.SampledFrom([]string{"any", "equal", "black", "white"}).Draw(t, "kind")
	one := rapid.Bool().Draw(t, "one class")
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "pixels"), 2))
	x, y := robustness.Batch{Shape: shape}, make([]int, n)
	for i := range n {
		image := make([]float32, shape.Size())
		for k := range image {
			switch kind {
			case "any":
				image[k] = r.Float32()
			case "equal":
				image[k] = float32(k) / float32(len(image))
			case "white":
				image[k] = 1
			}
		}
		x.Pixels = append(x.Pixels, image...)
		if logits := model.logits(image); !one {
			y[i] = slices.Index(logits, slices.Max(logits))
		}
	}
	return x, y
}

// A larger ball holds a smaller one: for a linear model, whose worst point a step of eps reaches, accuracy never rises.
func TestLargerEpsIsNeverSaferWhereAttacksAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shape := robustness.Shape{Channels: 1, Height: 4, Width: 4}
		model := newLinear(rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "model"), 1)), shape, 2)
		x, y := drawImages(t, model, shape)
		small := rapid.Float64Range(1e-6, .5).Draw(t, "small")
		large := small * rapid.Float64Range(1, 3).Draw(t, "times")
		e := robustness.Evaluation{Methods: []robustness.Method{method(robustness.FGSM())}}
		for _, eps := range []float64{small, large} {
			e.Threats = append(e.Threats, robustness.Threat{Eps: eps})
		}
		if small == large {
			return
		}
		report, err := e.Run(t.Context(), []robustness.Model{model}, x, y)
		if err != nil {
			t.Fatal(err)
		}
		for i, robust := range report.Results[1].Robust {
			if robust && !report.Results[0].Robust[i] {
				t.Errorf("image %d falls at %v and not at %v", i, small, large)
			}
		}
	})
}
