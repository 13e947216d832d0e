package robustness_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/nassearch/nassearch/robustness"
)

// fixedScene is a model of five classes with images, half of which fall at Linf .05.
func fixedScene(n int) scene {
	r := rand.New(rand.NewPCG(3, 4))
	s := scene{model: newLinear(r, robustness.Shape{Channels: 3, Height: 4, Width: 4}, 5)}
	s.x, s.y = s.model.sample(r, n, 0, 1)
	s.threats = []robustness.Threat{{Norm: robustness.Linf, Eps: .02}}
	return s
}

// changed is a linear model that answers otherwise.
type changed struct {
	*linear
	logits   func(z []float32) ([]float32, error)
	gradient func(g []float32) []float32
}

func (m changed) Logits(ctx context.Context, x robustness.Batch) ([]float32, error) {
	z, err := m.linear.Logits(ctx, x)
	if m.logits != nil {
		return m.logits(z)
	}
	return z, err
}

func (m changed) Gradient(ctx context.Context, x robustness.Batch, losses []robustness.Loss) (robustness.Batch, []float32, error) {
	g, z, err := m.linear.Gradient(ctx, x, losses)
	if m.gradient != nil {
		g.Pixels = m.gradient(g.Pixels)
	}
	return g, z, err
}

// blind is a model without gradients.
type blind struct{ m *linear }

func (b blind) Logits(ctx context.Context, x robustness.Batch) ([]float32, error) {
	return b.m.Logits(ctx, x)
}

// jump is an attack that returns what its function says.
type jump func(p robustness.Problem) []float32

func (jump) Name() string    { return "jump" }
func (jump) String() string  { return "a jump" }
func (jump) Validate() error { return nil }
func (j jump) Run(_ robustness.Oracle, p robustness.Problem) ([]float32, error) {
	return j(p), nil
}

func TestPointsOutsideTheBallAreMovedIntoIt(t *testing.T) {
	s := fixedScene(40)
	far := jump(func(p robustness.Problem) []float32 { // the image that is most unlike the label
		adv := make([]float32, len(p.X))
		for i := range adv {
			if s.model.w[p.Label][i] < 0 {
				adv[i] = 1
			}
		}
		return adv
	})
	e := robustness.Evaluation{Methods: []robustness.Method{method(far)}, Threats: []robustness.Threat{{Eps: 1e-6}, {Eps: 1}}}
	report, err := e.Run(t.Context(), []robustness.Model{s.model}, s.x, s.y)
	if err != nil {
		t.Fatal(err)
	}
	if near, all := report.Results[0].Accuracy, report.Results[1].Accuracy; near != report.CleanAccuracy || all != 0 {
		t.Errorf("accuracy %v at a tiny eps, %v at 1: want %v and 0", near, all, report.CleanAccuracy)
	}
}

