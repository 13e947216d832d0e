// Package corrupt has the images of data sets under corruptions: made here, or read as they were released. What was
// made once is kept, so that many networks can be measured on it.
package corrupt

import (
	"context"
	"fmt"
	"runtime"
	"slices"

	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/robustness/corruption"
	"github.com/nassearch/nassearch/trainer/dataset"
)

// Room is how many bytes of images a source keeps unless it is told otherwise.
const Room = 1 << 30

// Source has corrupted images. It is safe for concurrent use.
type Source struct {
	known    corruption.Catalogue
	released *released // nil: images are corrupted here
	shelf    shelf
}

// Folders have what the program does not make itself. The zero value is none.
type Folders struct {
	Frost    string // pictures that frost takes its crystals from; empty: they are computed
	Released string // CIFAR-10-C as it was released; empty: images are corrupted here
	Dataset  string // whose test images the released ones were made of, as [dataset.Open] reads it
}

// Open returns a source of images under the corruptions of a catalogue, which keeps so many bytes of them. Errors are
// those of [dataset.Open], [corruption.OpenTextures], [corruption.OpenReleased] and [corruption.Released.Check].
func Open(known corruption.Catalogue, f Folders, room int64) (s *Source, err error) {
	s = &Source{known: known, shelf: newShelf(room)}
	if f.Frost != "" {
		if s.known, err = frosted(known, f.Frost); err != nil {
			return nil, err
		}
	}
	if f.Released == "" {
		return s, nil
	}
	d, err := dataset.Open(f.Dataset)
	if err != nil {
		return nil, err
	}
	if d.Test == nil {
		return nil, fmt.Errorf("data set %s has no test images, of which %s has corrupted ones", d.Name, f.Released)
	}
	s.released, err = openReleased(f.Released, d.Test)
	return s, err
}

// frosted returns a catalogue whose frost has the textures of a folder.
func frosted(known corruption.Catalogue, dir string) (corruption.Catalogue, error) {
	textures, err := corruption.OpenTextures(dir)
	if err != nil {
		return nil, err
	}
	known = slices.Clone(known)
	for i, c := range known {
		if _, ok := c.(corruption.Frost); ok {
			known[i] = corruption.Frost{Textures: textures}
		}
	}
	return known, nil
}

// Named returns a corruption as the source has it. Its error is a [*robustness.ConfigError].
func (s *Source) Named(name string) (corruption.Corruption, error) {
	c, err := s.known.Named(name)
	if err == nil && s.released != nil {
		err = s.released.has(name)
	}
	return c, err
}

// Origin says of a corruption what its images depend on besides the program; empty: nothing. Of released images it
// reads all, and returns the errors of that.
func (s *Source) Origin(ctx context.Context, c corruption.Corruption) (string, error) {
	if s.released != nil {
		return s.released.origin(ctx, c.Name())
	}
	if o, ok := c.(interface{ Origin() string }); ok {
		return o.Origin(), nil
	}
	return "", nil
}

// Has returns a [*MissingError] if there can be no corrupted images of the first ones of a set, 0 being all.
func (s *Source) Has(set *dataset.Set, images int) (err error) {
	if s.released != nil {
		_, err = s.released.index(first(set, images))
	}
	return err
}

// first returns the first images of a set, 0 being all.
func first(set *dataset.Set, images int) *dataset.Set {
	if images == 0 {
		images = set.Len()
	}
	return set.First(min(images, set.Len()))
}

// Under returns the first images of a set, 0 being all, under a corruption. They are the same for equal images, whoever
// asks for them. Its errors are a [*robustness.ConfigError] for a severity that there is not, the cause of ctx's end,
// and, of released images, those of files and a [*MissingError].
func (s *Source) Under(
	ctx context.Context, set *dataset.Set, c corruption.Corruption, severity, images int,
) (*dataset.Set, error) {
	out := first(set, images)
	at := place{set, c.Name(), severity, out.Len()}
	pixels, err := s.shelf.get(ctx, at, int64(len(out.Pixels)), func() ([]uint8, error) {
		if s.released != nil {
			return s.released.under(ctx, out, c.Name(), severity)
		}
		return made(ctx, out, c, severity)
	})
	if err != nil {
		return nil, fmt.Errorf("corruption %s, severity %d: %w", c.Name(), severity, err)
	}
	out.Pixels = pixels
	return out, nil
}

// made corrupts images.
func made(ctx context.Context, set *dataset.Set, c corruption.Corruption, severity int) ([]uint8, error) {
	x := corruption.Images{Shape: shape(set), Pixels: set.Pixels}
	x, err := corruption.Apply(ctx, c, severity, x, corruption.Seed, runtime.GOMAXPROCS(0))
	return x.Pixels, err
}

func shape(set *dataset.Set) robustness.Shape {
	return robustness.Shape{Channels: set.Channels, Height: set.Side, Width: set.Side}
}
