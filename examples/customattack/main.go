// Command customattack is nassearch with one more attack, which every command knows by its name:
//
//	go run ./examples/customattack attack 1462 --attacks noise,pgd --eps 8/255
//	go run ./examples/customattack --backend live --objective noise_acc --budget 20
//	go run ./examples/customattack table build --attacks noise,pgd --limit 100 --out noisy
package main

import (
	"fmt"
	"os"
	"slices"

	"github.com/nassearch/nassearch/cmd"
	"github.com/nassearch/nassearch/robustness"
)

// Noise tries random points of the ball: what a network loses to it, it loses without an enemy.
type Noise struct{ Tries int }

// Name is that in results.
func (Noise) Name() string { return "noise" }

// String says what it does: journals and censuses keep it, and are not continued with other settings.
func (n Noise) String() string { return fmt.Sprintf("%d random points", n.Tries) }

// Validate refuses to try nothing.
func (n Noise) Validate() error {
	if n.Tries < 1 {
		return &robustness.ConfigError{Setting: "tries", Value: n.Tries, Want: "at least 1"}
	}
	return nil
}

// Run returns the first point that fools the model, or else the last.
func (n Noise) Run(o robustness.Oracle, p robustness.Problem) ([]float32, error) {
	adv := slices.Clone(p.X)
	for range n.Tries {
		copy(adv, p.X)
		p.Threat.Randomize(adv, p.Rand)
		logits, err := o.Logits(adv)
		if err != nil || robustness.Fooled(logits, p.Label) {
			return adv, err
		}
	}
	return adv, nil
}

// Attacks describes Noise to the program.
func Attacks() robustness.Catalogue {
	return robustness.Catalogue{{
		Name: "noise", Metric: "noise", Words: "Random noise",
		Meaning: "accuracy under noise, the worst of random points within eps",
		Attacks: []robustness.Attack{Noise{Tries: 20}}, Passes: 20,
	}}
}

func main() { os.Exit(cmd.Main(cmd.Extensions{Attacks: Attacks()})) }
