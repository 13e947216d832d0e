package live_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/objective/objectivetest"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/dataset"
	"github.com/nassearch/nassearch/trainer/kernel"
)

// byHand trains and attacks without the package under test, in one thread: clean accuracy, that under FGSM at 6/255 and
// under PGD at 8/255 on the first 64 images.
func byHand(t *testing.T, l *live.Lab, set *dataset.Set) []float64 {
	t.Helper()
	engine := trainer.Engine{Kernel: l.Kernel, Threads: 1}
	w, err := trainer.NewWeights(l.Spec(cell(t, middle)), 1)
	if err != nil {
		t.Fatal(err)
	}
	config := l.Training
	config.Seed = 1
	r, err := trainer.NewRun(w, l.Images.Train, config, engine)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Train(t.Context(), func(trainer.Progress) error { return nil }); err != nil {
		t.Fatal(err)
	}
	n, err := trainer.NewNetwork(w, kernel.Lanes, engine)
	if err != nil {
		t.Fatal(err)
	}
	clean, err := n.Score(t.Context(), set)
	if err != nil {
		t.Fatal(err)
	}
	values := []float64{clean.Accuracy}
	for _, a := range []struct {
		attack robustness.Attack
		eps    float64
	}{
		{robustness.FGSM(), 6. / 255},
		{robustness.PGD{Steps: 7, StepSize: 2.5 / 7, LastPoint: true}, 8. / 255},
	} {
		rep, err := robustness.Evaluation{
			Methods: []robustness.Method{{Name: "it", Attacks: []robustness.Attack{a.attack}}},
			Threats: []robustness.Threat{{Norm: robustness.Linf, Eps: a.eps}}, Seed: 1,
		}.Run(t.Context(), []robustness.Model{n}, trainer.Images(set, 0, 64), set.Labels[:64])
		if err != nil {
			t.Fatal(err)
		}
		values = append(values, rep.Results[0].Accuracy)
	}
	return values
}

func TestValuesAreThoseOfTrainingAndAttackByHand(t *testing.T) {
	l := newLab(t, quick(t))
	got, _ := evaluate(t, newEvaluator(t, l, live.Limits{}, "clean_acc", "fgsm_acc@6/255", "pgd_acc"), middle)
	if diff := cmp.Diff(byHand(t, l, l.Images.Val), got); diff != "" {
		t.Error(diff)
	}
}