func TestFailuresAreNamed(t *testing.T) {
	s := fixedScene(20)
	broken := errors.New("broken")
	nan := float32(math.NaN())
	for _, c := range []struct {
		name   string
		model  robustness.Model
		attack robustness.Attack
		want   string
	}{
		{"no gradient", blind{s.model}, robustness.DefaultPGD(), "attack pgd needs gradients"},
		{"model fails", changed{linear: s.model, logits: func([]float32) ([]float32, error) { return nil, broken }}, robustness.DefaultPGD(), "broken"},
		{"logits are no numbers", changed{linear: s.model, logits: func(z []float32) ([]float32, error) { z[7] = nan; return z, nil }}, robustness.DefaultPGD(), "logits of image 1"},
		{"gradients are no numbers", changed{linear: s.model, gradient: func(g []float32) []float32 { g[0] = nan; return g }}, robustness.DefaultPGD(), "gradient of image 1"},
		{"too few logits", changed{linear: s.model, logits: func(z []float32) ([]float32, error) { return z[:7], nil }}, robustness.DefaultPGD(), "7 logits for 20 images"},
		{"gradient of another size", changed{linear: s.model, gradient: func(g []float32) []float32 { return g[1:] }}, robustness.DefaultPGD(), "gradient of"},
		{"attack returns nothing", s.model, jump(func(robustness.Problem) []float32 { return nil }), "jump on image 1: it returned 0 values"},
		{"attack returns no numbers", s.model, jump(func(p robustness.Problem) []float32 {
			adv := append([]float32(nil), p.X...)
			adv[0] = nan
			return adv
		}), "no numbers"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := robustness.Evaluation{Methods: []robustness.Method{method(c.attack)}, Threats: s.threats}
			_, err := e.Run(t.Context(), []robustness.Model{c.model}, s.x, s.y)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}

func TestErrorsHaveTypes(t *testing.T) {
	s := fixedScene(10)
	run := func(e robustness.Evaluation, m robustness.Model) error {
		_, err := e.Run(t.Context(), []robustness.Model{m}, s.x, s.y)
		return err
	}
	e := robustness.Evaluation{Methods: []robustness.Method{method(robustness.DefaultPGD())}, Threats: s.threats}
	if want := new(robustness.NeedsGradientError); !errors.As(run(e, blind{s.model}), &want) {
		t.Error("want a NeedsGradientError")
	}
	two := newLinear(rand.New(rand.NewPCG(1, 1)), s.x.Shape, 2)
	s.x, s.y = two.sample(rand.New(rand.NewPCG(1, 1)), 10, 0, 1)
	e.Methods = []robustness.Method{method(robustness.DefaultAPGD(robustness.Targeted))}
	if want := new(robustness.ClassesError); !errors.As(run(e, two), &want) {
		t.Error("want a ClassesError")
	}
}

func TestBlackBoxAttackNeedsNoGradient(t *testing.T) {
	s := fixedScene(40)
	e := robustness.Evaluation{Methods: []robustness.Method{method(robustness.Square{Queries: 200, Share: .8})}, Threats: s.threats}
	report, err := e.Run(t.Context(), []robustness.Model{blind{s.model}}, s.x, s.y)
	if err != nil {
		t.Fatal(err)
	}
	if r := report.Results[0]; r.Accuracy >= report.CleanAccuracy || r.Passes.Backward != 0 {
		t.Errorf("accuracy %v of %v clean, %d backward passes", r.Accuracy, report.CleanAccuracy, r.Passes.Backward)
	}
}

func TestSettingsWithoutMeaningAreRefused(t *testing.T) {
	good := func() (robustness.Evaluation, scene) {
		s := fixedScene(3)
		return robustness.Evaluation{Methods: []robustness.Method{method(robustness.FGSM())}, Threats: s.threats}, s
	}
	for name, spoil := range map[string]func(*robustness.Evaluation, *scene){
		"eps 0":            func(e *robustness.Evaluation, _ *scene) { e.Threats[0].Eps = 0 },
		"eps NaN":          func(e *robustness.Evaluation, _ *scene) { e.Threats[0].Eps = math.NaN() },
		"norm":             func(e *robustness.Evaluation, _ *scene) { e.Threats[0].Norm = 7 },
		"pixel":            func(_ *robustness.Evaluation, s *scene) { s.x.Pixels[5] = 1.5 },
		"label":            func(_ *robustness.Evaluation, s *scene) { s.y[1] = 5 },
		"labels missing":   func(_ *robustness.Evaluation, s *scene) { s.y = s.y[1:] },
		"no image":         func(_ *robustness.Evaluation, s *scene) { s.y, s.x.Pixels = nil, nil },
		"no attack":        func(e *robustness.Evaluation, _ *scene) { e.Methods[0].Attacks = nil },
		"negative restart": func(e *robustness.Evaluation, _ *scene) { e.Methods[0].Restarts = -1 },
		"negative batch":   func(e *robustness.Evaluation, _ *scene) { e.Batch = -1 },
		"method twice":     func(e *robustness.Evaluation, _ *scene) { e.Methods = append(e.Methods, e.Methods[0]) },
		"steps":            func(e *robustness.Evaluation, _ *scene) { e.Methods[0].Attacks[0] = robustness.PGD{StepSize: 1} },
		"attack twice": func(e *robustness.Evaluation, _ *scene) {
			e.Methods[0].Attacks = append(e.Methods[0].Attacks, robustness.FGSM())
		},
		"rho":   func(e *robustness.Evaluation, _ *scene) { e.Methods[0].Attacks[0] = robustness.APGD{Steps: 1} },
		"eta":   func(e *robustness.Evaluation, _ *scene) { e.Methods[0].Attacks[0] = robustness.FAB{Steps: 1} },
		"share": func(e *robustness.Evaluation, _ *scene) { e.Methods[0].Attacks[0] = robustness.Square{Queries: 1} },
	} {
		t.Run(name, func(t *testing.T) {
			e, s := good()
			spoil(&e, &s)
			_, err := e.Run(t.Context(), []robustness.Model{s.model}, s.x, s.y)
			if want := new(robustness.ConfigError); !errors.As(err, &want) {
				t.Errorf("error %v, want a ConfigError", err)
			}
		})
	}
}

// TestCancellationEndsEveryConversation also counts goroutines: no attack is left waiting for an answer.
func TestCancellationEndsEveryConversation(t *testing.T) {
	s := fixedScene(60)
	before := runtime.NumGoroutine()
	why := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	e := s.evaluation(1)
	e.Batch = 8
	e.Progress = func(p robustness.Progress) {
		if p.Attacking && p.Passes.Forward > 20 {
			cancel(why)
		}
	}
	if _, err := e.Run(ctx, []robustness.Model{s.model, s.model}, s.x, s.y); !errors.Is(err, why) {
		t.Errorf("error %v, want %v", err, why)
	}
	awaitGoroutines(t, before)
}

func TestPanicReachesTheCaller(t *testing.T) {
	s := fixedScene(20)
	before := runtime.NumGoroutine()
	defer func() {
		awaitGoroutines(t, before)
		if p := recover(); p != "ouch" {
			t.Errorf("recovered %v, want ouch", p)
		}
	}()
	asked := 0
	pgd := method(robustness.DefaultPGD())
	e := robustness.Evaluation{Threats: s.threats, Methods: []robustness.Method{pgd, method(jump(func(robustness.Problem) []float32 {
		if asked++; asked == 3 {
			panic("ouch")
		}
		return make([]float32, s.x.Size())
	}))}}
	e.Run(t.Context(), []robustness.Model{s.model}, s.x, s.y)
}

// awaitGoroutines waits until no more run than before.
func awaitGoroutines(t *testing.T, before int) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before; runtime.Gosched() {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), before)
		}
	}
}

