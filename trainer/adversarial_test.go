package trainer

import (
	"context"
	"errors"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/trainer/dataset"
)

const testEps = 16. / 255

// trained returns the embedded images' weights after a short training, so that attacks have something to attack.
func trained(t testing.TB, set *dataset.Set, epochs int, a Adversarial) *Weights {
	t.Helper()
	c := smallConfig()
	c.Epochs, c.Augmentation, c.Adversarial = epochs, dataset.Augmentation{}, a
	return train(t, newRun(t, benchmarkArch, set, c, engine(t, 2))).weights
}

// perturbed returns a batch and where the attack moves it.
func perturbed(t testing.TB, w *Weights, set *dataset.Set, a Adversarial) (x, adv robustness.Batch) {
	t.Helper()
	attack, err := newAdversary(a, w, set.Len(), engine(t, 2), func() []int { return set.Labels })
	if err != nil {
		t.Fatal(err)
	}
	x = Images(set, 0, set.Len())
	adv = x.Clone()
	if err := attack.perturb(context.Background(), adv.Pixels, rand.New(rand.NewPCG(1, 2))); err != nil {
		t.Fatal(err)
	}
	return x, adv
}

func network(t testing.TB, w *Weights) *Network {
	t.Helper()
	n, err := NewNetwork(w, 64, engine(t, 2))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { n.Close() })
	return n
}

// meanLoss is the mean cross-entropy in evaluation mode.
func meanLoss(t testing.TB, n *Network, x robustness.Batch, labels []int) float64 {
	t.Helper()
	logits, err := n.Logits(context.Background(), x)
	if err != nil {
		t.Fatal(err)
	}
	return crossEntropy(logits, make([]float32, len(logits)), labels, 0)
}

func TestAdversaryRaisesTheLoss(t *testing.T) {
	set := images(t, 200, 8)
	w := trained(t, set, 4, Adversarial{})
	n := network(t, w)
	x, once := perturbed(t, w, set, FastTraining(testEps))
	_, often := perturbed(t, w, set, PGDTraining(testEps))
	clean, fast, pgd := meanLoss(t, n, x, set.Labels), meanLoss(t, n, once, set.Labels), meanLoss(t, n, often, set.Labels)
	if !(clean+.2 < fast && fast < pgd) {
		t.Errorf("mean loss %.3f, after one step %.3f, after seven %.3f: want it to rise", clean, fast, pgd)
	}
}

func TestAdversaryStaysInTheBall(t *testing.T) {
	set := images(t, 70, 8)
	w := trained(t, set, 1, Adversarial{})
	for _, a := range []Adversarial{FastTraining(testEps), PGDTraining(testEps), {Eps: testEps, Steps: 3, StepSize: 4}} {
		x, adv := perturbed(t, w, set, a)
		threat := robustness.Threat{Norm: robustness.Linf, Eps: a.Eps}
		if !threat.Contains(adv.Pixels, x.Pixels) {
			t.Errorf("%+v leaves the ball", a)
		}
		if threat.Norm.Length(x.Pixels, adv.Pixels) < .99*a.Eps {
			t.Errorf("%+v does not reach the ball's surface", a)
		}
	}
}

// One step of eps from the image is FGSM, as the attack harness computes it.
func TestOneStepIsFGSM(t *testing.T) {
	set := images(t, 70, 8)
	w := trained(t, set, 2, Adversarial{})
	x, adv := perturbed(t, w, set, Adversarial{Eps: testEps, Steps: 1, StepSize: 1})
	n, threat := network(t, w), robustness.Threat{Norm: robustness.Linf, Eps: testEps}
	for i, label := range set.Labels {
		one := robustness.Batch{Shape: x.Shape, Pixels: x.Image(i)}
		logits, err := n.Logits(context.Background(), one)
		if err != nil {
			t.Fatal(err)
		}
		if robustness.Fooled(logits, label) {
			continue // the harness attacks what is right
		}
		want, err := robustness.FGSM().Run(oracle{n, x.Shape}, robustness.Problem{Shape: x.Shape, X: x.Image(i), Label: label, Logits: logits, Threat: threat})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(adv.Image(i), want) {
			t.Fatalf("image %d is not FGSM's", i)
		}
	}
}

// oracle asks a network about one image.
type oracle struct {
	n     *Network
	shape robustness.Shape
}

func (o oracle) Logits(x []float32) ([]float32, error) {
	return o.n.Logits(context.Background(), robustness.Batch{Shape: o.shape, Pixels: x})
}

