package robustness

import (
	"context"
	"fmt"
	"time"
)

// pool lets many conversations with a model go on at once, and asks the model their questions in batches. One that has
// done with a job goes on to the next, so that batches stay full until the jobs run out.
type pool struct {
	*run
	model Model
	jobs  <-chan job // all that are left, for the pools of all models
	talk  func(*conversation) error

	waiting  []*conversation // for an answer
	chosen   []*conversation // that the answer under way is for
	of       []*Result       // what they are for
	question Batch
	losses   []Loss
}

// Passes counts passes of single images through the model. A gradient takes one of each.
type Passes struct {
	Forward  int `json:"forward"`
	Backward int `json:"backward"`
}

func (p *Passes) add(q Passes) {
	p.Forward += q.Forward
	p.Backward += q.Backward
}

// NonFiniteError reports a model's answer that is no number.
type NonFiniteError struct {
	Image int
	What  string // logits or gradient
}

// NotFinite says what kind of failure it is.
func (e *NonFiniteError) NotFinite() bool { return true }

func (e *NonFiniteError) Error() string {
	return fmt.Sprintf("the model's %s of image %d: not all finite numbers", e.What, e.Image)
}

// hold holds a conversation about every job, so many at once.
func (p *pool) hold(ctx context.Context, open int) error {
	defer func() {
		for _, c := range append(p.waiting, p.chosen...) {
			c.stop()
		}
	}()
	for range open {
		if err := p.resume(p.newConversation()); err != nil {
			return err
		}
	}
	for len(p.waiting) > 0 {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		if err := p.answer(ctx); err != nil {
			return err
		}
	}
	return nil
}

// resume lets a conversation go on to its next question, or to the end of its jobs.
func (p *pool) resume(c *conversation) error {
	if _, asks := c.resume(); !asks {
		return c.failure
	}
	p.waiting = append(p.waiting, c)
	return nil
}

// answer asks the model one batch of the questions that wait, and lets their conversations go on.
func (p *pool) answer(ctx context.Context) error {
	start := time.Now()
	p.choose()
	n := len(p.chosen)
	each := Passes{Forward: 1}
	var gradient Batch
	var logits []float32
	var err error
	if p.chosen[0].loss != nil {
		each.Backward = 1
		gradient, logits, err = p.model.(GradModel).Gradient(ctx, p.question, p.losses)
	} else {
		logits, err = p.model.Logits(ctx, p.question)
	}
	if err != nil {
		return fmt.Errorf("asking the model: %w", err)
	}
	classes := len(logits) / n
	if classes == 0 || len(logits)%n != 0 {
		return fmt.Errorf("the model gave %d logits for %d images", len(logits), n)
	}
	size, gradients := len(gradient.Pixels)/n, gradient.Pixels
	if each.Backward > 0 && len(gradients) != len(p.question.Pixels) {
		have, want := len(gradients), len(p.question.Pixels)
		return fmt.Errorf("the model gave a gradient of %d values for images of %d", have, want)
	}
	for i, c := range p.chosen {
		if err := c.take(logits[i*classes:(i+1)*classes], gradients[i*size:(i+1)*size]); err != nil {
			return err
		}
		if err := p.resume(c); err != nil {
			return err
		}
	}
	p.asked(p.of, each, time.Since(start).Seconds())
	return nil
}

// choose writes down the questions of up to a batch of conversations that ask for the same kind of answer as the one
// that has waited longest.
func (p *pool) choose() {
	gradient := p.waiting[0].loss != nil
	p.question = Batch{Shape: p.x.Shape, Pixels: p.question.Pixels[:0]}
	p.losses, p.chosen, p.of = p.losses[:0], p.chosen[:0], p.of[:0]
	rest := p.waiting[:0]
	for _, c := range p.waiting {
		if len(p.chosen) == p.Batch || (c.loss != nil) != gradient {
			rest = append(rest, c)
			continue
		}
		p.chosen, p.of = append(p.chosen, c), append(p.of, c.result)
		p.question.Pixels = append(p.question.Pixels, c.x...)
		p.losses = append(p.losses, c.loss)
	}
	p.waiting = rest
}

// finite says whether all values are finite numbers.
func finite(values []float32) bool {
	for _, v := range values {
		if v-v != 0 { // NaN for what is not finite
			return false
		}
	}
	return true
}