func TestFinalTestMeasuresTestImages(t *testing.T) {
	l := newLab(t, quick(t))
	e := newEvaluator(t, l, live.Limits{}, "clean_acc", "fgsm_acc@6/255", "pgd_acc")
	got, err := e.Test(t.Context(), objective.Request{Arch: middle, Fidelity: 1, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(byHand(t, l, l.Images.Test), got); diff != "" {
		t.Error(diff)
	}
}

func TestThreadsChangeNoValue(t *testing.T) {
	l := newLab(t, quick(t))
	l.Training.Batch = 64 // two blocks, to share
	e := newEvaluator(t, l, live.Limits{}, "clean_acc", "pgd_acc", "fgsm_acc@4/255")
	want, _ := evaluate(t, e, large)
	for _, threads := range []int{1, 2, 3} {
		l.Threads = threads
		if got, _ := evaluate(t, e, large); !cmp.Equal(want, got) {
			t.Errorf("%d threads: %v, want %v", threads, got, want)
		}
	}
}

func TestMetricsCarryTheirEps(t *testing.T) {
	l := newLab(t, quick(t))
	e := newEvaluator(t, l, live.Limits{}, "pgd_acc@4/255", "pgd_acc", "params", "fgsm_acc@0.0314", "clean_acc")
	want := []objective.Metric{
		{Name: "pgd_acc", Setting: objective.At(4)}, {Name: "pgd_acc", Setting: objective.At(8)}, {Name: "params", Goal: objective.Minimize},
		{Name: "fgsm_acc", Setting: objective.At(8)}, {Name: "clean_acc"},
	}
	if diff := cmp.Diff(want, e.Metrics()); diff != "" {
		t.Error(diff)
	}
	values, _ := evaluate(t, e, middle)
	if near, far := values[0], values[1]; !(near > far) || !(far > 0) {
		t.Errorf("pgd_acc %v at 4/255, %v at 8/255: want less at the larger eps", near, far)
	}
}

func TestNoSuchMetric(t *testing.T) {
	l := newLab(t, quick(t))
	for _, names := range [][]string{{"mist_acc"}, {"pgd_acc@8"}, {"clean_acc@1/255"}, {"params@1/255"}, {"pgd_acc", "pgd_acc@8/255"}, {""}, {"pgd_acc:min"}, {"params:max"}} {
		if _, err := live.NewEvaluator(l, live.Quantities(l.Known), names, live.Limits{}); err == nil {
			t.Errorf("%q: no error", names)
		}
	}
}

func TestSearchNeedsValidationImages(t *testing.T) {
	p := quick(t)
	p.Val = "none"
	var bad *live.ProtocolError
	if _, err := live.NewEvaluator(newLab(t, p), live.Quantities(objective.Usual()), []string{"clean_acc"}, live.Limits{}); !errors.As(err, &bad) {
		t.Errorf("error %v, want a *ProtocolError", err)
	}
}

// A kernel without functions would panic.
func TestSizesNeedNoTraining(t *testing.T) {
	l := newLab(t, quick(t))
	l.Kernel = new(kernel.Kernel)
	e := newEvaluator(t, l, live.Limits{Memory: 1}, "flops", "params")
	o, err := e.Evaluate(t.Context(), objective.Request{Arch: middle, Fidelity: 1, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	n := nasbench201.Network{Channels: 4, Depth: 1, Classes: 10, Image: 8, Inputs: 1}
	if want := []float64{float64(n.FLOPs(cell(t, middle))), float64(n.Params(cell(t, middle)))}; !cmp.Equal(want, o.Values) {
		t.Errorf("flops, params %v, want %v", o.Values, want)
	}
	if cost := e.Cost(objective.Request{Arch: middle, Fidelity: 1}); cost != 0 {
		t.Errorf("cost %v, want nothing", cost)
	}
}

func TestFidelityScalesEpochs(t *testing.T) {
	p := quick(t)
	p.Training.Epochs = 2
	whole := newEvaluator(t, newLab(t, p), live.Limits{}, "clean_acc", "pgd_acc")
	want, rec := evaluate(t, whole, middle)
	if rec.Epochs != 2 {
		t.Errorf("%d epochs, want 2", rec.Epochs)
	}
	p.Training.Epochs = 8
	long := newEvaluator(t, newLab(t, p), live.Limits{}, "clean_acc", "pgd_acc")
	r := objective.Request{Arch: middle, Fidelity: .25, Seed: 1}
	o, err := long.Evaluate(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if rec := record(t, o); rec.Epochs != 2 || !cmp.Equal(want, o.Values) {
		t.Errorf("a quarter of 8 epochs: %d epochs, values %v; want 2 and %v", rec.Epochs, o.Values, want)
	}
	if a, b := long.Cost(r), long.Cost(objective.Request{Arch: middle, Fidelity: 1}); !(a < b/2) {
		t.Errorf("cost %v of a quarter, %v of the whole", a, b)
	}
}

func TestFidelitiesAreSharesOfWholeEpochs(t *testing.T) {
	p := quick(t)
	p.Training.Epochs = 4
	l := newLab(t, p)
	if got, want := newEvaluator(t, l, live.Limits{}, "clean_acc").Fidelities(), []float64{.25, .5, .75, 1}; !cmp.Equal(got, want) {
		t.Errorf("of 4 epochs %v, want %v", got, want)
	}
	if got := newEvaluator(t, l, live.Limits{}, "params", "grad_norm").Fidelities(); !cmp.Equal(got, []float64{1}) {
		t.Errorf("of what is not trained %v", got)
	}
}

func TestCostFollowsSize(t *testing.T) {
	e := newEvaluator(t, newLab(t, quick(t)), live.Limits{}, "pgd_acc")
	a, b := e.Cost(objective.Request{Arch: small, Fidelity: 1}), e.Cost(objective.Request{Arch: large, Fidelity: 1, Seed: 5})
	if !(0 < a && a < b) || e.Cost(objective.Request{Arch: large, Fidelity: 1, Seed: 6}) != b {
		t.Errorf("cost %v of a small cell, %v of a large one", a, b)
	}
}

func TestRecordTellsWhatItTook(t *testing.T) {
	l := newLab(t, quick(t))
	e := newEvaluator(t, l, live.Limits{}, "pgd_acc")
	_, r := evaluate(t, e, middle)
	if r.Protocol != l.Fingerprint() || r.Kernel != l.Kernel.Name || r.Memory <= 0 || !(r.Train > 0) || !(r.Attack > 0) || r.Loss == nil || r.Clean == nil {
		t.Errorf("record %+v", r)
	}
	// 1,024 clean images; of the 64 that are attacked, each that is right when clean takes 6 gradients and a look at the end,
	// beside the first gradient that all share.
	if p := r.Passes; p.Forward < 1024+64 || p.Forward > 1024+64+64*8 || p.Backward > 64*7 {
		t.Errorf("passes %+v", p)
	}
}

func TestCancelledEvaluationEnds(t *testing.T) {
	e := newEvaluator(t, newLab(t, quick(t)), live.Limits{}, "pgd_acc")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := e.Evaluate(ctx, objective.Request{Arch: large, Fidelity: 1, Seed: 1}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want the context's", err)
	}
}

func TestEvaluatorKeepsTheContract(t *testing.T) {
	l := newLab(t, quick(t))
	sp, err := nasbench201.New(l.Network())
	if err != nil {
		t.Fatal(err)
	}
	t.Run("sizes", func(t *testing.T) { objectivetest.Run(t, sp, newEvaluator(t, l, live.Limits{}, "params", "flops")) })
	t.Run("trained", func(t *testing.T) {
		if testing.Short() {
			t.Skip("trains a few networks")
		}
		objectivetest.Run(t, sp, newEvaluator(t, l, live.Limits{}, "pgd_acc", "params"), small)
	})
	t.Run("without memory", func(t *testing.T) {
		objectivetest.Run(t, sp, newEvaluator(t, l, live.Limits{Memory: 1}, "pgd_acc"), small)
	})
}
