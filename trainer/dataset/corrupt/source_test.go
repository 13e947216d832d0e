package corrupt_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/robustness/corruption"
	"github.com/nassearch/nassearch/trainer/dataset"
	"github.com/nassearch/nassearch/trainer/dataset/corrupt"
	"pgregory.net/rapid"
)

// speckle adds noise and counts the images that it was asked for.
type speckle struct{ images *atomic.Int64 }

func (speckle) Name() string { return "speckle" }

func (s speckle) At(_ robustness.Shape, severity int) corruption.Transform {
	return func(to, x []uint8, r *rand.Rand) {
		s.images.Add(1)
		for i, v := range x {
			to[i] = v ^ uint8(r.IntN(1<<severity))
		}
	}
}

// images returns n different images of 2x2 pixels.
func images(n int) *dataset.Set {
	s := &dataset.Set{Channels: 1, Side: 2, Classes: []string{"a", "b"}}
	for i := range n {
		s.Labels = append(s.Labels, i%2)
		s.Pixels = append(s.Pixels, uint8(i), uint8(i>>8), 3, uint8(7*i))
	}
	return s
}

func source(t rapid.TB, room int64) (*corrupt.Source, speckle) {
	t.Helper()
	c := speckle{new(atomic.Int64)}
	s, err := corrupt.Open(corruption.Catalogue{c}, corrupt.Folders{}, room)
	if err != nil {
		t.Fatal(err)
	}
	return s, c
}

func under(t *testing.T, s *corrupt.Source, set *dataset.Set, c corruption.Corruption, severity, n int) *dataset.Set {
	t.Helper()
	out, err := s.Under(t.Context(), set, c, severity, n)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestImagesAreMadeOnceForAllWhoAskAtATime(t *testing.T) {
	s, c := source(t, corrupt.Room)
	set := images(50)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for severity := range 2 {
				if out, err := s.Under(t.Context(), set, c, severity+1, 40); err != nil || out.Len() != 40 {
					t.Errorf("%d images, %v", out.Len(), err)
				}
			}
		})
	}
	all.Wait()
	if n := c.images.Load(); n != 80 {
		t.Errorf("%d images were made: want 40 at 2 severities", n)
	}
}

func TestWhatIsNotKeptIsTheSameAgain(t *testing.T) {
	s, c := source(t, 4*30) // room for 30 images
	set := images(50)
	kept, first := under(t, s, set, c, 1, 30), under(t, s, set, c, 2, 30)
	again, other := under(t, s, set, c, 2, 30), under(t, s, set, c, 1, 30)
	if !slices.Equal(first.Pixels, again.Pixels) || !slices.Equal(kept.Pixels, other.Pixels) {
		t.Error("other images the second time")
	}
	if n := c.images.Load(); n != 90 {
		t.Errorf("%d images were made: want 30 that are kept, and 30 twice", n)
	}
}

func TestAnEndedMakerLeavesTheWorkToTheNext(t *testing.T) {
	s, c := source(t, corrupt.Room)
	set := images(20)
	why := errors.New("enough")
	ended, end := context.WithCancelCause(t.Context())
	end(why)
	if _, err := s.Under(ended, set, c, 1, 0); !errors.Is(err, why) {
		t.Errorf("error %v: want the cause of the end", err)
	}
	if out := under(t, s, set, c, 1, 0); out.Len() != 20 || c.images.Load() < 20 {
		t.Errorf("%d images", out.Len())
	}
}

func TestASeverityThatThereIsNotIsRefused(t *testing.T) {
	s, c := source(t, corrupt.Room)
	for _, severity := range []int{-1, 0, 6} {
		_, err := s.Under(t.Context(), images(3), c, severity, 0)
		if bad, ok := errors.AsType[*robustness.ConfigError](err); !ok || bad.Setting != "severity" {
			t.Errorf("severity %d: error %v", severity, err)
		}
	}
}

// What becomes of an image follows from the image, wherever it stands and whoever keeps it.
func TestImagesDoNotDependOnTheirPlace(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		set := images(rapid.IntRange(1, 70).Draw(r, "images"))
		order := rapid.Permutation(slices.Collect(func(yield func(int) bool) {
			for i := range set.Len() {
				if !yield(i) {
					return
				}
			}
		})).Draw(r, "order")
		n := rapid.IntRange(0, set.Len()).Draw(r, "first")
		severity := rapid.IntRange(1, 5).Draw(r, "severity")
		a, c := source(r, rapid.Int64Range(0, 300).Draw(r, "room"))
		b, _ := source(r, corrupt.Room)
		whole, err := b.Under(t.Context(), set, c, severity, 0)
		if err != nil {
			r.Fatal(err)
		}
		some, err := a.Under(t.Context(), set.Select(order), c, severity, n)
		if err != nil {
			r.Fatal(err)
		}
		for i := range some.Len() {
			if !slices.Equal(some.Image(i), whole.Image(order[i])) || some.Labels[i] != set.Labels[order[i]] {
				r.Fatalf("image %d is not what it is at place %d", i, order[i])
			}
		}
	})
}
