package protocol

import (
	"fmt"

	"github.com/spf13/pflag"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/trainer"
)

// usualEps is that of adversarial training where none is given.
const usualEps objective.Eps = 8

// adversarial are the flags of adversarial training: an attack, and what is changed of it.
type adversarial struct {
	attack, eps string
	change      trainer.Adversarial
}

func (a *adversarial) register(f *pflag.FlagSet) {
	f.StringVar(&a.attack, "adversarial", "none",
		"train on images under attack: none, pgd (7 steps of eps/4) or fast (one step of 1.25 eps)")
	f.StringVar(&a.eps, "adv-eps", usualEps.String(), "radius of the Linf ball of --adversarial")
	f.IntVar(&a.change.Steps, "adv-steps", 0, "gradient steps of --adversarial (as the attack has it)")
	f.Float64Var(&a.change.StepSize, "adv-step-size", 0, "length of a step, in units of eps (as the attack has it)")
	f.BoolVar(&a.change.RandomStart, "adv-random-start", true, "begin at a random point of the ball")
}

// apply changes the adversarial training of a preset.
func (a *adversarial) apply(f *pflag.FlagSet, to *trainer.Adversarial) error {
	if f.Changed("adversarial") {
		switch a.attack {
		case "none":
			*to = trainer.Adversarial{}
		case "pgd":
			*to = trainer.PGDTraining(float64(usualEps) / 255)
		case "fast":
			*to = trainer.FastTraining(float64(usualEps) / 255)
		default:
			return fmt.Errorf("--adversarial %s: want none, pgd or fast", a.attack)
		}
	}
	eps, err := objective.ParseEps(a.eps)
	if err != nil {
		return fmt.Errorf("--adv-eps: %w", err)
	}
	for _, v := range []struct {
		name string
		set  func()
	}{
		{"adv-eps", func() { to.Eps = float64(eps) / 255 }},
		{"adv-steps", func() { to.Steps = a.change.Steps }},
		{"adv-step-size", func() { to.StepSize = a.change.StepSize }},
		{"adv-random-start", func() { to.RandomStart = a.change.RandomStart }},
	} {
		if !f.Changed(v.name) {
			continue
		}
		switch {
		case to.Enabled():
			v.set()
		case !f.Changed("adversarial"): // who says none may have the rest in a configuration file
			return fmt.Errorf("--%s needs --adversarial pgd or fast", v.name)
		}
	}
	return to.Validate()
}