func TestProgressEndsWithWhatTheReportSays(t *testing.T) {
	s := fixedScene(30)
	var clean, last robustness.Progress
	e := s.evaluation(1)
	e.Batch = 8
	e.Progress = func(p robustness.Progress) {
		if last = p; !p.Attacking {
			clean = p
		}
	}
	report, err := e.Run(t.Context(), []robustness.Model{s.model, s.model}, s.x, s.y)
	if err != nil {
		t.Fatal(err)
	}
	var want robustness.Progress
	want.Attacking = true
	for _, r := range report.Results {
		want.Passes.Forward += r.Passes.Forward
		want.Passes.Backward += r.Passes.Backward
		want.Jobs += count(report.Clean)
		want.Fallen += count(report.Clean) - count(r.Robust)
	}
	want.Done = want.Jobs
	if last != want {
		t.Errorf("attacks: progress %+v, want %+v", last, want)
	}
	if n := len(s.y); clean != (robustness.Progress{Jobs: n, Done: n, Fallen: n - count(report.Clean), Passes: robustness.Passes{Forward: n, Backward: n}}) {
		t.Errorf("clean images: progress %+v of %d", clean, n)
	}
}

func count(mask []bool) int {
	n := 0
	for _, ok := range mask {
		if ok {
			n++
		}
	}
	return n
}
