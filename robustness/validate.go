package robustness

import (
	"fmt"
	"slices"
)

// validate finds what cannot be run before any time is spent.
func (e Evaluation) validate(models []Model, x Batch, y []int) error {
	switch {
	case len(models) == 0:
		return &ConfigError{"models", "empty", "at least one"}
	case e.Batch < 0:
		return &ConfigError{"batch", e.Batch, "at least 1, or 0 for 128"}
	}
	if err := x.Validate(y); err != nil {
		return err
	}
	for _, t := range e.Threats {
		if err := t.Validate(); err != nil {
			return err
		}
	}
	if err := Catalogue(e.Methods).Validate(); err != nil {
		return err
	}
	blind := slices.ContainsFunc(models, func(m Model) bool {
		_, ok := m.(GradModel)
		return !ok
	})
	for _, m := range e.Methods {
		for _, a := range m.Attacks {
			if kind := traitsOf(a).Kind; blind && (kind == SingleStep || kind == Gradient) {
				return &NeedsGradientError{a.Name()}
			}
		}
	}
	return nil
}

// Validate returns a [*ConfigError] if a batch is no images with so many labels, at least one, of pixels in [0,1].
func (b Batch) Validate(y []int) error {
	switch {
	case b.Channels < 1 || b.Height < 1 || b.Width < 1:
		return &ConfigError{"image shape", b.Shape, "positive sizes"}
	case len(y) == 0:
		return &ConfigError{"images", 0, "at least one"}
	case len(b.Pixels) != len(y)*b.Size():
		want := fmt.Sprintf("%d: %d labels, images of %d", len(y)*b.Size(), len(y), b.Size())
		return &ConfigError{"number of values", len(b.Pixels), want}
	}
	for i, v := range b.Pixels {
		if !(v >= 0 && v <= 1) {
			return &ConfigError{fmt.Sprintf("pixel of image %d", i/b.Size()), v, "a value in [0,1]"}
		}
	}
	return nil
}

func (m Method) validate() error {
	if len(m.Attacks) == 0 {
		return &ConfigError{"attacks", "empty", "at least one"}
	}
	if m.Restarts < 0 {
		return &ConfigError{"restarts", m.Restarts, "at least 1, or 0 for 1"}
	}
	names := map[string]bool{}
	for _, a := range m.Attacks {
		if err := a.Validate(); err != nil {
			return fmt.Errorf("attack %s: %w", a.Name(), err)
		}
		if names[a.Name()] {
			return &ConfigError{"attack", a.Name(), "each once: restarts repeat an attack"}
		}
		names[a.Name()] = true
	}
	return nil
}
