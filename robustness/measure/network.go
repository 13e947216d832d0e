package measure

import "context"

// Network is a network laid open: its parameters, all of its activations, and exact derivatives, in float64. Whatever
// is by image is in the order of the images; whatever is by parameter in the order of Parameters, each tensor in
// PyTorch's. It is for one goroutine at a time. Errors of its methods are the cause of ctx's end.
type Network interface {
	Classes() int

	// Parameters lists the parameters in the order of PyTorch's state dict.
	Parameters() []Parameter
	// Values returns copies of the parameters, SetValues replaces them.
	Values() [][]float64
	SetValues([][]float64)
	// Variances returns the running variances of the batch norms, in their order. Passes in training mode move them.
	Variances() [][]float64

	// Forward returns the logits (images, classes) of images x (images, channels, rows, columns), normalised if the
	// network's are to be, and keeps all activations for the methods below until it is called again.
	Forward(ctx context.Context, x []float64, m Mode) (logits []float64, err error)
	// Backward returns the gradients of a function of the last pass's logits, given that by them.
	Backward(ctx context.Context, dlogits []float64, w Wants) (Gradients, error)
	// Along returns the derivative of the last pass's logits along a direction of parameters and images; a nil part of it
	// stands still.
	Along(ctx context.Context, direction Gradients) (moved []float64, err error)
	// BackwardAlong returns the derivative of what Backward returns along the direction that Along was called with last:
	// the product of a Hessian with it, given the gradient by the logits and its own derivative along the direction.
	BackwardAlong(ctx context.Context, dlogits, moved []float64, w Wants) (Gradients, error)

	// See shows the last pass's activations at all places of a kind, in the order of the network; before any pass their
	// channels and pixels, of no image.
	See(p Place, f func(Activation))
}

// Parameter is a named tensor of a network.
type Parameter struct {
	Name  string // the benchmark's, for example "cells.0.layers.1.op.1.weight"
	Kind  Kind
	Shape []int
}

// Kind is what a parameter is of.
type Kind int

// The kinds of parameters.
const (
	Weight     Kind = iota // of a convolution or the classifier
	Bias                   // of the classifier
	NormWeight             // of a batch norm
	NormBias
)

// Mode says what batch norms normalise by.
type Mode int

// The modes of a pass.
const (
	Training   Mode = iota // by the statistics of the batch: images depend on each other
	Evaluation             // by the running statistics
)

// Wants says which gradients are asked for.
type Wants struct {
	Parameters, Images bool
	Activations        bool // those behind convolutions are kept for See, until Along is called or the next pass
}

// Gradients are by parameters and by images, shaped as these; nil where they are not asked for.
type Gradients struct {
	Parameters [][]float64
	Images     []float64
}

// Place is a kind of places in a network where its activations can be seen.
type Place int

// The places.
const (
	Convolved Place = iota // behind each convolution and the classifier, before batch norm, in the order of their weights
	Rectified              // at each ReLU, once for every edge that has one, and before the last pool: its input or output
	Features               // behind the stem, each reduction block, the last ReLU, and the last pool
)

// Activation is what a batch has at a place. Channel c of image i at pixel p is
//
//	Values[((i/Lanes*Pixels+p)*Channels+c)*Lanes+i%Lanes]
//
// where lanes without an image hold anything. Gradients are laid out the same, of places behind convolutions, if
// [Wants] asked the last backward pass for them; else nil.
type Activation struct {
	Name                            string
	Images, Channels, Pixels, Lanes int
	Values, Gradients               []float64
}