func (o oracle) Gradient(x []float32, loss robustness.Loss) (gradient, logits []float32, err error) {
	g, logits, err := o.n.Gradient(context.Background(), robustness.Batch{Shape: o.shape, Pixels: x}, []robustness.Loss{loss})
	return g.Pixels, logits, err
}

func TestAdversaryMovesNoStatistics(t *testing.T) {
	set := images(t, 70, 8)
	w := trained(t, set, 1, Adversarial{})
	before := w.Clone()
	perturbed(t, w, set, PGDTraining(testEps))
	if !slices.Equal(w.stats, before.stats) || !slices.Equal(w.params, before.params) {
		t.Error("the attack changed the weights")
	}
}

func TestAdversarialTrainingResumesToTheSameBits(t *testing.T) {
	c := smallConfig()
	c.Adversarial = Adversarial{Eps: testEps, Steps: 2, StepSize: .6, RandomStart: true}
	resumesToTheSameBits(t, c)
}

// resumesToTheSameBits holds a training that was cut behind its fourth step, and continued by more threads, to one that
// was not.
func resumesToTheSameBits(t *testing.T, c Config) {
	t.Helper()
	set := images(t, 200, 8)
	want := train(t, newRun(t, mixedArch, set, c, engine(t, 1)))
	path, stop := filepath.Join(t.TempDir(), "run.checkpoint"), errors.New("stop")
	cut := newRun(t, mixedArch, set, c, engine(t, 1))
	err := cut.Train(context.Background(), func(p Progress) error {
		if p.Step == 4 {
			return errors.Join(cut.Save(path), stop)
		}
		return nil
	})
	if !errors.Is(err, stop) {
		t.Fatal(err)
	}
	rest := newRun(t, mixedArch, set, c, engine(t, 3))
	if ok, err := rest.Resume(path); !ok || err != nil {
		t.Fatalf("resume: %v, %v", ok, err)
	}
	sameBits(t, want, train(t, rest))
}

// endsLater is a context that ends after it has been asked so many times.
type endsLater struct {
	context.Context
	questions int
}

func (c *endsLater) Err() error {
	if c.questions--; c.questions < 0 {
		return context.Canceled
	}
	return nil
}

// A run that is stopped in the middle of an attack has taken no step: it continues to the same bits.
func TestCancelledAttackTakesNoStep(t *testing.T) {
	set := images(t, 100, 8)
	c := smallConfig()
	c.Adversarial = PGDTraining(testEps)
	want := train(t, newRun(t, mixedArch, set, c, engine(t, 1)))
	r := newRun(t, mixedArch, set, c, engine(t, 1))
	err := r.Train(&endsLater{context.Background(), 2*c.Adversarial.Steps + 3}, keepGoing)
	if !errors.Is(err, context.Canceled) || r.Step() != 2 {
		t.Fatalf("step %d, error %v", r.Step(), err)
	}
	sameBits(t, want, train(t, r))
}

func TestAdversarialTrainingMakesRobust(t *testing.T) {
	set := images(t, 1024, 8)
	rest, held, err := set.Split(256, 1)
	if err != nil {
		t.Fatal(err)
	}
	e := robustness.Evaluation{
		Methods: []robustness.Method{{Name: "pgd", Attacks: []robustness.Attack{robustness.PGD{Steps: 10, StepSize: .25, RandomStart: true}}}},
		Threats: []robustness.Threat{{Norm: robustness.Linf, Eps: testEps}},
	}
	robust := func(a Adversarial) float64 {
		n := network(t, trained(t, rest, 8, a))
		r, err := e.Run(context.Background(), []robustness.Model{n}, Images(held, 0, held.Len()), held.Labels)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%+v: clean %.3f, pgd %.3f", a, r.CleanAccuracy, r.Results[0].Accuracy)
		return r.Results[0].Accuracy
	}
	plain := robust(Adversarial{})
	for name, a := range map[string]Adversarial{"pgd": PGDTraining(testEps), "fast": FastTraining(testEps)} {
		if got := robust(a); got < plain+.1 {
			t.Errorf("%s: accuracy under attack %.3f, without adversarial training %.3f: want .1 more", name, got, plain)
		}
	}
}

func TestAdversarialNamesTheBadField(t *testing.T) {
	for field, a := range map[string]Adversarial{
		"adversarial eps":       {Eps: 8, Steps: 1, StepSize: 1},
		"adversarial steps":     {Eps: testEps, StepSize: 1},
		"adversarial step size": {Eps: testEps, Steps: 1},
	} {
		c := DefaultConfig()
		c.Adversarial = a
		var bad *SpecError
		if err := c.Validate(); !errors.As(err, &bad) || bad.Field != field {
			t.Errorf("%s: error %v", field, err)
		}
	}
}
