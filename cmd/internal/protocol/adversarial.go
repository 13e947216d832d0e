package protocol

import (
	"fmt"

	"github.com/spf13/pflag"

	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/trainer"
)

// usualEps is that of adversarial training where none is given.
const usualEps objective.Eps = 8

// Trainings are the values of --adversarial.
func Trainings() []string { return []string{"none", "pgd", "fast"} }

// adversarial are the flags of adversarial training: an attack, and what is changed of it.
type adversarial struct{ attack, eps string }

func (a *adversarial) register(f *pflag.FlagSet) {
	f.StringVar(&a.attack, "adversarial", "none",
		"train on images under attack: none, pgd (7 steps of eps/4) or fast (one step of 1.25 eps)")
	f.StringVar(&a.eps, "adv-eps", usualEps.String(), "radius of the Linf ball of --adversarial")
	declareAdversarial(f, &trainer.Adversarial{RandomStart: true})
}

// declareAdversarial declares the flags that set fields of the attack.
func declareAdversarial(f *pflag.FlagSet, a *trainer.Adversarial) {
	f.IntVar(&a.Steps, "adv-steps", a.Steps, "gradient steps of --adversarial (as the attack has it)")
	f.Float64Var(&a.StepSize, "adv-step-size", a.StepSize, "length of a step, in units of eps (as the attack has it)")
	f.BoolVar(&a.RandomStart, "adv-random-start", a.RandomStart, "begin at a random point of the ball")
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
			return usage.OneOf("adversarial", a.attack, Trainings(), ", ")
		}
	}
	eps, err := objective.ParseEps(a.eps)
	if err != nil {
		return fmt.Errorf("--adv-eps: %w", err)
	}
	for _, name := range []string{"adv-eps", "adv-steps", "adv-step-size", "adv-random-start"} {
		// Who says none may have the rest in a configuration file.
		if f.Changed(name) && !to.Enabled() && !f.Changed("adversarial") {
			return fmt.Errorf("--%s needs --adversarial pgd or fast", name)
		}
	}
	if to.Enabled() {
		if f.Changed("adv-eps") {
			to.Eps = float64(eps) / 255
		}
		override(f, func(f *pflag.FlagSet) { declareAdversarial(f, to) })
	}
	return to.Validate()
}
