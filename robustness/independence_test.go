package robustness_test

import (
	"os/exec"
	"reflect"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/robustness"
)

// TestTrainedNetworkIsAttackedAlikeInAnyBatch compares adversarial examples bit for bit.
func TestTrainedNetworkIsAttackedAlikeInAnyBatch(t *testing.T) {
	v := loadVictim(t)
	x, y := v.first(20)
	run := func(batch, workers int) (*robustness.Report, map[int][]float32) {
		found := map[int][]float32{}
		e := robustness.Evaluation{
			Methods: []robustness.Method{method(robustness.PGD{Steps: 4, StepSize: .4, RandomStart: true})},
			Threats: []robustness.Threat{{Norm: robustness.Linf, Eps: 1. / 255}},
			Seed:    7, Batch: batch,
			Found: func(e robustness.Example) { found[e.Image] = e.Pixels },
		}
		r, err := e.Run(t.Context(), v.models(t, workers), x, y)
		if err != nil {
			t.Fatal(err)
		}
		return r, found
	}
	want, examples := run(lanes, 1)
	got, found := run(7, 2)
	if !reflect.DeepEqual(got.Worst, want.Worst) || !reflect.DeepEqual(found, examples) || len(found) == 0 {
		t.Errorf("accuracy %v and %v, %d and %d examples: want the same", got.Worst[0].Accuracy, want.Worst[0].Accuracy, len(found), len(examples))
	}
}

// TestPackageNeedsNothingOfOurs holds the package free of the trainer and of Gorgonia. The ground may be under it.
func TestPackageNeedsNothingOfOurs(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	for dep := range strings.Lines(string(out)) {
		dep = strings.TrimSpace(dep)
		inside := strings.HasSuffix(dep, "nassearch/robustness") || strings.Contains(dep, "nassearch/internal/")
		if strings.Contains(dep, "gorgonia") || strings.Contains(dep, "nassearch") && !inside {
			t.Errorf("it imports %s", dep)
		}
	}
}
