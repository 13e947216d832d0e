package robustness_test

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/nassearch/nassearch/robustness"
)

// quick returns all methods, with fewer steps.
func quick() []robustness.Method {
	apgd := func(o robustness.Objective) robustness.APGD {
		return robustness.APGD{Objective: o, Steps: 12, Rho: .75, Targets: 3}
	}
	fab := robustness.DefaultFAB()
	fab.Steps = 6
	list := []robustness.Attack{
		apgd(robustness.CE), apgd(robustness.Targeted), fab, robustness.Square{Queries: 30, Share: .8, Rescale: true},
		robustness.FGSM(), robustness.PGD{Steps: 7, StepSize: .25, RandomStart: true}, apgd(robustness.Ratio),
	}
	var methods []robustness.Method
	for _, a := range list {
		methods = append(methods, method(a))
	}
	return append(methods, robustness.Method{Name: "all", Attacks: list[:4]})
}

// scene is a linear model with images and threats.
type scene struct {
	model   *linear
	x       robustness.Batch
	y       []int
	threats []robustness.Threat
}

func drawScene(t *rapid.T) scene {
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "scene"), 1))
	s := scene{model: newLinear(r, robustness.Shape{Channels: rapid.IntRange(1, 3).Draw(t, "channels"), Height: 4, Width: 5}, 5)}
	s.x, s.y = s.model.sample(r, rapid.IntRange(1, 12).Draw(t, "images"), 0, 1)
	s.threats = []robustness.Threat{
		{Norm: robustness.Linf, Eps: rapid.Float64Range(.001, .3).Draw(t, "eps of Linf")},
		{Norm: robustness.L2, Eps: rapid.Float64Range(.01, 1).Draw(t, "eps of L2")},
	}
	return s
}

func (s scene) evaluation(seed uint64) robustness.Evaluation {
	return robustness.Evaluation{Methods: quick(), Threats: s.threats, Seed: seed}
}

// TestNoAttackPassesWhatIsPossible holds every method to the closed form, and every report to its own rules.
func TestNoAttackPassesWhatIsPossible(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		e := s.evaluation(rapid.Uint64().Draw(t, "seed"))
		found := map[string]int{}
		e.Found = func(x robustness.Example) {
			found[x.Method+x.Threat.String()]++
			if !x.Threat.Contains(x.Pixels, s.x.Image(x.Image)) {
				t.Errorf("%s at %v, image %d: outside the ball", x.Attack, x.Threat, x.Image)
			}
			if z := s.model.logits(x.Pixels); !robustness.Fooled(z, s.y[x.Image]) || robustness.Fooled(z, x.Class) {
				t.Errorf("%s at %v, image %d: the model sees %v, not %d", x.Attack, x.Threat, x.Image, z, x.Class)
			}
		}
		report, err := e.Run(t.Context(), []robustness.Model{s.model}, s.x, s.y)
		if err != nil {
			t.Fatal(err)
		}
		for k, result := range report.Results {
			worst := report.Worst[k/len(e.Methods)]
			fallen := 0
			for i, robust := range result.Robust {
				clean := !robustness.Fooled(s.model.logits(s.x.Image(i)), s.y[i])
				if report.Clean[i] != clean || robust && !clean || worst.Robust[i] && !robust {
					t.Errorf("%s, image %d: clean %v, robust %v, worst %v", result.Method.Name, i, report.Clean[i], robust, worst.Robust[i])
				}
				if must, by := s.model.robust(s.x.Image(i), s.y[i], result.Threat); clean && must && !robust && by > 1e-4 {
					t.Errorf("%s at %v, image %d fell: it cannot, by a margin of %v", result.Method.Name, result.Threat, i, by)
				}
				if clean && !robust {
					fallen++
				}
				if (result.FellTo[i] >= 0) != (clean && !robust) {
					t.Errorf("%s, image %d: fell to %d", result.Method.Name, i, result.FellTo[i])
				}
			}
			if n := found[result.Method.Name+result.Threat.String()]; n != fallen {
				t.Errorf("%s at %v: %d examples for %d fallen images", result.Method.Name, result.Threat, n, fallen)
			}
		}
	})
}

