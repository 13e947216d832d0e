package trainer

import (
	"errors"
	"fmt"
	"math"

	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/trainer/dataset"
)

// Config says how a network is trained: stochastic gradient descent on the cross-entropy, of images under attack if
// Adversarial says so.
type Config struct {
	Epochs       int                  `json:"epochs"`
	Batch        int                  `json:"batch"`         // images a step; the last step of an epoch takes what is left
	LearningRate float64              `json:"learning_rate"` // highest
	Warmup       float64              `json:"warmup"`        // share of the steps over which the rate rises, see Rate
	Momentum     float64              `json:"momentum"`
	Nesterov     bool                 `json:"nesterov"`
	WeightDecay  float64              `json:"weight_decay"`    // on every parameter
	Smoothing    float64              `json:"label_smoothing"` // share of the target that is spread over all classes
	Augmentation dataset.Augmentation `json:"augmentation"`
	Adversarial  Adversarial          `json:"adversarial,omitzero"`
	// Noise is the standard deviation of the Gaussian noise on every pixel, behind the augmentation and the attack; 0:
	// none.
	Noise float64 `json:"noise,omitzero"`
	Seed  uint64  `json:"seed"` // of the images' order, the augmentation, the attack's start and the noise
}

// DefaultConfig returns the benchmark's training.
func DefaultConfig() Config {
	return Config{
		Epochs: 200, Batch: 256, LearningRate: .1, Momentum: .9, Nesterov: true, WeightDecay: 5e-4,
		Augmentation: dataset.Augmentation{Crop: 4, Flip: true}, Seed: 1,
	}
}

// Validate returns a [*SpecError] if a field has no meaning.
func (c Config) Validate() error {
	share := func(v float64) bool { return v >= 0 && v < 1 }
	switch {
	case c.Epochs < 1 || c.Epochs > math.MaxInt32:
		return &SpecError{"epochs", c.Epochs, "at least 1, and fewer than 2^31"}
	case c.Batch < 1 || c.Batch > math.MaxInt32:
		return &SpecError{"batch", c.Batch, "at least 1, and fewer than 2^31"}
	case !(c.LearningRate > 0) || math.IsInf(c.LearningRate, 0):
		return &SpecError{"learning rate", c.LearningRate, "more than 0"}
	case !share(c.Warmup):
		return &SpecError{"warm-up", c.Warmup, "a share of the steps, from 0 to less than 1"}
	case !share(c.Momentum):
		return &SpecError{"momentum", c.Momentum, "from 0 to less than 1"}
	case !amount(c.WeightDecay):
		return &SpecError{"weight decay", c.WeightDecay, "at least 0"}
	case !share(c.Smoothing):
		return &SpecError{"label smoothing", c.Smoothing, "from 0 to less than 1"}
	case c.Augmentation.Crop < 0:
		return &SpecError{"crop", c.Augmentation.Crop, "at least 0 pixels"}
	case !amount(c.Noise):
		return &SpecError{"noise", c.Noise, "a standard deviation, at least 0, with pixels in [0,1]"}
	}
	return c.Adversarial.Validate()
}

// amount says whether a number says how much of something there is.
func amount(v float64) bool { return v >= 0 && !math.IsInf(v, 0) }

// Rate returns the learning rate of a step, 0 <= step < steps: the cosine from LearningRate to 0 (Loshchilov and
// Hutter, ICLR 2017), or, where that is lower, the straight line that reaches LearningRate after the warm-up.
func (c Config) Rate(step, steps int) float64 {
	rate := (1 + math.Cos(math.Pi*float64(step)/float64(steps))) / 2
	if c.Warmup > 0 {
		rate = math.Min(rate, float64(step+1)/(c.Warmup*float64(steps)))
	}
	return c.LearningRate * rate
}

// DivergedError reports that training produced a loss that is no number.
type DivergedError struct {
	Epoch, Step int // from 1
	Loss        float64
}

// NotFinite says what kind of failure it is.
func (e *DivergedError) NotFinite() bool { return true }

func (e *DivergedError) Error() string {
	return fmt.Sprintf("training diverged: loss %v in epoch %d, step %d; %s", e.Loss, e.Epoch, e.Step, divergedHelp)
}

const divergedHelp = "a lower learning rate or a longer warm-up may help"

// Diverged says of an error of a trained network's answers, if these are no numbers, where they come from.
func Diverged(err error) error {
	if _, ok := errors.AsType[*robustness.NonFiniteError](err); ok {
		return fmt.Errorf("training diverged: %w; %s", err, divergedHelp)
	}
	return err
}
