package space

import (
	"fmt"
	"math/rand/v2"
	"slices"
)

//go:generate go run ./gen subset_kinds.go

// Listed is a space whose classes can be listed.
type Listed interface {
	Space
	Enumerator
}

// Restrict returns the part of a space for whose architectures something holds, and for the canonical members of their
// classes: a space like any other, in which nothing can be drawn, reached or listed that is outside. It has the name of
// the whole and can what that can, of what a search may ask: [Enumerator], [Neighborer], [RateMutator], [Crosser],
// [Encoder], [Viewer] and [Sizer]; for the rest there is [Whole]. Classes keep their order. Its error is an
// [*EmptyError].
//
// Draws and moves are those of the whole that end inside, each tried again until one does. Where that takes too long a
// draw takes any class, and a move any neighbour or, where there is none, another class.
func Restrict(whole Listed, holds func(Arch) bool) (Space, error) {
	s := &subset{whole: whole, holds: holds, position: make([]int, whole.Classes())}
	for class := range s.position {
		s.position[class] = -1
		if holds(whole.Class(class)) {
			s.position[class] = len(s.classes)
			s.classes = append(s.classes, class)
		}
	}
	if len(s.classes) == 0 {
		return nil, &EmptyError{whole.Name()}
	}
	return s.kind(), nil
}

// EmptyError says that nothing is left of a space.
type EmptyError struct{ Space string }

func (e *EmptyError) Error() string {
	return fmt.Sprintf("no class of space %s is left to search", e.Space)
}

// OutsideError says that an architecture is not in the part of a space that is searched.
type OutsideError struct{ Arch Arch }

func (e *OutsideError) Error() string {
	return fmt.Sprintf("%s is outside the part of the space that is searched", e.Arch)
}

// How often a draw or a move of the whole is tried that ends outside.
const (
	subsetDraws = 300
	subsetMoves = 50
)

// subset is a part of a space. What it can depends on the whole: see kind.
type subset struct {
	whole    Listed
	holds    func(Arch) bool
	classes  []int // of the whole, ascending
	position []int // of the whole's classes among these, or -1
}

// number is that of a valid architecture's class in the whole.
func (s *subset) number(a Arch) int {
	class, err := s.whole.ClassOf(a)
	if err != nil {
		panic(fmt.Sprintf("space: caller passed an invalid architecture: %v", err))
	}
	return class
}

// has says whether a valid architecture of the whole is inside.
func (s *subset) has(a Arch) bool { return s.position[s.number(a)] >= 0 && s.holds(a) }

// Whole returns the space of which another is a part, or the space itself. What it can besides, such as [Parametric]
// and [PathEncoder], holds of the architectures of its parts, too, but what it composes may be outside: Validate tells.
func Whole(s Space) Space {
	if part, ok := s.(interface{ of() Space }); ok {
		return Whole(part.of())
	}
	return s
}

func (s *subset) of() Space { return s.whole }

// Name returns that of the whole.
func (s *subset) Name() string { return s.whole.Name() }

// Validate returns an [*OutsideError] for what is only in the whole.
func (s *subset) Validate(a Arch) error {
	err := s.whole.Validate(a)
	if err == nil && !s.has(a) {
		err = &OutsideError{a}
	}
	return err
}

// Sample draws as the whole does.
func (s *subset) Sample(r *rand.Rand) Arch {
	for range subsetDraws {
		if a := s.whole.Sample(r); s.has(a) {
			return a
		}
	}
	return s.Class(r.IntN(s.Classes()))
}

// Mutate moves as the whole does. Where there is no way it is another class or, where there is none, the only one.
func (s *subset) Mutate(r *rand.Rand, a Arch) Arch {
	if b, ok := s.move(func() Arch { return s.whole.Mutate(r, a) }); ok {
		return b
	}
	if n, ok := s.whole.(Neighborer); ok {
		if near := (neighbors{s, n}).Neighbors(a); len(near) > 0 {
			return near[r.IntN(len(near))]
		}
	}
	b := s.Class(r.IntN(s.Classes()))
	if b == a {
		b = s.Class((s.position[s.number(a)] + 1) % s.Classes())
	}
	return b
}

// move tries a move until it ends inside.
func (s *subset) move(try func() Arch) (Arch, bool) {
	for range subsetMoves {
		if a := try(); s.has(a) {
			return a, true
		}
	}
	return "", false
}

// Canonical returns that of the whole, which is inside.
func (s *subset) Canonical(a Arch) Arch { return s.whole.Canonical(a) }

// Classes is the number of classes inside.
func (s *subset) Classes() int { return len(s.classes) }

// Class returns the canonical member of the i-th class inside.
func (s *subset) Class(i int) Arch { return s.whole.Class(s.classes[i]) }

// ClassOf returns the number of a class among those inside.
func (s *subset) ClassOf(a Arch) (int, error) {
	if err := s.Validate(a); err != nil {
		return 0, err
	}
	return s.position[s.number(a)], nil
}

// What a subset can if the whole can, each by what the whole does.
type (
	neighbors struct {
		in *subset
		of Neighborer
	}
	rates struct {
		in *subset
		of RateMutator
	}
	crosses struct {
		in *subset
		of Crosser
	}
)

// Neighbors returns those inside.
func (n neighbors) Neighbors(a Arch) []Arch {
	return slices.DeleteFunc(slices.Clone(n.of.Neighbors(a)), func(b Arch) bool { return !n.in.has(b) })
}

// MutateEach stays where it is if no way is found.
func (m rates) MutateEach(r *rand.Rand, a Arch, rate float64) Arch {
	if b, ok := m.in.move(func() Arch { return m.of.MutateEach(r, a, rate) }); ok {
		return b
	}
	return a
}

// Cross returns the first parent if no child is inside.
func (c crosses) Cross(r *rand.Rand, a, b Arch) Arch {
	if child, ok := c.in.move(func() Arch { return c.of.Cross(r, a, b) }); ok {
		return child
	}
	return a
}
