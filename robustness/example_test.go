package robustness_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/nassearch/nassearch/robustness"
)

// noise is an attack of one's own: the best of some random points of the ball.
type noise struct{ tries int }

func (noise) Name() string     { return "noise" }
func (noise) Validate() error  { return nil }
func (a noise) String() string { return fmt.Sprintf("%d random points", a.tries) }

func (a noise) Run(o robustness.Oracle, p robustness.Problem) ([]float32, error) {
	adv := slices.Clone(p.X)
	for range a.tries {
		copy(adv, p.X)
		p.Threat.Randomize(adv, p.Rand)
		logits, err := o.Logits(adv)
		if err != nil || robustness.Fooled(logits, p.Label) {
			return adv, err
		}
	}
	return adv, nil
}

func ExampleEvaluation() {
	r := rand.New(rand.NewPCG(1, 2))
	model := newLinear(r, robustness.Shape{Channels: 3, Height: 8, Width: 8}, 10)
	x, y := model.sample(r, 20, 0, 1)
	e := robustness.Evaluation{
		Methods: []robustness.Method{
			{Name: "noise", Attacks: []robustness.Attack{noise{tries: 20}}},
			{Name: "fgsm", Attacks: []robustness.Attack{robustness.FGSM()}},
			{Name: "aa", Attacks: robustness.AutoAttack()},
		},
		Threats: []robustness.Threat{{Norm: robustness.Linf, Eps: 1. / 255}, {Norm: robustness.Linf, Eps: 2. / 255}},
		Seed:    1,
	}
	report, err := e.Run(context.Background(), []robustness.Model{model}, x, y)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("clean %.3f\n", report.CleanAccuracy)
	for _, result := range report.Results {
		fmt.Printf("%v %s %.3f\n", result.Threat, result.Method.Name, result.Accuracy)
	}
	// Output:
	// clean 0.950
	// Linf 1/255 noise 0.850
	// Linf 1/255 fgsm 0.550
	// Linf 1/255 aa 0.550
	// Linf 2/255 noise 0.750
	// Linf 2/255 fgsm 0.350
	// Linf 2/255 aa 0.350
}
