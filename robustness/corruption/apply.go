package corruption

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/bits"
	"sync/atomic"

	"github.com/nassearch/nassearch/internal/pool"
	"github.com/nassearch/nassearch/internal/stream"
	"github.com/nassearch/nassearch/robustness"
)

// Seed is the usual seed. It is part of a protocol, not of a trial, so that all networks see the same images.
const Seed = 0

// Apply returns images, corrupted, by up to so many workers at once. An image's random stream is keyed by the seed, the
// corruption, the severity and the image's own pixels: what becomes of an image depends neither on the others nor on
// its place among them. Its error is a [*robustness.ConfigError] or the cause of ctx's end.
func Apply(ctx context.Context, c Corruption, severity int, x Images, seed uint64, workers int) (Images, error) {
	if err := validate(severity, x, workers); err != nil {
		return Images{}, err
	}
	out := Images{x.Shape, make([]uint8, len(x.Pixels))}
	workers = min(workers, (x.Len()+portion-1)/portion)
	var next atomic.Int64
	err := pool.Run(ctx, workers, func(ctx context.Context, _ int) error {
		work(ctx, c, severity, x, out, seed, &next)
		return nil
	})
	if err != nil {
		return Images{}, err
	}
	return out, nil
}

// portion is how many images a worker takes at once.
const portion = 16

// work corrupts one portion of the images after the other until none is left.
func work(ctx context.Context, c Corruption, severity int, x, out Images, seed uint64, next *atomic.Int64) {
	transform := c.At(x.Shape, severity)
	source := stream.NewSource()
	purpose := fmt.Sprintf("corruption/%s/%d", c.Name(), severity)
	for ctx.Err() == nil {
		last := int(next.Add(portion))
		first := last - portion
		if first >= x.Len() {
			return
		}
		for i := first; i < min(last, x.Len()); i++ {
			image := x.Image(i)
			transform(out.Image(i), image, source.At(seed, purpose, int(digest(image))))
		}
	}
}

// validate finds what cannot be corrupted.
func validate(severity int, x Images, workers int) error {
	if err := validSeverity(severity); err != nil {
		return err
	}
	switch {
	case x.Channels < 1 || x.Height < 1 || x.Width < 1:
		return &robustness.ConfigError{Setting: "image shape", Value: x.Shape, Want: "positive sizes"}
	case len(x.Pixels)%x.Size() != 0:
		want := fmt.Sprintf("a multiple of %d, the size of an image", x.Size())
		return &robustness.ConfigError{Setting: "number of values", Value: len(x.Pixels), Want: want}
	case workers < 1:
		return &robustness.ConfigError{Setting: "workers", Value: workers, Want: "at least 1"}
	}
	return nil
}

// validSeverity returns a [*robustness.ConfigError] for a severity that there is not.
func validSeverity(n int) error {
	if n < 1 || n > Severities {
		return &robustness.ConfigError{Setting: "severity", Value: n, Want: fmt.Sprintf("1 to %d", Severities)}
	}
	return nil
}

// digest tells images apart by their pixels: 8 at a time are folded into the product of 128 bits, as wyhash does.
func digest(x []uint8) uint64 {
	h := uint64(len(x))
	for ; len(x) >= 8; x = x[8:] {
		h = fold(h^0x9e3779b97f4a7c15, binary.LittleEndian.Uint64(x)^0xd6e8feb86659fd93)
	}
	var rest [8]byte
	copy(rest[:], x)
	return fold(h^0x9e3779b97f4a7c15, binary.LittleEndian.Uint64(rest[:])^0xd6e8feb86659fd93)
}

// fold mixes two words into one.
func fold(a, b uint64) uint64 {
	high, low := bits.Mul64(a, b)
	return high ^ low
}
