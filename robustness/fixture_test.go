package robustness_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/nassearch/nassearch/internal/sharedtest"
	"github.com/nassearch/nassearch/robustness"
)

// stepCase is an accuracy under FGSM or PGD: a 0 or 1 for each image.
type stepCase struct {
	Eps255   float64
	N, Steps int
	Accuracy float64
	Correct  string
}

type stepFile struct {
	Clean     stepCase
	FGSM, PGD []stepCase
	Random    []struct {
		Eps255 float64
		N      int
		Mean   float64
	} `json:"pgd_random_start"`
}

func (c stepCase) threat() robustness.Threat {
	return robustness.Threat{Norm: robustness.Linf, Eps: c.Eps255 / 255}
}

func readSteps(t testing.TB) *stepFile {
	t.Helper()
	f := new(stepFile)
	sharedtest.ReadJSON(t, sharedtest.Cases(t, "attacks", "fgsm_pgd.json")[0], f)
	return f
}

// differences counts the images on which masks differ.
func differences(got []bool, want string) int {
	n := 0
	for i, ok := range got {
		if ok != (want[i] == '1') {
			n++
		}
	}
	return n
}

// allowed is how many images may differ for a deterministic attack: .5 %, or one of up to 200.
func allowed(n int) int { return max(1, n/200) }

// both says what an evaluation must find: images that are right when clean and under attack.
func both(clean, attacked string) string {
	b := []byte(attacked)
	for i := range b {
		b[i] = min(b[i], clean[i])
	}
	return string(b)
}

// bySize groups cases of as many images.
func bySize(cases []stepCase, some int) map[int][]stepCase {
	groups := map[int][]stepCase{}
	for _, c := range cases {
		c.N = few(c.N, some)
		groups[c.N] = append(groups[c.N], c)
	}
	return groups
}

// TestFixtureSteps compares FGSM and PGD without random start, image by image.
func TestFixtureSteps(t *testing.T) {
	v, f := loadVictim(t), readSteps(t)
	models := v.models(t, 2)
	if n := differences(right(t, models[0], v.x, v.y), f.Clean.Correct); n > 0 {
		t.Errorf("clean: %d images differ", n)
	}
	run := func(cases []stepCase, a robustness.PGD) {
		x, y := v.first(cases[0].N)
		e := robustness.Evaluation{Methods: []robustness.Method{method(a)}, Batch: lanes}
		for _, c := range cases {
			e.Threats = append(e.Threats, c.threat())
		}
		report, err := e.Run(t.Context(), models, x, y)
		if err != nil {
			t.Fatal(err)
		}
		for k, r := range report.Results {
			n := differences(r.Robust, both(f.Clean.Correct[:len(y)], cases[k].Correct[:len(y)]))
			t.Logf("%s at %v: %d of %d images differ, passes %+v (without stopping: %d), %.1f s", a.Name(), r.Threat, n, len(y), r.Passes, len(y)*a.Steps, r.Seconds)
			if n > allowed(len(y)) {
				t.Errorf("%s at %v: %d of %d images differ", a.Name(), r.Threat, n, len(y))
			}
		}
	}
	for _, cases := range bySize(f.FGSM, 1000) {
		run(cases, robustness.FGSM())
	}
	if testing.Short() {
		return
	}
	for _, cases := range bySize(f.PGD, 50) {
		run(cases, robustness.PGD{Steps: cases[0].Steps, StepSize: 1. / 30})
	}
}

// TestFixtureLastPoints compares what the last points do to every image, also to those that are wrong when clean, which
// an evaluation leaves alone: the reference attacked them all.
func TestFixtureLastPoints(t *testing.T) {
	v, f := loadVictim(t), readSteps(t)
	m := v.models(t, 1)[0].(robustness.GradModel)
	run := func(t *testing.T, c stepCase, a robustness.PGD, some int) {
		c.N = few(c.N, some)
		x, y := v.first(c.N)
		got := right(t, m, plainPGD(t, m, a, x, y, c.threat(), lanes), y)
		if n := differences(got, c.Correct); n > allowed(c.N) {
			t.Errorf("%d of %d images differ", n, c.N)
		}
	}
	for _, c := range f.FGSM {
		t.Run(fmt.Sprintf("fgsm/%v", c.Eps255), func(t *testing.T) { run(t, c, robustness.FGSM(), 200) })
	}
	if !*full {
		return // the images that count are in TestFixtureSteps
	}
	for _, c := range f.PGD {
		t.Run(fmt.Sprintf("pgd/%v", c.Eps255), func(t *testing.T) { run(t, c, robustness.PGD{Steps: c.Steps, StepSize: 1. / 30}, c.N) })
	}
}

// TestFixtureRandomStart compares accuracies: within .02.
func TestFixtureRandomStart(t *testing.T) {
	if !*full {
		t.Skip("takes a minute: -full")
	}
	v, f := loadVictim(t), readSteps(t)
	models := v.models(t, 2)
	a := robustness.DefaultPGD()
	a.LastPoint = true
	for _, c := range f.Random {
		x, y := v.first(c.N)
		e := robustness.Evaluation{Methods: []robustness.Method{method(a)}, Threats: []robustness.Threat{stepCase{Eps255: c.Eps255}.threat()}, Batch: lanes}
		report, err := e.Run(t.Context(), models, x, y)
		if err != nil {
			t.Fatal(err)
		}
		got := report.Results[0].Accuracy
		t.Logf("%v: accuracy %.3f, want %.3f", report.Results[0].Threat, got, c.Mean)
		if math.Abs(got-c.Mean) > .02 {
			t.Errorf("%v: accuracy %.3f, want %.3f", report.Results[0].Threat, got, c.Mean)
		}
	}
}
