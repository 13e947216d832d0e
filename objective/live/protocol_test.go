package live_test

import (
	"strings"
	"testing"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/robustness"
)

func TestPresetsAreValid(t *testing.T) {
	for _, name := range live.Presets() {
		p, err := live.Preset(name)
		if err == nil {
			err = p.Validate(objective.Usual())
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := live.Preset("huge"); err == nil || !strings.Contains(err.Error(), "micro") {
		t.Errorf("no such preset: error %v, want the names", err)
	}
}

func TestPresetIsACopy(t *testing.T) {
	p := quick(t)
	p.Attacks[1].PGD.Steps, p.Attacks[0].Eps[0] = 99, 99
	if again := quick(t); again.Attacks[1].PGD.Steps == 99 || again.Attacks[0].Eps[0] == 99 {
		t.Error("a change of a preset changes the next")
	}
}

func TestProtocolWithoutMeaningIsRefused(t *testing.T) {
	for _, c := range []struct {
		change func(*live.Protocol)
		want   string
	}{
		{func(p *live.Protocol) { p.Channels = 0 }, "channels 0"},
		{func(p *live.Protocol) { p.Cells = 0 }, "cells in a stage 0"},
		{func(p *live.Protocol) { p.Image = 7 }, "image side 7"},
		{func(p *live.Protocol) { p.Sample = -1 }, "attacked images -1"},
		{func(p *live.Protocol) { p.Eps = 0 }, "eps is 0"},
		{func(p *live.Protocol) { p.Training.Epochs = 0 }, "epochs 0"},
		{func(p *live.Protocol) { p.Training.LearningRate = -1 }, "learning rate -1"},
		{func(p *live.Protocol) { p.Attacks[0].Name = "fog" }, `attack "fog"`},
		{func(p *live.Protocol) { p.Attacks[0].Images = -1 }, "attack fgsm on -1 images"},
		{func(p *live.Protocol) { p.Attacks[0].Eps = nil }, "attack fgsm"},
		{func(p *live.Protocol) { p.Attacks[0].PGD = p.Attacks[1].PGD }, "attack fgsm settings of PGD"},
		{func(p *live.Protocol) { p.Attacks[0].Square = &robustness.Square{Queries: 1, Share: 1} }, "attack fgsm settings of Square"},
		{func(p *live.Protocol) { p.Attacks[1].Square = &robustness.Square{Queries: 1, Share: 1} }, "settings of two attacks"},
		{func(p *live.Protocol) {
			p.Attacks = append(p.Attacks, live.Attack{Name: "square", Eps: []objective.Eps{6}, Square: new(robustness.Square)})
		}, "queries is 0"},
		{func(p *live.Protocol) { p.Attacks[0] = p.Attacks[1] }, "attack pgd: want each but once"},
		{func(p *live.Protocol) { p.Attacks[1].PGD.Steps = 0 }, "steps is 0"},
		{func(p *live.Protocol) { p.Attacks[1].PGD.StepSize = 0 }, "step size is 0"},
		{func(p *live.Protocol) { p.Attacks[1].PGD.Restarts = -1 }, "restarts is -1"},
	} {
		p := quick(t)
		c.change(&p)
		if err := p.Validate(objective.Usual()); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want %q", err, c.want)
		}
	}
}

func TestImagesThatAreNotThere(t *testing.T) {
	for _, c := range []struct{ dataset, val, want string }{
		{"", "test:0.5", "data set"}, {"idx:nothere", "test:0.5", "nothere"}, {"fashion-mnist-8x8", "half", "validation images"},
		{"fashion-mnist-8x8", "test:1", "validation images"}, {"fashion-mnist-8x8", "test:0.0001", "takes some, but not all"},
	} {
		p := quick(t)
		p.Dataset, p.Val = c.dataset, c.val
		if _, err := p.Open(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: error %v", c, err)
		}
	}
}
