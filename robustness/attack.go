package robustness

import (
	"context"
	"fmt"
	"math/rand/v2"
)

// Model is a classifier of images in [0,1]. It need not be safe for use from several goroutines.
type Model interface {
	// Logits returns the logits (images, classes). Those of an image do not depend on the others of the batch.
	Logits(ctx context.Context, x Batch) ([]float32, error)
}

// GradModel is a model that can be differentiated.
type GradModel interface {
	Model
	// Gradient returns, for each image, the gradient of its loss by its pixels, and the logits (images, classes).
	Gradient(ctx context.Context, x Batch, losses []Loss) (gradient Batch, logits []float32, err error)
}

// Oracle answers an attack's questions about one image. An answer is valid until the next question. An error ends the
// attack: it is returned as it is. This is how cancellation reaches an attack.
type Oracle interface {
	Logits(x []float32) ([]float32, error)
	Gradient(x []float32, loss Loss) (gradient, logits []float32, err error)
}

// Problem is an image to attack.
type Problem struct {
	Shape   Shape
	X       []float32 // pixels (channels, height, width) in [0,1]; not to be changed
	Label   int
	Logits  []float32 // of X; the largest is the label's
	Threat  Threat
	Restart int        // how many times the attack ran on the image before
	Rand    *rand.Rand // a stream for this image, attack and restart alone

	// Gradient is that of CrossEntropy at X, for attacks that begin there. It is nil if it is not known.
	Gradient []float32
}

// Attack looks for an adversarial example. Its fields are its options: it keeps no state between images. What else a
// harness should know, it says by a method Traits() [Traits]; how it is run on a model with so many classes, by a
// method Among(classes int) Attack.
type Attack interface {
	// Name returns the field's short name.
	Name() string
	// String says what it does with its options: "40 steps of 0.03333 eps from a random start".
	String() string
	// Validate returns a [*ConfigError] if an option has no meaning.
	Validate() error
	// Run returns the best point that it found, of the size of p.X. It stops as soon as the model is fooled inside the
	// ball. Whoever called it projects the point and judges it, and has seen to what its Traits need.
	Run(o Oracle, p Problem) (adv []float32, err error)
}

// Traits are what a harness should know of an attack. Those of an attack that does not say are the zero value.
type Traits struct {
	Kind    Kind // what it uses of the model
	Classes int  // that the model must have at least
	Runs    int  // on an image that withstands it; 0: as many as the method has
	// AtImage says that its first gradient is that of CrossEntropy at the image, which is computed once for all: see
	// [Problem.Gradient].
	AtImage bool
}

// traitsOf returns what an attack says of itself.
func traitsOf(a Attack) Traits {
	if t, ok := a.(interface{ Traits() Traits }); ok {
		return t.Traits()
	}
	return Traits{}
}

// ConfigError reports a setting that has no meaning.
type ConfigError struct {
	Setting string
	Value   any
	Want    string
}

func (e *ConfigError) Error() string {
	return fmt.Sprintf("%s is %v: want %s", e.Setting, e.Value, e.Want)
}

// NeedsGradientError reports a model that is no [GradModel] under an attack that needs one.
type NeedsGradientError struct{ Attack string }

func (e *NeedsGradientError) Error() string {
	return fmt.Sprintf("attack %s needs gradients, which the model does not give: attack it with square", e.Attack)
}

// atLeast returns a [*ConfigError] if the value is below the least.
func atLeast(setting string, value, least int) error {
	if value < least {
		return &ConfigError{setting, value, fmt.Sprintf("at least %d", least)}
	}
	return nil
}

// share returns a [*ConfigError] if the value is not in (0,1].
func share(setting string, value float64) error {
	if !(value > 0 && value <= 1) {
		return &ConfigError{setting, value, "more than 0, at most 1"}
	}
	return nil
}

// targets returns the n classes that the model finds likeliest after the label, the likeliest first.
func (p Problem) targets(n int) []int {
	var list []int
	for _, k := range order(p.Logits, min(n+1, len(p.Logits))) {
		if k != p.Label && len(list) < n {
			list = append(list, k)
		}
	}
	return list
}
