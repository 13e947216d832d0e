// Package spacetest checks that a space keeps the promises of space.Space, and those of all that it offers besides,
// whoever wrote it.
//
//	func TestMine(t *testing.T) {
//		spacetest.Run(t, mine.Space{})
//	}
package spacetest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/nassearch/nassearch/internal/rule"
	"github.com/nassearch/nassearch/space"
)

const (
	draws   = 40     // architectures that most rules look at
	classes = 10_000 // that are looked at, at most
	noArch  = "no architecture\x00"
)

// Run tests a space. It stops at the first rule that is broken, and says which.
func Run(t *testing.T, s space.Space) {
	t.Helper()
	rule.Run(t, rules(s))
}

func rules(s space.Space) []rule.Rule {
	c := &checks{space: s}
	return []rule.Rule{
		{Name: "has a name", Check: c.name},
		{Name: "draws architectures of its own, from the stream alone", Check: c.draws},
		{Name: "refuses what is no architecture", Check: c.refuses},
		{Name: "mutates an architecture into another, from the stream alone", Check: c.mutates},
		{Name: "has one canonical member a class", Check: c.canonical},
		{Name: "lists every class once", Check: c.lists},
		{Name: "tells the classes of architectures", Check: c.classOf},
		{Name: "tells neighbours in a fixed order", Check: c.neighbors},
		{Name: "mutates every part with a rate", Check: c.rates},
		{Name: "crosses parents", Check: c.crosses},
		{Name: "encodes architectures in vectors of one length", Check: c.encodes},
		{Name: "shows its views", Check: c.views},
		{Name: "composes architectures of choices", Check: c.composes},
		{Name: "encodes paths in vectors of one length", Check: c.encodesPaths},
		{Name: "tells sizes", Check: c.sizes},
		{Name: "draws for people", Check: c.drawing},
		{Name: "is safe for concurrent use", Check: c.concurrent},
	}
}

type checks struct{ space space.Space }

// stream is the i-th, always the same.
func stream(i int) *rand.Rand { return rand.New(rand.NewPCG(7, uint64(i))) }

// each checks a number of architectures.
func (c *checks) each(check func(i int, a space.Arch) error) error {
	for i := range draws {
		a := c.space.Sample(stream(i))
		if err := check(i, a); err != nil {
			return fmt.Errorf("%q: %w", a, err)
		}
	}
	return nil
}

func (c *checks) name(*testing.T) error {
	if n := c.space.Name(); n == "" || c.space.Name() != n {
		return fmt.Errorf("its name is %q, then %q", n, c.space.Name())
	}
	return nil
}

func (c *checks) draws(*testing.T) error {
	return c.each(func(i int, a space.Arch) error {
		if b := c.space.Sample(stream(i)); b != a {
			return fmt.Errorf("the same stream draws %q", b)
		}
		return c.space.Validate(a)
	})
}

func (c *checks) refuses(*testing.T) error {
	if c.space.Validate(noArch) == nil {
		return fmt.Errorf("%q is valid", noArch)
	}
	return nil
}

func (c *checks) mutates(*testing.T) error {
	return c.each(func(i int, a space.Arch) error {
		b := c.space.Mutate(stream(draws+i), a)
		if again := c.space.Mutate(stream(draws+i), a); again != b {
			return fmt.Errorf("it mutates into %q, and with the same stream into %q", b, again)
		}
		if b == a && !c.single() {
			return errors.New("it mutates into itself")
		}
		if n, ok := c.space.(space.Neighborer); ok {
			if near := n.Neighbors(a); len(near) > 0 && !slices.Contains(near, b) {
				return fmt.Errorf("it mutates into %q, which is no neighbour", b)
			}
		}
		return c.space.Validate(b)
	})
}

// single says whether all draws are one architecture.
func (c *checks) single() bool {
	first := c.space.Sample(stream(0))
	return c.each(func(_ int, a space.Arch) error {
		if a != first {
			return errors.New("another")
		}
		return nil
	}) == nil
}

func (c *checks) canonical(*testing.T) error {
	of, ok := c.space.(space.Canonicalizer)
	if !ok {
		return nil
	}
	return c.each(func(_ int, a space.Arch) error {
		b := of.Canonical(a)
		if again := of.Canonical(b); again != b || of.Canonical(a) != b {
			return fmt.Errorf("its canonical member is %q, whose own is %q", b, again)
		}
		return c.space.Validate(b)
	})
}

func (c *checks) lists(*testing.T) error {
	of, ok := c.space.(space.Enumerator)
	if !ok {
		return nil
	}
	if of.Classes() < 1 {
		return fmt.Errorf("%d classes", of.Classes())
	}
	seen := map[space.Arch]int{}
	for i := range min(of.Classes(), classes) {
		a := of.Class(i)
		if err := c.space.Validate(a); err != nil {
			return fmt.Errorf("class %d: %w", i, err)
		}
		if other, twice := seen[a]; twice {
			return fmt.Errorf("classes %d and %d are both %q", other, i, a)
		}
		seen[a] = i
		if b := of.Canonical(a); b != a {
			return fmt.Errorf("class %d is %q, whose canonical member is %q", i, a, b)
		}
		if n, err := of.ClassOf(a); n != i || err != nil {
			return fmt.Errorf("class %d is %q, which is of class %d, error %w", i, a, n, err)
		}
	}
	return nil
}

func (c *checks) classOf(*testing.T) error {
	of, ok := c.space.(space.Enumerator)
	if !ok {
		return nil
	}
	if n, err := of.ClassOf(noArch); err == nil {
		return fmt.Errorf("%q is of class %d", noArch, n)
	}
	return c.each(func(_ int, a space.Arch) error {
		n, err := of.ClassOf(a)
		switch {
		case err != nil:
			return err
		case n < 0 || n >= of.Classes():
			return fmt.Errorf("it is of class %d of %d", n, of.Classes())
		case of.Class(n) != of.Canonical(a):
			return fmt.Errorf("it is of class %d, %q, but its canonical member is %q", n, of.Class(n), of.Canonical(a))
		}
		return nil
	})
}

// concurrent draws and moves in several goroutines at once, which must come to the same; the race detector sees more.
func (c *checks) concurrent(*testing.T) error {
	walk := func() (path []space.Arch) {
		r := stream(0)
		a := c.space.Sample(r)
		for range draws {
			a = c.space.Mutate(r, a)
			path = append(path, space.Canonical(c.space, a))
		}
		return path
	}
	want := walk()
	paths := make([][]space.Arch, 4)
	var all sync.WaitGroup
	for i := range paths {
		all.Go(func() { paths[i] = walk() })
	}
	all.Wait()
	for _, path := range paths {
		if !slices.Equal(path, want) {
			return errors.New("walks side by side come to other architectures than one alone")
		}
	}
	return nil
}
