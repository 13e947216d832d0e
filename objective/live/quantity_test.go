package live_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/kernel"
)

// spy is an attack of one's own that does nothing but remember what it was allowed.
type spy struct {
	mu      *sync.Mutex
	threats map[robustness.Threat]bool
}

func (spy) Name() string    { return "spy" }
func (spy) String() string  { return "nothing at all" }
func (spy) Validate() error { return nil }
func (s spy) Run(_ robustness.Oracle, p robustness.Problem) ([]float32, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.threats[p.Threat] = true
	return p.X, nil
}

func TestAttackOfOnesOwnIsAMetric(t *testing.T) {
	s := spy{new(sync.Mutex), map[robustness.Threat]bool{}}
	known := objective.Usual()
	known.Attacks = append(known.Attacks, robustness.Method{
		Name: "spy", Metric: "spy", Meaning: "accuracy under nothing", Attacks: []robustness.Attack{s}, Passes: 1,
	})
	l := newLab(t, quick(t))
	e, err := live.NewEvaluator(l, live.Quantities(known), []string{"clean_acc", "spy_acc", "spy_acc@8.00123456/255", "spy_acc@l2:0.5"}, live.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	want := []objective.Metric{
		{Name: "clean_acc"}, {Name: "spy_acc", Setting: objective.At(8)}, {Name: "spy_acc", Setting: objective.At(8.00123456)},
		{Name: "spy_acc", Setting: objective.Setting{Norm: robustness.L2, Eps: .5}},
	}
	if diff := cmp.Diff(want, e.Metrics()); diff != "" {
		t.Error(diff)
	}
	values, _ := evaluate(t, e, middle)
	if values[1] != values[2] || values[1] != values[3] || values[1] == 0 {
		t.Errorf("accuracies %v under an attack that does nothing", values)
	}
	// What is asked for is attacked, with all of its digits.
	if want := map[robustness.Threat]bool{{Eps: 8. / 255}: true, {Eps: 8.00123456 / 255}: true, {Norm: robustness.L2, Eps: .5}: true}; !cmp.Equal(want, s.threats) {
		t.Errorf("threats %v, want %v", s.threats, want)
	}
	setups := e.Setups(l.Images.Val)
	if want := (live.Setup{Kind: "attack", Name: "spy", How: "nothing at all", Meaning: "accuracy under nothing", Images: 64, Settings: map[string]string{"settings": "nothing at all"}}); !cmp.Equal(setups, []live.Setup{want}) {
		t.Errorf("setups %+v, want %+v", setups, want)
	}
	if s := e.Settings(); s["spy.images"] != "64" || s["spy.settings"] != "nothing at all" {
		t.Errorf("settings %v", s)
	}
}

func TestL2AttackIsThatByHand(t *testing.T) {
	l := newLab(t, quick(t))
	got, _ := evaluate(t, newEvaluator(t, l, live.Limits{}, "pgd_acc@l2:0.5", "pgd_acc@8/255"), middle)
	w, _, err := l.Train(t.Context(), cell(t, middle), 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	n, err := trainer.NewNetwork(w, kernel.Lanes, trainer.Engine{Kernel: l.Kernel, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	r, err := robustness.Evaluation{
		Methods: []robustness.Method{robustness.PGD{Steps: 7, StepSize: 2.5 / 7, LastPoint: true}.Method()},
		Threats: []robustness.Threat{{Norm: robustness.L2, Eps: .5}, {Norm: robustness.Linf, Eps: 8. / 255}}, Seed: 1,
	}.Run(t.Context(), []robustness.Model{n}, trainer.Images(l.Images.Val, 0, 64), l.Images.Val.Labels[:64])
	if err != nil {
		t.Fatal(err)
	}
	if want := []float64{r.Results[0].Accuracy, r.Results[1].Accuracy}; !slices.Equal(got, want) || got[0] == got[1] {
		t.Errorf("accuracies %v, want %v", got, want)
	}
}

// ofTheSeed is a score of a network that was not trained: it is the seed, and as many times as there are images.
type ofTheSeed struct{}

func (ofTheSeed) Metrics(live.Protocol) []objective.Metric {
	return []objective.Metric{{Name: "seed"}, {Name: "mist_acc", Setting: objective.MeanOverSeverities(5)}}
}
func (ofTheSeed) Needs() live.Needs { return live.NeedsImages }
func (ofTheSeed) Passes(_ live.Protocol, n int, of []objective.Metric) float64 {
	return float64(n * len(of))
}
func (ofTheSeed) Measure(_ context.Context, b *live.Bench, of []objective.Metric) ([]float64, error) {
	values := make([]float64, len(of))
	for i, m := range of {
		values[i] = float64(b.Seed) * float64(b.Set.Len()) * float64(1+m.Setting.Severity)
	}
	return values, nil
}

// A kernel without functions would panic if anything was trained.
func TestQuantityWithoutTrainingIsMeasuredWithoutIt(t *testing.T) {
	l := newLab(t, quick(t))
	l.Kernel = new(kernel.Kernel)
	all := append(live.Quantities(l.Known), ofTheSeed{})
	e, err := live.NewEvaluator(l, all, []string{"mist_acc@severity3", "params", "seed", "mist_acc"}, live.Limits{Memory: 1})
	if err != nil {
		t.Fatal(err)
	}
	o, err := e.Evaluate(t.Context(), objective.Request{Arch: middle, Fidelity: 1, Seed: 2})
	if err != nil {
		t.Fatal(err)
	}
	if want := []float64{2 * 1024 * 4, float64(l.Network().Params(cell(t, middle))), 2 * 1024, 0}; !slices.Equal(o.Values, want) {
		t.Errorf("values %v, want %v", o.Values, want)
	}
	flops := float64(l.Network().FLOPs(cell(t, middle)))
	if got, want := e.Cost(objective.Request{Arch: middle, Fidelity: 1}), time.Duration(flops*3*1024/15e9*1e9); got != want {
		t.Errorf("cost %v, want %v", got, want)
	}
	for _, name := range []string{"seed@1/255", "mist_acc@severity6", "mist_acc@8/255", "mist_acc@mean-of-4-severities", "pgd_acc@severity1"} {
		var bad *live.ProtocolError
		if _, err := live.NewEvaluator(l, all, []string{name}, live.Limits{}); !errors.As(err, &bad) {
			t.Errorf("%s: error %v, want a *ProtocolError", name, err)
		}
	}
	if _, err := live.NewEvaluator(l, append(all, ofTheSeed{}), []string{"seed"}, live.Limits{}); err == nil || !strings.Contains(err.Error(), "one quantity that measures it") {
		t.Errorf("two that measure the same: error %v", err)
	}
}

// The clock of histories that were made before follows from these numbers.
func TestCostIsWhatHistoriesWereMadeWith(t *testing.T) {
	p := quick(t)
	p.Training.Epochs = 2
	l := newLab(t, p)
	flops := float64(l.Network().FLOPs(cell(t, large)))
	for _, c := range []struct {
		metrics string
		passes  float64
	}{
		{"clean_acc", 0}, {"params,clean_acc", 0}, {"fgsm_acc", 64 * 3}, {"pgd_acc", 64 * 14}, {"pgd_acc,pgd_acc@4/255,fgsm_acc", 64 * (28 + 3)},
		{"apgd_acc", 64 * 1000}, {"square_acc,aa_acc,clean_acc", 64 * 2000},
	} {
		e := newEvaluator(t, l, live.Limits{}, strings.Split(c.metrics, ",")...)
		want := time.Duration(flops * (3*4096*2 + 1024 + c.passes) / 15e9 * float64(time.Second))
		if got := e.Cost(objective.Request{Arch: large, Fidelity: 1}); got != want {
			t.Errorf("%s: cost %v, want %v", c.metrics, got, want)
		}
	}
}

// An attack on all images finds clean accuracy on its way, wherever it is asked for.
func TestCleanAccuracyIsShared(t *testing.T) {
	p := quick(t)
	p.Attacks[0].Images = 0
	l := newLab(t, p)
	alone, first := newEvaluator(t, l, live.Limits{}, "fgsm_acc"), newEvaluator(t, l, live.Limits{}, "clean_acc", "fgsm_acc")
	_, want := evaluate(t, alone, middle)
	values, got := evaluate(t, first, middle)
	if got.Passes != want.Passes || values[0] != *want.Clean {
		t.Errorf("with clean accuracy %v in %+v passes, alone %v in %+v", values[0], got.Passes, *want.Clean, want.Passes)
	}
}

func TestAttackThatNeedsMoreClassesIsRefused(t *testing.T) {
	dir := t.TempDir()
	for i, class := range []string{"cat", "dog"} {
		for name, shade := range map[string]uint8{"1.png": 40, "2.png": 80} {
			img := image.NewGray(image.Rect(0, 0, 8, 8))
			img.SetGray(i, i, color.Gray{shade})
			var b bytes.Buffer
			if err := png.Encode(&b, img); err != nil {
				t.Fatal(err)
			}
			folder := filepath.Join(dir, "train", class)
			if err := os.MkdirAll(folder, 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(folder, name), b.Bytes(), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	p := quick(t)
	p.Dataset, p.Val = "folder:"+dir, "train:0.5"
	l := newLab(t, p)
	newEvaluator(t, l, live.Limits{}, "pgd_acc", "apgd_acc", "square_acc")
	const without = "without apgd-t (needs 4 classes, not 2)"
	aa := newEvaluator(t, l, live.Limits{}, "aa_acc")
	if how := aa.Setups(l.Images.Val)[0].How; !strings.HasSuffix(how, without) || aa.Settings()["aa.settings"] != without {
		t.Errorf("AutoAttack on two classes: %s, %v", how, aa.Settings())
	}
	targeted := robustness.Method{Name: "t", Metric: "t", Attacks: []robustness.Attack{robustness.DefaultAPGD(robustness.Targeted)}}
	known := objective.Usual()
	known.Attacks = append(known.Attacks, targeted)
	var few *robustness.ClassesError
	if _, err := live.NewEvaluator(l, live.Quantities(known), []string{"t_acc"}, live.Limits{}); !errors.As(err, &few) {
		t.Errorf("the targeted ratio on two classes: error %v", err)
	}
	// A table's attacks are those of its protocol: nothing is trained for one that cannot be run.
	p.Attacks = []live.Attack{{Name: "aa", Eps: []objective.Eps{8}}}
	if l = newLab(t, p); l.Attacks[0].Without != without {
		t.Errorf("the protocol's AutoAttack on two classes is %+v", l.Attacks[0])
	}
	p.Attacks[0].Name = "t"
	if _, err := live.NewLab(p, known, l.Kernel); !errors.As(err, &few) {
		t.Errorf("a protocol with the targeted ratio on two classes: error %v", err)
	}
}
