package robustness_test

import (
	"context"
	"testing"

	"github.com/nassearch/nassearch/robustness"
)

// plainPGD is the attack as a loop over whole batches, without a harness: every step for every image. It returns the
// last points.
func plainPGD(t testing.TB, m robustness.GradModel, a robustness.PGD, x robustness.Batch, y []int, threat robustness.Threat, batch int) robustness.Batch {
	t.Helper()
	adv := x.Clone()
	for i := 0; i < x.Len(); i += batch {
		part := robustness.Batch{Shape: x.Shape, Pixels: adv.Pixels[i*x.Size() : min(i+batch, x.Len())*x.Size()]}
		var losses []robustness.Loss
		for _, label := range y[i : i+part.Len()] {
			losses = append(losses, robustness.CrossEntropy(label))
		}
		for range a.Steps {
			g, _, err := m.Gradient(context.Background(), part, losses)
			if err != nil {
				t.Fatal(err)
			}
			for k := range part.Len() {
				threat.Ascend(part.Image(k), g.Image(k), a.StepSize*threat.Eps)
				threat.Project(part.Image(k), x.Image(i+k))
			}
		}
	}
	return adv
}

// right says which images a model classifies correctly.
func right(t testing.TB, m robustness.Model, x robustness.Batch, y []int) []bool {
	t.Helper()
	logits, err := m.Logits(context.Background(), x)
	if err != nil {
		t.Fatal(err)
	}
	classes := len(logits) / len(y)
	list := make([]bool, len(y))
	for i, label := range y {
		list[i] = !robustness.Fooled(logits[i*classes:(i+1)*classes], label)
	}
	return list
}
