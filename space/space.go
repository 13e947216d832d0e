// Package space says what an architecture is, and what a search may do with one.
//
// [Space] is all that a search needs. What else a space can do, it says by implementing the optional
// interfaces below; whoever wants them asks by type assertion. NAS-Bench-201 is in package nasbench201.
package space

import "math/rand/v2"

// Arch is the canonical text of an architecture: comparable, and so usable as a key.
type Arch string

// Space is a set of architectures that can be drawn from and moved about in.
type Space interface {
	// Name identifies the space in journals and messages.
	Name() string
	// Sample draws an architecture.
	Sample(*rand.Rand) Arch
	// Mutate returns a neighbour of a valid architecture, never the architecture itself.
	Mutate(*rand.Rand, Arch) Arch
	// Validate reports what is wrong with a text, and where; nil for an architecture of the space.
	Validate(Arch) error
}

// Canonicalizer is a space in which several architectures are the same network. They form a class, the unit
// in which searches count.
type Canonicalizer interface {
	// Canonical returns the member that stands for the class of a valid architecture.
	Canonical(Arch) Arch
}

// Canonical returns the member that stands for an architecture's class, or the architecture if there are no classes.
func Canonical(s Space, a Arch) Arch {
	if c, ok := s.(Canonicalizer); ok {
		return c.Canonical(a)
	}
	return a
}

// Enumerator is a space small enough to be listed, class by class.
type Enumerator interface {
	Canonicalizer
	// Classes is the number of classes.
	Classes() int
	// Class returns the canonical member of class i, 0 <= i < Classes().
	Class(i int) Arch
	// ClassOf returns the number of an architecture's class, or the error of Validate.
	ClassOf(Arch) (int, error)
}

// Indexer is a space whose architectures have numbers of their own, beside those of their classes.
type Indexer interface {
	// Index returns the number of a valid architecture.
	Index(Arch) int
}

// Neighborer is a space whose architectures have finitely many neighbours.
type Neighborer interface {
	// Neighbors returns all architectures one step away from a valid one, in a fixed order.
	Neighbors(Arch) []Arch
}

// RateMutator is a space whose architectures have parts that can be mutated one by one.
type RateMutator interface {
	// MutateEach changes every part of a valid architecture with the given probability; perhaps none.
	MutateEach(r *rand.Rand, a Arch, rate float64) Arch
}

// Crosser is a space in which two parents can have a child.
type Crosser interface {
	// Cross returns a child of two valid architectures.
	Cross(r *rand.Rand, a, b Arch) Arch
}

// Encoder is a space whose architectures have a vector form.
type Encoder interface {
	// Encode returns the vector of a valid architecture. Its length is the same for all.
	Encode(Arch) []float64
}

// Viewer is a space that offers its own notion of likeness, for models that learn from few observations.
// It looks at an architecture in several views; in a view, two architectures are apart by a weighted sum of
// distances, one per term, whose weights are for the model to learn.
type Viewer interface {
	// Views describes the vector that View returns: the columns of all terms of all views, in order.
	Views() []View
	// View returns the columns of a valid architecture.
	View(Arch) []float64
}

// View is one way to look at an architecture.
type View struct {
	Name  string
	Terms []Term
}

// Term is a group of columns that are compared as one: by the sum of absolute differences.
type Term struct {
	Name    string
	Columns int
}

// Sizer is a space that knows the size of the networks it describes.
type Sizer interface {
	// Params is the number of trainable parameters of a valid architecture's network.
	Params(Arch) int64
	// FLOPs is the number of multiply-adds of one forward pass on one image.
	FLOPs(Arch) int64
}

// Drawer is a space that can show an architecture.
type Drawer interface {
	// Draw returns lines of text for a terminal, of a valid architecture.
	Draw(Arch) string
}

// Parameter is a place of an architecture with what can be there.
type Parameter struct {
	Name    string
	Choices []string
}

// Parametric is a space whose architectures are choices, one a parameter.
type Parametric interface {
	// Parameters lists the places of all architectures, in a fixed order.
	Parameters() []Parameter
	// Choices returns, of a valid architecture, the number of each parameter's choice.
	Choices(Arch) []int
	// Compose returns the architecture with such choices.
	Compose(choices []int) Arch
}

// PathEncoder is a space of graphs, whose architectures can be told by the operations along their paths.
type PathEncoder interface {
	// EncodePaths returns, of a valid architecture, a column for every sequence of operations that there can be from
	// input to output, the shortest first: 1 if some path has it, else 0.
	EncodePaths(Arch) []float64
}
