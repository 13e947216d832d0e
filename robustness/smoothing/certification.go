package smoothing

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"sync"

	"github.com/nassearch/nassearch/internal/pool"
	"github.com/nassearch/nassearch/internal/stream"
	"github.com/nassearch/nassearch/robustness"
)

// Certification certifies a set of images by the algorithm Certify of the paper (section 3.2.2): it chooses a class by
// a few votes under noise, bounds its share from below by many others, and abstains unless the bound is above one half.
// The noise is added as it is: the model is asked about pixels outside of [0,1] too.
//
// The result is a function of the model, the images, Config and Seed. Batch and the number of models do not change it,
// nor does the images' order: the noise of each vote has a random stream of its own, keyed by seed, the image's pixels
// and the vote's number.
type Certification struct {
	Config
	Seed  uint64
	Batch int // votes that a model is asked for at once; 0 means 128
	// Sparing does without the votes that bound the share of a class which is not the image's: such an image counts as
	// wrong either way. What is lost is which of them would abstain.
	Sparing bool
	// Progress, if not nil, is called after each batch, by one goroutine at a time.
	Progress func(Progress)
}

// Progress is how far a certification is.
type Progress struct {
	Images, Done int
	Certified    int // with the right class, at some radius
	Passes       int // of one image through the model
}

// Run certifies the images x with labels y. Several models, which must compute the same function, work side by side.
//
// Its errors are a [*robustness.ConfigError] for what cannot be run, a [*robustness.NonFiniteError] for logits that are
// no numbers, the cause of ctx's end, and what the model returns.
func (c Certification) Run(
	ctx context.Context, models []robustness.Model, x robustness.Batch, y []int,
) (*Report, error) {
	if err := c.validate(models, x, y); err != nil {
		return nil, err
	}
	c.Batch = cmp.Or(c.Batch, 128)
	r := &run{
		Certification: c, x: x, y: y, majority: c.majority(), progress: Progress{Images: len(y)},
		report: &Report{Config: c.Config, Labels: y, Certificates: make([]Certificate, len(y))},
	}
	if err := r.each(ctx, models); err != nil {
		return nil, err
	}
	r.report.Passes = r.progress.Passes
	return r.report, nil
}

func (c Certification) validate(models []robustness.Model, x robustness.Batch, y []int) error {
	switch {
	case len(models) == 0:
		return &robustness.ConfigError{Setting: "models", Value: "empty", Want: "at least one"}
	case c.Batch < 0:
		return &robustness.ConfigError{Setting: "batch", Value: c.Batch, Want: "at least 1, or 0 for 128"}
	}
	if err := x.Validate(y); err != nil {
		return err
	}
	return c.Config.Validate()
}

// run is a certification under way.
type run struct {
	Certification
	x        robustness.Batch
	y        []int
	majority int // the least votes that certify
	report   *Report

	mu       sync.Mutex // guards what follows
	next     int        // the image that nobody has taken yet
	progress Progress
}

// each lets every model take one image after the other.
func (r *run) each(ctx context.Context, models []robustness.Model) error {
	return pool.Run(ctx, len(models), func(ctx context.Context, i int) error {
		p := &poll{run: r, model: models[i], noise: stream.NewSource()}
		return p.all(ctx)
	})
}

// take returns an image that nobody has taken yet; false if there is none.
func (r *run) take() (image int, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.next++
	return r.next - 1, r.next <= len(r.y)
}

// done notes passes, and images that are done.
func (r *run) done(passes, images, certified int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := &r.progress
	p.Passes, p.Done, p.Certified = p.Passes+passes, p.Done+images, p.Certified+certified
	if r.Progress != nil {
		r.Progress(*p)
	}
}

// poll lets one model vote.
type poll struct {
	*run
	model    robustness.Model
	noise    stream.Source
	question robustness.Batch
	counts   []int // of votes by class
}

