package corrupt

import (
	"context"
	"sync"

	"github.com/nassearch/nassearch/trainer/dataset"
)

// shelf keeps images by their places. It is first come, first served: networks ask for the same images in the same
// order, so that one which made room for the latest would have thrown away what is asked for next.
type shelf struct {
	mu   sync.Mutex
	left int64 // bytes
	jars map[place]*jar
}

// place says which images are kept.
type place struct {
	set              *dataset.Set
	corruption       string
	severity, images int
}

// jar keeps images. Who has its lid may look inside, and fill it if it is empty; the others wait.
type jar struct {
	lid    chan struct{}
	pixels []uint8
}

func newShelf(room int64) shelf { return shelf{left: room, jars: map[place]*jar{}} }

// get returns what is at a place. What is not there is made, by one while others wait for it; what there is no room for
// is made each time.
func (s *shelf) get(ctx context.Context, at place, bytes int64, make func() ([]uint8, error)) ([]uint8, error) {
	j := s.jar(at, bytes)
	if j == nil {
		return make()
	}
	select {
	case <-j.lid:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	defer func() { j.lid <- struct{}{} }()
	if j.pixels != nil {
		return j.pixels, nil
	}
	pixels, err := make()
	if err == nil { // or else the next one tries
		j.pixels = pixels
	}
	return pixels, err
}

// jar returns the one at a place, nil if there is no room for it.
func (s *shelf) jar(at place, bytes int64) *jar {
	s.mu.Lock()
	defer s.mu.Unlock()
	j, ok := s.jars[at]
	if !ok && bytes <= s.left {
		j = &jar{lid: make(chan struct{}, 1)}
		j.lid <- struct{}{}
		s.jars[at], s.left = j, s.left-bytes
	}
	return j
}
