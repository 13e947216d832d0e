package corruption

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/nassearch/nassearch/robustness"
)

// TestApplyDependsOnTheImageAlone: batch, order, repetitions and workers change nothing.
func TestApplyDependsOnTheImageAlone(t *testing.T) {
	all := Corruptions()
	rapid.Check(t, func(t *rapid.T) {
		s := robustness.Shape{
			Channels: rapid.SampledFrom([]int{1, 3}).Draw(t, "channels"),
			Height:   rapid.IntRange(1, 33).Draw(t, "height"), Width: rapid.IntRange(1, 33).Draw(t, "width"),
		}
		c := rapid.SampledFrom(all).Draw(t, "corruption")
		severity := rapid.IntRange(1, Severities).Draw(t, "severity")
		x := noise(s, rapid.IntRange(1, 40).Draw(t, "images"), rapid.Uint64().Draw(t, "pixels"))
		before := slices.Clone(x.Pixels)
		seed := rapid.Uint64().Draw(t, "seed")
		got := apply(t, c, severity, x, seed, rapid.IntRange(1, 4).Draw(t, "workers"))
		if !slices.Equal(x.Pixels, before) {
			t.Fatalf("%s changes its input", c.Name())
		}
		sample := Images{Shape: s}
		index := rapid.SliceOfN(rapid.IntRange(0, x.Len()-1), 1, 20).Draw(t, "sample")
		for _, i := range index {
			sample.Pixels = append(sample.Pixels, x.Image(i)...)
		}
		of := apply(t, c, severity, sample, seed, 1)
		for k, i := range index {
			if !slices.Equal(of.Image(k), got.Image(i)) {
				t.Fatalf("%s, severity %d: image %d of %d differs as image %d of a sample", c.Name(), severity, i, x.Len(), k)
			}
		}
	})
}

// noise returns images of random pixels.
func noise(s robustness.Shape, n int, seed uint64) Images {
	x := Images{s, make([]uint8, n*s.Size())}
	r := rand.New(rand.NewPCG(seed, 0))
	for i := range x.Pixels {
		x.Pixels[i] = uint8(r.Uint32())
	}
	return x
}

func apply(t rapid.TB, c Corruption, severity int, x Images, seed uint64, workers int) Images {
	t.Helper()
	out, err := Apply(context.Background(), c, severity, x, seed, workers)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestApplyRefusesWhatItCannot(t *testing.T) {
	s := robustness.Shape{Channels: 3, Height: 4, Width: 4}
	x := noise(s, 2, 0)
	for _, c := range []struct {
		name              string
		x                 Images
		severity, workers int
		want              string
	}{
		{"severity 0", x, 0, 1, "severity is 0: want 1 to 5"},
		{"severity 6", x, 6, 1, "severity is 6: want 1 to 5"},
		{"severity -1", x, -1, 1, "severity is -1: want 1 to 5"},
		{"no workers", x, 1, 0, "workers is 0: want at least 1"},
		{"no shape", Images{}, 1, 1, "image shape is {0 0 0}: want positive sizes"},
		{"half an image", Images{s, make([]uint8, 72)}, 1, 1, "number of values is 72: want a multiple of 48, the size of an image"},
	} {
		_, err := Apply(t.Context(), Contrast{}, c.severity, c.x, Seed, c.workers)
		if wrong := (*robustness.ConfigError)(nil); !errors.As(err, &wrong) || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
	if got, err := Apply(t.Context(), Contrast{}, 1, Images{Shape: s}, Seed, 1); err != nil || got.Len() != 0 {
		t.Errorf("no images: %v, %v", got, err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("enough")
	cancel(cause)
	if _, err := Apply(ctx, Contrast{}, 1, x, Seed, 1); !errors.Is(err, cause) {
		t.Errorf("cancelled: %v", err)
	}
}

// broken panics on every image.
type broken struct{ Contrast }

func (broken) At(robustness.Shape, int) Transform {
	return func(to, x []uint8, r *rand.Rand) { panic("broken") }
}

func TestApplyPanicsWhereTheCallerCanSeeIt(t *testing.T) {
	defer func() {
		if p := recover(); p != "broken" {
			t.Errorf("panic %v", p)
		}
	}()
	s := robustness.Shape{Channels: 1, Height: 2, Width: 2}
	_, _ = Apply(t.Context(), broken{}, 1, noise(s, 100, 0), Seed, 3)
}

func TestNamedSuggests(t *testing.T) {
	if c, err := Corruptions().Named("contrast"); err != nil || c.Name() != "contrast" {
		t.Errorf("%v, %v", c, err)
	}
	_, err := Corruptions().Named("contrasts")
	if wrong := (*robustness.ConfigError)(nil); !errors.As(err, &wrong) {
		t.Errorf("%v", err)
	}
}