func (p *poll) all(ctx context.Context) error {
	for image, ok := p.take(); ok; image, ok = p.take() {
		c, err := p.certify(ctx, image)
		if err != nil {
			return err
		}
		p.report.Certificates[image] = c
		certified := 0
		if c.Class == p.y[image] {
			certified = 1
		}
		p.done(0, 1, certified)
	}
	return nil
}

// certify is the algorithm. It stops as soon as it is known that it abstains.
func (p *poll) certify(ctx context.Context, image int) (Certificate, error) {
	clear(p.counts)
	key := p.key(image)
	if err := p.vote(ctx, image, key, 0, p.Select); err != nil {
		return Certificate{}, err
	}
	class := most(p.counts)
	if p.Sparing && class != p.y[image] {
		return Certificate{Class: class}, nil
	}
	clear(p.counts)
	for cast := 0; cast < p.Votes; {
		n := min(p.Batch, p.Votes-cast)
		if err := p.vote(ctx, image, key, p.Select+cast, n); err != nil {
			return Certificate{}, err
		}
		cast += n
		if p.counts[class]+p.Votes-cast < p.majority {
			return Certificate{Class: Abstained}, nil
		}
	}
	return Certificate{class, p.radius(p.counts[class])}, nil
}

// key is what an image's noise is drawn by.
func (p *poll) key(image int) uint64 {
	h := sha256.New()
	var b [4]byte
	for _, v := range p.x.Image(image) {
		binary.LittleEndian.PutUint32(b[:], math.Float32bits(v))
		h.Write(b[:])
	}
	content := binary.LittleEndian.Uint64(h.Sum(nil))
	return stream.New(p.Seed, "smoothing", int(content)).Uint64()
}

// vote counts the classes that the model sees under noise, in n votes from the number first on.
func (p *poll) vote(ctx context.Context, image int, key uint64, first, n int) error {
	for end := first + n; first < end; {
		m := min(p.Batch, end-first)
		if err := context.Cause(ctx); err != nil {
			return err
		}
		p.ask(image, key, first, m)
		logits, err := p.model.Logits(ctx, p.question)
		if err != nil {
			return fmt.Errorf("asking the model: %w", err)
		}
		if err := p.count(logits, m, image); err != nil {
			return err
		}
		first += m
		p.done(m, 0, 0)
	}
	return nil
}

// ask writes down the image under the noise of n votes.
func (p *poll) ask(image int, key uint64, first, n int) {
	p.question = robustness.Batch{Shape: p.x.Shape, Pixels: p.question.Pixels[:0]}
	for vote := first; vote < first+n; vote++ {
		r := p.noise.At(key, "noise", vote)
		for _, v := range p.x.Image(image) {
			p.question.Pixels = append(p.question.Pixels, v+float32(p.Sigma*r.NormFloat64()))
		}
	}
}

// count adds the votes of a batch of logits.
func (p *poll) count(logits []float32, n, image int) error {
	classes := len(logits) / n
	switch {
	case classes == 0 || len(logits)%n != 0:
		return fmt.Errorf("the model gave %d logits for %d images", len(logits), n)
	case classes < 2:
		return &robustness.ConfigError{Setting: "number of the model's classes", Value: classes, Want: "at least 2"}
	case p.y[image] < 0 || p.y[image] >= classes:
		want := fmt.Sprintf("one of the model's %d classes", classes)
		return &robustness.ConfigError{Setting: fmt.Sprintf("label of image %d", image), Value: p.y[image], Want: want}
	case len(p.counts) == 0:
		p.counts = make([]int, classes)
	case len(p.counts) != classes:
		return fmt.Errorf("the model gave logits of %d classes, and then of %d", len(p.counts), classes)
	}
	for _, v := range logits {
		if v-v != 0 { // infinite, or no number
			return &robustness.NonFiniteError{Image: image, What: "logits"}
		}
	}
	for i := range n {
		p.counts[most(logits[i*classes:(i+1)*classes])]++
	}
	return nil
}

// most is the place of the largest value, the first of equal ones.
func most[T int | float32](values []T) int {
	best := 0
	for i, v := range values {
		if v > values[best] {
			best = i
		}
	}
	return best
}
