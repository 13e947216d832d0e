package live_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer/kernel"
)

// Cells of three sizes, and one without parameters of its own.
const (
	large  = space.Arch("|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|skip_connect~0|nor_conv_1x1~1|nor_conv_3x3~2|")
	middle = space.Arch("|nor_conv_3x3~0|+|none~0|skip_connect~1|+|skip_connect~0|none~1|nor_conv_1x1~2|")
	small  = space.Arch("|none~0|+|none~0|none~1|+|avg_pool_3x3~0|none~1|none~2|")
)

// quick is the micro preset in a tenth of a second, with attacks at 8/255.
func quick(t testing.TB) live.Protocol {
	t.Helper()
	p, err := live.Preset("micro")
	if err != nil {
		t.Fatal(err)
	}
	p.Training.Epochs, p.Sample, p.Eps = 1, 64, 8
	for i := range p.Attacks {
		p.Attacks[i].Images = 64
	}
	return p
}

func newLab(t testing.TB, p live.Protocol) *live.Lab {
	t.Helper()
	k, err := kernel.Choose("")
	if err != nil {
		t.Fatal(err)
	}
	l, err := live.NewLab(p, objective.Usual(), k)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func newEvaluator(t testing.TB, l *live.Lab, limits live.Limits, metrics ...string) *live.Evaluator {
	t.Helper()
	e, err := live.NewEvaluator(l, live.Quantities(l.Known), metrics, limits)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// evaluate returns values and record of a full training with seed 1.
func evaluate(t testing.TB, e *live.Evaluator, a space.Arch) ([]float64, live.Record) {
	t.Helper()
	o, err := e.Evaluate(context.Background(), objective.Request{Arch: a, Fidelity: 1, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	return o.Values, record(t, o)
}

func record(t testing.TB, o objective.Outcome) (r live.Record) {
	t.Helper()
	if err := json.Unmarshal(o.Record, &r); err != nil {
		t.Fatalf("record %s: %v", o.Record, err)
	}
	return r
}

func cell(t testing.TB, a space.Arch) nasbench201.Cell {
	t.Helper()
	c, err := nasbench201.Parse(a)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
