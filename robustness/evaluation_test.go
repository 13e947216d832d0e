package robustness_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/nassearch/nassearch/robustness"
)

func method(a robustness.Attack) robustness.Method {
	return robustness.Method{Name: a.Name(), Attacks: []robustness.Attack{a}}
}

// TestLinearModelFallsExactlyWhereItMust compares with the closed form, image by image.
func TestLinearModelFallsExactlyWhereItMust(t *testing.T) {
	shape := robustness.Shape{Channels: 3, Height: 4, Width: 4}
	straight := robustness.DefaultPGD()
	straight.RandomStart = false
	for _, c := range []struct {
		attack    robustness.Attack
		classes   int
		norm      robustness.Norm
		low, high float64
		eps       []float64
	}{
		{robustness.FGSM(), 2, robustness.Linf, 0, 1, []float64{.01, .05, .2}},
		{robustness.FGSM(), 2, robustness.L2, .4, .6, []float64{.02, .1, .3}},
		{straight, 2, robustness.Linf, 0, 1, []float64{.01, .05, .2}},
		{straight, 2, robustness.L2, .4, .6, []float64{.02, .1, .3}},
		{robustness.DefaultAPGD(robustness.CE), 2, robustness.Linf, 0, 1, []float64{.01, .05, .2}},
		{robustness.DefaultAPGD(robustness.CE), 2, robustness.L2, .4, .6, []float64{.02, .1, .3}},
		{robustness.DefaultAPGD(robustness.Targeted), 5, robustness.Linf, 0, 1, []float64{.01, .05, .2}},
		{robustness.DefaultAPGD(robustness.Targeted), 5, robustness.L2, .4, .6, []float64{.02, .1, .3}},
		{robustness.DefaultFAB(), 2, robustness.Linf, 0, 1, []float64{.01, .05, .2}},
		{robustness.DefaultFAB(), 5, robustness.Linf, 0, 1, []float64{.01, .05, .2}},
		{robustness.DefaultFAB(), 5, robustness.L2, .4, .6, []float64{.02, .1, .3}},
	} {
		r := rand.New(rand.NewPCG(1, 2))
		m := newLinear(r, shape, c.classes)
		x, y := m.sample(r, 200, c.low, c.high)
		e := robustness.Evaluation{Methods: []robustness.Method{method(c.attack)}, Seed: 1, Batch: 16}
		for _, eps := range c.eps {
			e.Threats = append(e.Threats, robustness.Threat{Norm: c.norm, Eps: eps})
		}
		report, err := e.Run(t.Context(), []robustness.Model{m}, x, y)
		if err != nil {
			t.Fatal(err)
		}
		for k, threat := range e.Threats {
			result := report.Results[k]
			for i, got := range result.Robust {
				want, by := m.robust(x.Image(i), y[i], threat)
				want = want && report.Clean[i]
				if got != want && by > 1e-4 { // of margins around 1: float32 decides closer ones
					t.Errorf("%s at %v, image %d: robust %v, want %v by a margin of %.2g", c.attack.Name(), threat, i, got, want, by)
				}
			}
			t.Logf("%s at %v: clean %.3f, robust %.3f, passes %+v", c.attack.Name(), threat, report.CleanAccuracy, result.Accuracy, result.Passes)
		}
	}
}

// TestGradientAtTheImageIsComputedOnce counts what FGSM at several eps costs.
func TestGradientAtTheImageIsComputedOnce(t *testing.T) {
	s := fixedScene(40)
	e := robustness.Evaluation{Methods: []robustness.Method{method(robustness.FGSM())}}
	for _, eps := range []float64{.01, .02, .03} {
		e.Threats = append(e.Threats, robustness.Threat{Eps: eps})
	}
	report, err := e.Run(t.Context(), []robustness.Model{s.model}, s.x, s.y)
	if err != nil {
		t.Fatal(err)
	}
	if want := (robustness.Passes{Forward: 40, Backward: 40}); report.Passes != want {
		t.Errorf("clean images: passes %+v, want %+v", report.Passes, want)
	}
	for _, r := range report.Results {
		if want := (robustness.Passes{Forward: count(report.Clean)}); r.Passes != want {
			t.Errorf("%v: passes %+v, want %+v", r.Threat, r.Passes, want)
		}
	}
}

// TestSquareFindsMostOfWhatIsPossible holds the random search to the closed form: no gradient, so not exactly.
func TestSquareFindsMostOfWhatIsPossible(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	m := newLinear(r, robustness.Shape{Channels: 3, Height: 8, Width: 8}, 5)
	x, y := m.sample(r, 200, .4, .6)
	for _, threat := range []robustness.Threat{{Norm: robustness.Linf, Eps: .01}, {Norm: robustness.L2, Eps: .1}} {
		e := robustness.Evaluation{Methods: []robustness.Method{method(robustness.Square{Queries: 500, Share: .8})}, Threats: []robustness.Threat{threat}}
		report, err := e.Run(t.Context(), []robustness.Model{m}, x, y)
		if err != nil {
			t.Fatal(err)
		}
		possible, found := 0, 0
		for i, right := range report.Clean {
			if !right {
				continue
			}
			if ok, _ := m.robust(x.Image(i), y[i], threat); !ok {
				possible++
			}
			if !report.Results[0].Robust[i] {
				found++
			}
		}
		t.Logf("%v: %d of %d", threat, found, possible)
		if 4*found < 3*possible || possible < 50 {
			t.Errorf("%v: found %d of %d", threat, found, possible)
		}
	}
}

// TestMeansAreThoseOfTheJudgedPoints has two classes, for which the attacks' last point and thus its loss and confidence
// are known: log(1 + e^-m) and 1 / (1 + e^-|m|) for the least margin m that the threat leaves, or that at an image which
// is wrong when clean.
func TestMeansAreThoseOfTheJudgedPoints(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	m := newLinear(r, robustness.Shape{Channels: 1, Height: 2, Width: 3}, 2)
	x, y := m.sample(r, 60, 0, 1)
	steps := robustness.PGD{Steps: 10, StepSize: .2, LastPoint: true}
	e := robustness.Evaluation{Methods: []robustness.Method{method(robustness.FGSM()), method(steps)}, Threats: []robustness.Threat{{Eps: .02}, {Eps: .3}}}
	report, err := e.Run(t.Context(), []robustness.Model{m}, x, y)
	if err != nil {
		t.Fatal(err)
	}
	expect := func(attacked bool, threat robustness.Threat) (want robustness.Means) {
		for i, label := range y {
			margin := m.reach(x.Image(i), label, 1-label, robustness.Threat{})
			if attacked && report.Clean[i] {
				margin = m.reach(x.Image(i), label, 1-label, threat)
			}
			want.Loss += math.Log1p(math.Exp(-margin)) / float64(len(y))
			want.Confidence += 1 / (1 + math.Exp(-math.Abs(margin))) / float64(len(y))
		}
		return want
	}
	check := func(name string, got, want robustness.Means) {
		if math.Abs(got.Loss-want.Loss) > 1e-5 || math.Abs(got.Confidence-want.Confidence) > 1e-5 { // float32 logits
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
	check("clean", report.CleanMeans, expect(false, robustness.Threat{}))
	for _, result := range report.Results {
		check(result.Method.Name+" at "+result.Threat.String(), result.Means, expect(true, result.Threat))
	}
}
