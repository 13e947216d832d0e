package robustness

import (
	"errors"
	"fmt"
	"iter"
	"slices"
)

// conversation is what one image after another asks the model: the [Oracle] of its attack. It runs as a coroutine that
// pauses at each question.
type conversation struct {
	job            // under way
	differentiable bool
	resume         func() (struct{}, bool)
	stop           func()
	yield          func(struct{}) bool
	stopped        bool
	failure        error

	x        []float32 // the question
	loss     Loss      // nil: only the logits are asked for
	gradient []float32 // the answer
	logits   []float32 // empty before the job's first
	judged   []float32 // the point that was judged last
	led      led       // whether the attack under way had a gradient to follow
}

var (
	errStopped    = errors.New("the evaluation has stopped")
	errNoGradient = errors.New("the model gives no gradient")
)

// newConversation talks about one job after the other, until there are no more or one fails.
func (p *pool) newConversation() *conversation {
	_, differentiable := p.model.(GradModel)
	c := &conversation{differentiable: differentiable, x: make([]float32, p.x.Size())}
	c.resume, c.stop = iter.Pull(func(yield func(struct{}) bool) {
		c.yield = yield
		for c.job = range p.jobs {
			c.logits = c.logits[:0]
			if c.failure = p.talk(c); c.failure != nil {
				return
			}
		}
	})
	return c
}

// Logits implements [Oracle]. To repeat the last question costs nothing.
func (c *conversation) Logits(x []float32) ([]float32, error) {
	if len(c.logits) > 0 && slices.Equal(c.x, x) {
		return c.logits, nil
	}
	err := c.ask(x, nil)
	return c.logits, err
}

// Gradient implements [Oracle].
func (c *conversation) Gradient(x []float32, loss Loss) (gradient, logits []float32, err error) {
	if !c.differentiable {
		return nil, nil, errNoGradient
	}
	err = c.ask(x, loss)
	return c.gradient, c.logits, err
}

func (c *conversation) ask(x []float32, loss Loss) error {
	if len(x) != len(c.x) {
		return fmt.Errorf("asked about %d values: want an image of %d", len(x), len(c.x))
	}
	copy(c.x, x)
	c.loss = loss
	if c.stopped || !c.yield(struct{}{}) {
		c.stopped = true
		return errStopped
	}
	return nil
}

// take receives the answer: logits, and a gradient if it was asked for.
func (c *conversation) take(logits, gradient []float32) error {
	if !finite(logits) {
		return &NonFiniteError{c.image, "logits"}
	}
	if !finite(gradient) {
		return &NonFiniteError{c.image, "gradient"}
	}
	c.led = max(c.led, ledBy(gradient))
	c.logits, c.gradient = append(c.logits[:0], logits...), append(c.gradient[:0], gradient...)
	return nil
}
