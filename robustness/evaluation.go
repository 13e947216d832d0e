package robustness

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/nassearch/nassearch/internal/stream"
)

// Evaluation measures robust accuracy. The zero value needs Methods and Threats.
//
// The result is a function of the model, the images, Methods, Threats and Seed. Batch and the number of models do not
// change it: every image has its own random stream, keyed by seed, attack, restart and image.
type Evaluation struct {
	Methods []Method
	Threats []Threat
	Seed    uint64
	Batch   int // images that a model is asked about at once; 0 means 128

	// If not nil, these are called by one goroutine at a time: after each batch, and for each adversarial example in no
	// fixed order.
	Progress func(Progress)
	Found    func(Example)
}

// Progress is how far an evaluation is. It begins with the clean images; what follows is known when they are done.
type Progress struct {
	Attacking bool // false while the clean images are classified
	Jobs      int  // an image, or an image under a method at a threat
	Done      int
	Fallen    int // images that were not classified correctly, in all jobs
	Passes    Passes
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
// Its errors are a [*ConfigError] or [*ClassesError] for what cannot be run, a [*NeedsGradientError], a
// [*NonFiniteError], the cause of ctx's end, and what the model returns.
func (e Evaluation) Run(ctx context.Context, models []Model, x Batch, y []int) (*Report, error) {
	if err := e.validate(models, x, y); err != nil {
		return nil, err
	}
	r := &run{Evaluation: e, models: models, x: x, y: y}
	r.Methods = slices.Clone(e.Methods)
	r.logits, r.gradients = make([][]float32, len(y)), make([][]float32, len(y))
	r.Batch = cmp.Or(r.Batch, 128)
	clean := newResult(Method{}, Threat{}, len(y))
	var jobs []job
	for i := range y {
		jobs = append(jobs, job{i, clean})
	}
	err := r.each(ctx, Progress{Jobs: len(jobs)}, jobs, r.look)
	if err != nil {
		return nil, fmt.Errorf("clean images: %w", err)
	}
	for i, m := range e.Methods {
		if r.Methods[i], err = m.For(r.classes); err != nil {
			return nil, err
		}
	}
	report := &Report{
		Images: len(y), Clean: clean.Robust, CleanAccuracy: accuracy(clean.Robust), CleanMeans: means(clean.answers),
		Passes: clean.Passes,
	}
	jobs = jobs[:0]
	for _, t := range e.Threats {
		for _, m := range r.Methods {
			result := newResult(m, t, len(y))
			report.Results = append(report.Results, result)
			copy(result.answers, clean.answers)
			for i, right := range report.Clean {
				if right {
					jobs = append(jobs, job{i, result})
				}
			}
		}
	}
	if err = r.each(ctx, Progress{Attacking: true, Jobs: len(jobs)}, jobs, r.duel); err != nil {
		return nil, err
	}
	report.conclude(e.Threats)
	if !r.constant() {
		report.Warnings = report.warnings(x.Shape)
		for _, result := range report.Results {
			result.Unled = result.lost()
		}
	}
	return report, nil
}

// run is an evaluation under way.
type run struct {
	Evaluation
	models []Model
	x      Batch
	y      []int

	logits    [][]float32 // of the clean images
	gradients [][]float32 // there, of those that are right, if an attack begins with them

	mu       sync.Mutex // guards classes, progress, what results cost, and the callbacks
	classes  int        // of the model, which its answers tell
	progress Progress
}

// job is an image under a method at a threat. Jobs of all methods and threats share batches, which so stay full.
type job struct {
	image  int
	result *Result
}

// look classifies a clean image, and keeps the gradient there if attacks begin with it.
func (r *run) look(c *conversation) error {
	x, y := r.x.Image(c.image), r.y[c.image]
	var g, z []float32
	var err error
	if c.differentiable && r.wantsGradients() {
		g, z, err = c.Gradient(x, func(z, grad []float32) float64 {
			if y < 0 || y >= len(z) {
				clear(grad) // an error, below
				return 0
			}
			return CrossEntropy(y)(z, grad)
		})
	} else {
		z, err = c.Logits(x)
	}
	if err != nil {
		return err
	}
	if len(z) < leastClasses {
		return &ConfigError{"number of the model's classes", len(z), fmt.Sprintf("at least %d", leastClasses)}
	}
	if y < 0 || y >= len(z) {
		want := fmt.Sprintf("one of the model's %d classes", len(z))
		return &ConfigError{fmt.Sprintf("label of image %d", c.image), y, want}
	}
	c.result.answers[c.image] = newAnswer(z, y)
	r.logits[c.image] = slices.Clone(z)
	if !Fooled(z, y) {
		c.result.Robust[c.image] = true
		r.gradients[c.image] = slices.Clone(g)
	}
	r.mu.Lock()
	r.classes = len(z)
	r.mu.Unlock()
	r.done(Fooled(z, y))
	return nil
}

// wantsGradients says whether an attack's first gradient is that at the image: then it is computed once for all.
func (r *run) wantsGradients() bool {
	return len(r.Threats) > 0 && slices.ContainsFunc(r.Methods, func(m Method) bool {
		return slices.ContainsFunc(m.Attacks, func(a Attack) bool { return traitsOf(a).AtImage })
	})
}

// constant says whether the model gives different images one answer: then zero gradients are right, and no image falls.
func (r *run) constant() bool {
	differ := false
	for i, z := range r.logits {
		if !slices.Equal(r.logits[0], z) {
			return false
		}
		differ = differ || !slices.Equal(r.x.Image(0), r.x.Image(i))
	}
	return differ
}

// duel runs a method's attacks on an image until one succeeds.
func (r *run) duel(c *conversation) error {
	m := c.result.Method
	p := Problem{
		Shape: r.x.Shape, X: r.x.Image(c.image), Label: r.y[c.image], Threat: c.result.Threat,
		Logits: r.logits[c.image], Gradient: r.gradients[c.image],
	}
	for k, a := range m.Attacks {
		for p.Restart = range cmp.Or(traitsOf(a).Runs, m.Restarts, 1) {
			p.Rand = stream.New(r.Seed, a.Name(), p.Restart, c.image)
			c.led = alone
			if traitsOf(a).AtImage {
				c.led = ledBy(p.Gradient)
			}
			fooled, err := r.judge(c, m, a, p)
			if err != nil {
				return fmt.Errorf("method %s at %v: %s on image %d: %w", m.Name, p.Threat, a.Name(), c.image, err)
			}
			c.result.led[k][c.image] = max(c.result.led[k][c.image], c.led)
			if fooled {
				c.result.FellTo[c.image] = k
				r.done(true)
				return nil
			}
		}
	}
	c.result.Robust[c.image] = true
	r.done(false)
	return nil
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
	c.judged = append(c.judged[:0], adv...) // which may be the image itself
	adv = c.judged
	p.Threat.Project(adv, p.X)
	if !p.Threat.Contains(adv, p.X) {
		return false, errors.New("it returned values that are no numbers")
	}
	z, err := c.Logits(adv)
	if err != nil {
		return false, err
	}
	c.result.answers[c.image] = newAnswer(z, p.Label)
	if !Fooled(z, p.Label) {
		return false, nil
	}
	if r.Found != nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.Found(Example{
			Method: m.Name, Attack: a.Name(), Threat: p.Threat, Image: c.image, Pixels: slices.Clone(adv), Class: argmax(z),
		})
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
