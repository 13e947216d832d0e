// Package measure holds numbers that networks have besides accuracies, one a file: norms of Jacobians and Hessians,
// and scores that cost no training.
package measure

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// Measure is a number that a network has. It is all that a program knows of it: whoever adds one adds it to a
// [Catalogue].
type Measure struct {
	Name      string // of its metric: "grad_norm"
	Words     string // for figures: "gradient norm"
	Meaning   string // for help, a line
	Source    string // "Abdelfattah et al., ICLR 2021"
	Undefined string // when it has no value; "": it always has one
	Minimize  bool   // less is better
	Needs     Needs
	Images    int // of the case that it takes at most, the first ones; 0: all
	// Passes is about how many forward passes of one image it takes for each image, alone. A pass back to the images
	// counts as one, one to the parameters too as two. What it shares with others is done once.
	Passes float64

	// Of measures a network. Its error is a [*UndefinedError] where the definition gives no finite number, a [*CaseError]
	// where the case is none, and otherwise what the network returns.
	Of func(ctx context.Context, c *Case) (float64, error)
	// Each returns what the value is the mean of, by image, with the errors of Of; nil: it is no mean over images.
	Each func(ctx context.Context, c *Case) ([]float64, error)
}

// Needs says what a measure is of.
type Needs struct {
	Images, Labels, Gradients bool
	Trained                   bool // it says little of weights that were not trained
	// AnyWeights says that the network's weights decide nothing: it counts, or draws weights of its own.
	AnyWeights bool
}

// Catalogue lists measures, each name but once. It is a value: whoever adds one passes a longer one.
type Catalogue []Measure

// Measures returns the program's own, in the order of listings: what shares passes stands together.
func Measures() Catalogue {
	return Catalogue{
		params(), flops(), l2Norm(),
		zen(), gradNorm(), snip(), plain(), fisher(), grasp(), jacov(), epeNAS(), nwot(),
		ntkCond(), croze(), synflow(), linearRegions(),
		jacobianFro(), hessianEig(),
		jacobianOwn(), jacobianBatch(), jacobianSummed(), hessianEigTrain(),
	}
}

// Find returns the measure of a name.
func (c Catalogue) Find(name string) (Measure, bool) {
	i := slices.IndexFunc(c, func(m Measure) bool { return m.Name == name })
	if i < 0 {
		return Measure{}, false
	}
	return c[i], true
}

// UndefinedError says that a measure has no finite value.
type UndefinedError struct {
	Measure string
	Value   float64 // what arithmetic gives: NaN or an infinity
	Why     string  // "" if nothing is known of it
}

func (e *UndefinedError) Error() string {
	message := fmt.Sprintf("%s is %v", e.Measure, e.Value)
	if e.Why != "" {
		message += ": " + e.Why
	}
	return message
}

// NotFinite says what kind of failure it is.
func (e *UndefinedError) NotFinite() bool { return true }

// by returns the measure whose value a function gives.
func (m Measure) by(f func(ctx context.Context, c *Case) (float64, error)) Measure {
	m.Of = func(ctx context.Context, c *Case) (float64, error) {
		if err := c.check(m.Needs); err != nil {
			return 0, err
		}
		v, err := f(ctx, c)
		if err != nil {
			return 0, m.named(err)
		}
		return v, m.finite(v)
	}
	return m
}

// byImage returns the measure whose value is the mean of what a function gives.
func (m Measure) byImage(f func(ctx context.Context, c *Case) ([]float64, error)) Measure {
	m.Each = func(ctx context.Context, c *Case) ([]float64, error) {
		if err := c.check(m.Needs); err != nil {
			return nil, err
		}
		each, err := f(ctx, c)
		if err != nil {
			return nil, m.named(err)
		}
		return each, m.finite(each...)
	}
	m.Of = func(ctx context.Context, c *Case) (float64, error) {
		each, err := m.Each(ctx, c)
		if err != nil {
			return 0, err
		}
		v := stat.Mean(each, nil)
		return v, m.finite(v)
	}
	return m
}

// named says whose value an [*UndefinedError] is about.
func (m Measure) named(err error) error {
	if undefined, ok := errors.AsType[*UndefinedError](err); ok && undefined.Measure == "" {
		return &UndefinedError{m.Name, undefined.Value, undefined.Why}
	}
	return err
}

// finite returns an [*UndefinedError] if a value is no finite number.
func (m Measure) finite(values ...float64) error {
	for _, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return &UndefinedError{m.Name, v, m.Undefined}
		}
	}
	return nil
}
