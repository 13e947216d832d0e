// Package corrupt has the images of data sets under corruptions. What was made once is kept, so that many networks
// can be measured on it.
package corrupt

import (
	"context"
	"fmt"
	"runtime"

	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/robustness/corruption"
	"github.com/nassearch/nassearch/trainer/dataset"
)

// Room is how many bytes of images a source keeps unless it is told otherwise.
const Room = 1 << 30

// Source has corrupted images. It is safe for concurrent use.
type Source struct {
	known corruption.Catalogue
	shelf shelf
}

// New returns a source of images under the corruptions of a catalogue, which keeps so many bytes of them.
func New(known corruption.Catalogue, room int64) *Source {
	return &Source{known: known, shelf: newShelf(room)}
}

// Named returns a corruption as the source has it. Its error is a [*robustness.ConfigError].
func (s *Source) Named(name string) (corruption.Corruption, error) { return s.known.Named(name) }

// Origin says of a corruption what its images depend on besides the program; empty: nothing.
func (s *Source) Origin(c corruption.Corruption) string {
	if o, ok := c.(interface{ Origin() string }); ok {
		return o.Origin()
	}
	return ""
}

// Under returns the first images of a set, 0 being all, under a corruption. They are the same for equal images, whoever
// asks for them. Its errors are a [*robustness.ConfigError] for a severity that there is not, and the cause of ctx's
// end.
func (s *Source) Under(
	ctx context.Context, set *dataset.Set, c corruption.Corruption, severity, images int,
) (*dataset.Set, error) {
	n := set.Len()
	if images > 0 {
		n = min(n, images)
	}
	out := set.First(n)
	clean := corruption.Images{Pixels: out.Pixels}
	clean.Shape = robustness.Shape{Channels: set.Channels, Height: set.Side, Width: set.Side}
	at := place{set, c.Name(), severity, n}
	pixels, err := s.shelf.get(ctx, at, int64(len(clean.Pixels)), func() ([]uint8, error) {
		x, err := corruption.Apply(ctx, c, severity, clean, corruption.Seed, runtime.GOMAXPROCS(0))
		return x.Pixels, err
	})
	if err != nil {
		return nil, fmt.Errorf("corruption %s, severity %d: %w", c.Name(), severity, err)
	}
	out.Pixels = pixels
	return out, nil
}