// TestResultDoesNotDependOnBatchOrWorkers compares reports, and the adversarial examples bit for bit.
func TestResultDoesNotDependOnBatchOrWorkers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		seed := rapid.Uint64().Draw(t, "seed")
		run := func(batch, workers int) (*robustness.Report, map[string][]float32) {
			e := s.evaluation(seed)
			e.Batch = batch
			found := map[string][]float32{}
			e.Found = func(x robustness.Example) {
				found[x.Method+x.Threat.String()+string(rune(x.Image))] = x.Pixels
			}
			models := slices.Repeat([]robustness.Model{s.model}, workers)
			report, err := e.Run(t.Context(), models, s.x, s.y)
			if err != nil {
				t.Fatal(err)
			}
			for i := range report.Results {
				report.Results[i].Seconds = 0
			}
			return report, found
		}
		want, examples := run(64, 1)
		got, found := run(rapid.IntRange(1, 7).Draw(t, "batch"), rapid.IntRange(1, 3).Draw(t, "workers"))
		if !reflect.DeepEqual(got, want) {
			t.Errorf("report %+v, want %+v", got, want)
		}
		if !reflect.DeepEqual(found, examples) {
			t.Error("the adversarial examples differ")
		}
	})
}

// TestSequenceIsTheWorstOfItsAttacks holds because an attack's stream depends on its name, not on its company.
func TestSequenceIsTheWorstOfItsAttacks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		e := s.evaluation(rapid.Uint64().Draw(t, "seed"))
		report, err := e.Run(t.Context(), []robustness.Model{s.model}, s.x, s.y)
		if err != nil {
			t.Fatal(err)
		}
		for first := 0; first < len(report.Results); first += len(e.Methods) {
			results := report.Results[first : first+len(e.Methods)]
			sequence := results[len(results)-1]
			for i := range s.y {
				want := true
				for _, r := range results[:len(sequence.Method.Attacks)] {
					want = want && r.Robust[i]
				}
				if sequence.Robust[i] != want {
					t.Errorf("image %d: robust %v, want %v", i, sequence.Robust[i], want)
				}
			}
		}
	})
}

// TestMoreEffortNeverFindsLess: restarts add to what one run finds, and images that fall early cost the others nothing.
func TestMoreEffortNeverFindsLess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		seed := rapid.Uint64().Draw(t, "seed")
		run := func(a robustness.Attack, restarts int) *robustness.Result {
			m := method(a)
			m.Restarts = restarts
			e := robustness.Evaluation{Methods: []robustness.Method{m}, Threats: s.threats[:1], Seed: seed}
			report, err := e.Run(t.Context(), []robustness.Model{s.model}, s.x, s.y)
			if err != nil {
				t.Fatal(err)
			}
			return report.Results[0]
		}
		a := robustness.PGD{Steps: 5, StepSize: .3, RandomStart: true}
		longer, last := a, a
		longer.Steps = 9
		last.LastPoint = true
		base := run(a, 1)
		for name, more := range map[string]*robustness.Result{"restarts": run(a, 3), "steps": run(longer, 1)} {
			for i, robust := range more.Robust {
				if robust && !base.Robust[i] {
					t.Errorf("image %d withstood more %s", i, name)
				}
			}
		}
		plain := run(last, 1)
		for i, robust := range base.Robust {
			if robust && !plain.Robust[i] {
				t.Errorf("image %d fell only to the attack that judges its last point", i)
			}
		}
		if base.Passes.Backward > plain.Passes.Backward {
			t.Errorf("stopping early cost %d gradients, not stopping %d", base.Passes.Backward, plain.Passes.Backward)
		}
	})
}
