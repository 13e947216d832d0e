package live_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/robustness/smoothing"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/kernel"
)

// noisy is quick with training that certificates need, and few votes.
func noisy(t testing.TB) live.Protocol {
	p := quick(t)
	p.Training.Epochs, p.Training.Noise = 4, .25
	p.Certification = live.Certification{
		Config: smoothing.Config{Sigma: .25, Select: 20, Votes: 200, Alpha: .01}, Images: 48,
	}
	return p
}

func TestCertifiedAccuracyIsThatByHand(t *testing.T) {
	l := newLab(t, noisy(t))
	names := []string{"certified_acc@l2:0.4", "clean_acc", "certified_acc", "certified_acc@l2:0.1"}
	got, rec := evaluate(t, newEvaluator(t, l, live.Limits{}, names...), middle)
	w, _, err := l.Train(t.Context(), cell(t, middle), 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	n, err := trainer.NewNetwork(w, kernel.Lanes, trainer.Engine{Kernel: l.Kernel, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	r, err := smoothing.Certification{Config: l.Certification.Config, Seed: 1}.
		Run(t.Context(), []robustness.Model{n}, trainer.Images(l.Images.Val, 0, 48), l.Images.Val.Labels[:48])
	if err != nil {
		t.Fatal(err)
	}
	want := []float64{r.Accuracy(.4), *rec.Clean, r.Accuracy(.25), r.Accuracy(.1)}
	if !slices.Equal(got, want) || got[0] >= got[3] || got[3] == 0 {
		t.Errorf("accuracies %v, want %v", got, want)
	}
	_, one := evaluate(t, newEvaluator(t, l, live.Limits{}, "certified_acc"), middle)
	if rec.Passes != one.Passes || one.Passes.Forward > 1024+r.Passes {
		t.Errorf("three radii in %+v passes, one in %+v: want one run", rec.Passes, one.Passes)
	}
}

// Nothing but what the values follow from changes the source.
func TestSettingsOfCertification(t *testing.T) {
	p := noisy(t)
	e := newEvaluator(t, newLab(t, p), live.Limits{}, "certified_acc")
	s := e.Settings()
	for name, want := range map[string]string{
		"certified.images": "48", "certified.sigma": "0.25", "certified.n0": "20", "certified.n": "200",
		"certified.alpha": "0.01", "noise": "0.25",
	} {
		if s[name] != want {
			t.Errorf("setting %s is %q, want %q", name, s[name], want)
		}
	}
	other := newEvaluator(t, newLab(t, p), live.Limits{}, "pgd_acc")
	p.Certification.Sigma = .5
	if got := newEvaluator(t, newLab(t, p), live.Limits{}, "certified_acc"); got.Source() == e.Source() {
		t.Error("another sigma: the same source")
	}
	if got := newEvaluator(t, newLab(t, p), live.Limits{}, "pgd_acc"); got.Source() != other.Source() {
		t.Error("another sigma changes the source of a search under attack")
	}
	setup := live.Setup{
		Kind: "certify", Name: "certified", How: "the vote under noise of sigma 0.25, n0 20, n 200, alpha 0.01", Images: 48,
		Settings: smoothing.Config{Sigma: .25, Select: 20, Votes: 200, Alpha: .01},
	}
	if got := e.Setups(e.Images.Val); !cmp.Equal(got, []live.Setup{setup}) {
		t.Errorf("setups %+v, want %+v", got, setup)
	}
	flops := float64(e.Network().FLOPs(cell(t, large)))
	cost := time.Duration(flops * (3*4096*4 + 1024 + 48*220) / 15e9 * float64(time.Second))
	if got := e.Cost(objective.Request{Arch: large, Fidelity: 1}); got != cost {
		t.Errorf("cost %v, want %v", got, cost)
	}
}

func TestUsualCertification(t *testing.T) {
	for sample, want := range map[int]int{0: 256, 1024: 256, 64: 64} {
		p := quick(t)
		p.Sample = sample
		if got := p.Certified(); got.Images != want || got.Config != smoothing.Default() {
			t.Errorf("of %d images that are attacked: %+v, want %d", sample, got, want)
		}
	}
}

func TestRadiiWithoutMeaningAreRefused(t *testing.T) {
	p := quick(t)
	p.Training.Noise = .25
	l := newLab(t, p)
	for name, want := range map[string]string{
		"certified_acc@8/255":       "metric certified_acc@8/255: want an L2 radius, such as certified_acc@l2:0.25",
		"certified_acc@severity3":   "a radius such as certified_acc@l2:0.25",
		"certified_acc@l2:0.62":     "a radius up to 0.6158, which is the largest with sigma 0.25, n 1000 and alpha 0.001",
		"certified_acc@l2:0":        "write it as the radius of an L2 ball",
		"certified_acc@l2:-1":       "write it as the radius of an L2 ball",
		"certified_acc@l2:0.25:min": "leave the goal out",
	} {
		_, err := live.NewEvaluator(l, live.Quantities(l.Known), []string{name}, live.Limits{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
	if _, err := live.NewEvaluator(l, live.Quantities(l.Known), []string{"certified_acc@l2:0.61"}, live.Limits{}); err != nil {
		t.Error(err)
	}
	for want, change := range map[string]func(*live.Certification){
		"sigma is -1":          func(c *live.Certification) { c.Sigma = -1 },
		"sigma is 0":           func(c *live.Certification) { c.Sigma = 0 },
		"n is 50":              func(c *live.Certification) { c.Votes = 50 },
		"alpha is 1":           func(c *live.Certification) { c.Alpha = 1 },
		"certified images -1:": func(c *live.Certification) { c.Images = -1 },
	} {
		p.Certification = p.Certified()
		change(&p.Certification)
		if _, err := live.NewLab(p, l.Known, l.Kernel); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
		p.Certification = live.Certification{}
	}
}

func TestCertificationDoubtsTrainingWithoutNoise(t *testing.T) {
	p := quick(t)
	for noise, want := range map[float64][]string{
		0:   {"networks that are trained without noise are hardly certified: --noise 0.25 trains for --sigma 0.25"},
		.25: nil,
	} {
		p.Training.Noise = noise
		e := newEvaluator(t, newLab(t, p), live.Limits{}, "certified_acc")
		if got := e.Doubts(); !slices.Equal(got, want) {
			t.Errorf("noise %g: doubts %q, want %q", noise, got, want)
		}
	}
}

func TestOneClassIsNotCertified(t *testing.T) {
	for _, q := range live.Quantities(objective.Usual()) {
		if q.Metrics(quick(t))[0].Name != "certified_acc" {
			continue
		}
		_, err := q.(interface {
			For(int) (live.Quantity, error)
		}).For(1)
		if bad := (*robustness.ConfigError)(nil); !errors.As(err, &bad) || !strings.Contains(err.Error(), "classes is 1: want at least 2") {
			t.Errorf("error %v", err)
		}
		return
	}
	t.Error("nothing is certified")
}
