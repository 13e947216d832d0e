package robustness

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Method is what a robust accuracy is measured with: attacks, one after the other, each on the images that withstood
// those before.
type Method struct {
	Name     string
	Attacks  []Attack // with different names, see [Attack.Name]
	Restarts int      // runs of each attack on an image that withstands it; 0 means 1
}

// Evaluation measures robust accuracy. The zero value needs Methods and Threats.
//
// The result is a function of the model, the images, Methods, Threats and Seed. Batch and the number of models do not
// change it: every image has its own random stream, keyed by seed, attack, restart and image.
type Evaluation struct {
	Methods []Method
	Threats []Threat
	Seed    uint64
	Batch   int // images that a model is asked about at once; 0 means 128

	Progress func(Progress) // if not nil, called after each batch, by one goroutine at a time
	Found    func(Example)  // if not nil, called for each adversarial example, by one goroutine at a time, in no fixed order
}

// Progress is how far an evaluation is.
type Progress struct {
	Method string // "clean" for the first pass
	Threat Threat
	Images int // to be attacked
	Done   int
	Fallen int
	Passes Passes
}

// Example is an adversarial example.
type Example struct {
	Method, Attack string
	Threat         Threat
	Image          int
	Pixels         []float32
	Class          int // that the model sees
}

// Run attacks the images x with labels y. Several models, which must compute the same function, work side by side.
//
// Its errors are a [*ConfigError] or [*ClassesError] for what cannot be run, a [*NeedsGradientError], a [*NonFiniteError],
// the cause of ctx's end, and what the model returns.
func (e Evaluation) Run(ctx context.Context, models []Model, x Batch, y []int) (*Report, error) {
	if err := e.validate(models, x, y); err != nil {
		return nil, err
	}
	r := &run{Evaluation: e, models: models, x: x, y: y}
	r.Batch = cmp.Or(r.Batch, 128)
	report := &Report{Images: len(y)}
	if err := r.clean(ctx, report); err != nil {
		return nil, fmt.Errorf("clean images: %w", err)
	}
	for _, t := range e.Threats {
		worst := Worst{Threat: t, Robust: slices.Clone(report.Clean)}
		for _, m := range e.Methods {
			result, err := r.attack(ctx, m, t, report.Clean)
			if err != nil {
				return nil, fmt.Errorf("%s at %v: %w", m.Name, t, err)
			}
			for i, ok := range result.Robust {
				worst.Robust[i] = worst.Robust[i] && ok
			}
			report.Results = append(report.Results, *result)
		}
		worst.Accuracy = accuracy(worst.Robust)
		report.Worst = append(report.Worst, worst)
	}
	report.Warnings = warnings(report, x.Shape)
	return report, nil
}

// run is an evaluation under way.
type run struct {
	Evaluation
	models []Model
	x      Batch
	y      []int
	logits [][]float32 // of the clean images

	mu       sync.Mutex // guards progress and the callbacks
	progress Progress
}

// clean asks for the logits of every image.
func (r *run) clean(ctx context.Context, report *Report) error {
	r.logits = make([][]float32, len(r.y))
	report.Clean = make([]bool, len(r.y))
	passes, err := r.each(ctx, Progress{Method: "clean", Images: len(r.y)}, indices(len(r.y)), func(c *conversation) error {
		z, err := c.Logits(r.x.Image(c.image))
		if err != nil {
			return err
		}
		if len(z) < 2 {
			return &ConfigError{"number of the model's classes", len(z), "at least 2"}
		}
		if y := r.y[c.image]; y < 0 || y >= len(z) {
			return &ConfigError{fmt.Sprintf("label of image %d", c.image), y, fmt.Sprintf("one of the model's %d classes", len(z))}
		}
		r.logits[c.image] = slices.Clone(z)
		report.Clean[c.image] = !Fooled(z, r.y[c.image])
		r.done(!report.Clean[c.image])
		return nil
	})
	report.CleanAccuracy, report.Passes = accuracy(report.Clean), passes
	return err
}

// attack runs a method on the images that the model classifies correctly.
func (r *run) attack(ctx context.Context, m Method, t Threat, clean []bool) (*Result, error) {
	start := time.Now()
	result := &Result{Method: m, Threat: t, Robust: slices.Clone(clean), FellTo: make([]int, len(clean))}
	var images []int
	for i, ok := range clean {
		result.FellTo[i] = -1
		if ok {
			images = append(images, i)
		}
	}
	var err error
	result.Passes, err = r.each(ctx, Progress{Method: m.Name, Threat: t, Images: len(images)}, images, func(c *conversation) error {
		k, err := r.duel(c, m, t)
		if err != nil {
			return err
		}
		result.FellTo[c.image] = k
		result.Robust[c.image] = k < 0
		r.done(k >= 0)
		return nil
	})
	result.Accuracy = accuracy(result.Robust)
	result.Seconds = time.Since(start).Seconds()
	return result, err
}

// duel runs a method's attacks on an image until one succeeds, and returns its index, or -1.
func (r *run) duel(c *conversation, m Method, t Threat) (int, error) {
	p := Problem{Shape: r.x.Shape, X: r.x.Image(c.image), Label: r.y[c.image], Logits: r.logits[c.image], Threat: t}
	for k, a := range m.Attacks {
		for p.Restart = range max(m.Restarts, 1) {
			p.Rand = stream(r.Seed, a.Name(), p.Restart, c.image)
			fooled, err := r.judge(c, m, a, p)
			if err != nil {
				return -1, fmt.Errorf("%s on image %d: %w", a.Name(), c.image, err)
			}
			if fooled {
				return k, nil
			}
		}
	}
	return -1, nil
}

// judge runs an attack and says whether the point that it returns, moved into the ball, fools the model.
func (r *run) judge(c *conversation, m Method, a Attack, p Problem) (bool, error) {
	adv, err := a.Run(c, p)
	if errors.Is(err, errNoGradient) {
		return false, &NeedsGradientError{a.Name()}
	}
	if err != nil {
		return false, err
	}
	if len(adv) != len(p.X) {
		return false, fmt.Errorf("it returned %d values: want an image of %d", len(adv), len(p.X))
	}
	adv = slices.Clone(adv)
	p.Threat.Project(adv, p.X)
	if !p.Threat.Contains(adv, p.X) {
		return false, errors.New("it returned values that are no numbers")
	}
	z, err := c.Logits(adv)
	if err != nil || !Fooled(z, p.Label) {
		return false, err
	}
	if r.Found != nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.Found(Example{Method: m.Name, Attack: a.Name(), Threat: p.Threat, Image: c.image, Pixels: adv, Class: argmax(z)})
	}
	return true, nil
}

// done notes that an image's conversation has ended.
func (r *run) done(fallen bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.progress.Done++
	if fallen {
		r.progress.Fallen++
	}
}

func indices(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}
