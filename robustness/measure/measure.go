// Package measure holds numbers that networks have besides accuracies, one a file: norms of Jacobians and Hessians, and
// scores that cost no training.
package measure

import "context"

// Measure is a number that a network has. It is all that a program knows of it: whoever adds one adds it to a
// [Catalogue].
type Measure struct {
	Name     string // of its metric: "grad_norm"
	Words    string // for figures: "gradient norm"
	Meaning  string // for help, a line
	Source   string // "Abdelfattah et al., ICLR 2021"
	Minimize bool   // less is better
	Needs    Needs
	Images   int     // of the case that it takes at most, the first ones; 0: all
	Passes   float64 // about how many forward passes of one image it takes for each image; a gradient counts as two

	// Of measures a network. Its error is a [*UndefinedError] where the definition gives no finite number, and what the
	// network returns.
	Of func(ctx context.Context, c *Case) (float64, error)
}

// Needs says what a measure is of.
type Needs struct {
	Images, Labels, Gradients bool
	Trained                   bool // it says little of weights that were not trained
}

// Catalogue lists measures, each name but once. It is a value: whoever adds one passes a longer one.
type Catalogue []Measure

// Case is a network and the images that it is measured on. What several measures need is computed once. It is for one
// goroutine at a time.
type Case struct {
	// Open returns a network of the case's cell on weights of its own, which it may change.
	Open func(Variant) (Network, error)

	Channels, Side int       // of images
	Pixels         []float64 // (images, channels, side, side) in [0,1]
	Labels         []int
	Mean, Std      []float64 // by channel, that the network's input is normalised by; nil: it is not
	Seed           uint64    // of what is drawn
}

// Variant says which network of a cell is wanted. The zero value is that on the case's own weights.
type Variant struct {
	Norms Norms
	// Channels is the width of the first stage, with one cell a stage and images of the given side, on initial weights;
	// 0: the case's own network.
	Channels, Side int
}

// Norms says which batch norms a network has.
type Norms int

// The batch norms.
const (
	AllNorms       Norms = iota
	ReductionNorms       // those of the reduction blocks alone
	NoNorms
)
