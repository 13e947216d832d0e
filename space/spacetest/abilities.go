package spacetest

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/nassearch/nassearch/space"
)

func (c *checks) neighbors(*testing.T) error {
	of, ok := c.space.(space.Neighborer)
	if !ok {
		return nil
	}
	return c.each(func(_ int, a space.Arch) error {
		near := of.Neighbors(a)
		seen := map[space.Arch]bool{a: true}
		for _, b := range near {
			if seen[b] {
				return fmt.Errorf("its neighbour %q is there twice, or itself", b)
			}
			seen[b] = true
			if err := c.space.Validate(b); err != nil {
				return fmt.Errorf("its neighbour %q: %w", b, err)
			}
		}
		if again := of.Neighbors(a); !slices.Equal(again, near) {
			return fmt.Errorf("its neighbours are %q, then %q", near, again)
		}
		return nil
	})
}

func (c *checks) rates(*testing.T) error {
	of, ok := c.space.(space.RateMutator)
	if !ok {
		return nil
	}
	return c.each(func(i int, a space.Arch) error {
		if b := of.MutateEach(stream(draws+i), a, 0); b != a {
			return fmt.Errorf("with rate 0 it mutates into %q", b)
		}
		b := of.MutateEach(stream(draws+i), a, .5)
		if again := of.MutateEach(stream(draws+i), a, .5); again != b {
			return fmt.Errorf("it mutates into %q, and with the same stream into %q", b, again)
		}
		return c.space.Validate(b)
	})
}

func (c *checks) crosses(*testing.T) error {
	of, ok := c.space.(space.Crosser)
	if !ok {
		return nil
	}
	return c.each(func(i int, a space.Arch) error {
		if child := of.Cross(stream(draws+i), a, a); child != a {
			return fmt.Errorf("crossed with itself it is %q", child)
		}
		b := c.space.Sample(stream(2*draws + i))
		child := of.Cross(stream(draws+i), a, b)
		if again := of.Cross(stream(draws+i), a, b); again != child {
			return fmt.Errorf("crossed with %q it is %q, and with the same stream %q", b, child, again)
		}
		return c.space.Validate(child)
	})
}

func (c *checks) encodes(*testing.T) error {
	of, ok := c.space.(space.Encoder)
	if !ok {
		return nil
	}
	return c.vectors(len(of.Encode(c.space.Sample(stream(0)))), of.Encode)
}

func (c *checks) views(*testing.T) error {
	of, ok := c.space.(space.Viewer)
	if !ok {
		return nil
	}
	columns := 0
	for _, v := range of.Views() {
		for _, t := range v.Terms {
			if t.Columns < 1 {
				return fmt.Errorf("view %s: term %s has %d columns", v.Name, t.Name, t.Columns)
			}
			columns += t.Columns
		}
	}
	return c.vectors(columns, of.View)
}

// vectors checks those of all architectures: their length, that they are finite, and always the same.
func (c *checks) vectors(columns int, of func(space.Arch) []float64) error {
	if columns == 0 {
		return errors.New("a vector has no columns")
	}
	return c.each(func(_ int, a space.Arch) error {
		x := of(a)
		if len(x) != columns || !slices.Equal(of(a), x) {
			return fmt.Errorf("its vector is %v, then %v: want %d columns", x, of(a), columns)
		}
		if slices.ContainsFunc(x, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }) {
			return fmt.Errorf("its vector is %v", x)
		}
		return nil
	})
}

func (c *checks) composes(*testing.T) error {
	of, ok := c.space.(space.Parametric)
	if !ok {
		return nil
	}
	parameters := of.Parameters()
	return c.each(func(i int, a space.Arch) error {
		choices := of.Choices(a)
		if len(choices) != len(parameters) || len(choices) == 0 {
			return fmt.Errorf("it has %d choices for %d parameters", len(choices), len(parameters))
		}
		for p, choice := range choices {
			if most := len(parameters[p].Choices); choice < 0 || choice >= most {
				return fmt.Errorf("its choice for %s is %d: want 0 to %d", parameters[p].Name, choice, most-1)
			}
		}
		if b := of.Compose(choices); b != a {
			return fmt.Errorf("its choices %v compose %q", choices, b)
		}
		r := stream(draws + i)
		for p := range choices {
			choices[p] = r.IntN(len(parameters[p].Choices))
		}
		b := of.Compose(choices)
		if err := c.space.Validate(b); err != nil {
			return fmt.Errorf("%v compose %q: %w", choices, b, err)
		}
		if again := of.Choices(b); !slices.Equal(again, choices) {
			return fmt.Errorf("%v compose %q, whose choices are %v", choices, b, again)
		}
		return nil
	})
}

func (c *checks) encodesPaths(*testing.T) error {
	of, ok := c.space.(space.PathEncoder)
	if !ok {
		return nil
	}
	return c.vectors(len(of.EncodePaths(c.space.Sample(stream(0)))), of.EncodePaths)
}

func (c *checks) sizes(*testing.T) error {
	of, ok := c.space.(space.Sizer)
	if !ok {
		return nil
	}
	return c.each(func(_ int, a space.Arch) error {
		params, flops := of.Params(a), of.FLOPs(a)
		if params < 0 || flops < 0 || of.Params(a) != params || of.FLOPs(a) != flops {
			return fmt.Errorf("it has %d parameters and %d FLOPs, then %d and %d", params, flops, of.Params(a), of.FLOPs(a))
		}
		return nil
	})
}

func (c *checks) drawing(*testing.T) error {
	of, ok := c.space.(space.Drawer)
	if !ok {
		return nil
	}
	return c.each(func(_ int, a space.Arch) error {
		if text := of.Draw(a); text == "" || of.Draw(a) != text {
			return fmt.Errorf("it is drawn as %q, then as %q", text, of.Draw(a))
		}
		return nil
	})
}
