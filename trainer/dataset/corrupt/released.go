package corrupt

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/nassearch/nassearch/robustness/corruption"
	"github.com/nassearch/nassearch/trainer/dataset"
)

// MissingError reports an image that is none of those which were released.
type MissingError struct {
	Image int // of the set
	Dir   string
}

func (e *MissingError) Error() string {
	return fmt.Sprintf("image %d is none of the test images, of which alone %s has corrupted ones: measure on these, "+
		"and leave them in their size (--val test:SHARE takes validation images from them)", e.Image, e.Dir)
}

// released finds images of any set among the released ones by the test images that they were made of.
type released struct {
	*corruption.Released
	dir string

	numbers map[string]int // of test images, by their pixels

	mu      sync.Mutex
	digests map[string]string // of corruptions
}

// openReleased opens a folder. Its images are of the test images of a data set, which are given as it has them.
func openReleased(dir string, test *dataset.Set) (*released, error) {
	files, err := corruption.OpenReleased(dir)
	if err != nil {
		return nil, err
	}
	if err := files.Check(test.Labels); err != nil {
		return nil, err
	}
	r := &released{Released: files, dir: dir, numbers: map[string]int{}, digests: map[string]string{}}
	for i := range test.Len() {
		if _, twice := r.numbers[string(test.Image(i))]; !twice {
			r.numbers[string(test.Image(i))] = i
		}
	}
	return r, nil
}

// has returns an error if there is no file of a corruption.
func (r *released) has(name string) error {
	if names := r.Names(); !slices.Contains(names, name) {
		return &MissingFileError{name, r.dir}
	}
	return nil
}

// MissingFileError reports a corruption of which no images were released.
type MissingFileError struct{ Corruption, Dir string }

func (e *MissingFileError) Error() string {
	return fmt.Sprintf("corruption %s: %s has no %[1]s.npy", e.Corruption, e.Dir)
}

// origin identifies the files.
func (r *released) origin(ctx context.Context, name string) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.digests[name] == "" {
		digest, err := r.Digest(ctx, name)
		if err != nil {
			return "", err
		}
		r.digests[name] = digest
	}
	return "released images " + r.digests[name][:12], nil
}

// index finds the test images that a set has.
func (r *released) index(set *dataset.Set) ([]int, error) {
	index := make([]int, set.Len())
	for i := range index {
		n, ok := r.numbers[string(set.Image(i))]
		if !ok {
			return nil, &MissingError{i, r.dir}
		}
		index[i] = n
	}
	return index, nil
}

// under reads the images of a set.
func (r *released) under(ctx context.Context, set *dataset.Set, name string, severity int) ([]uint8, error) {
	index, err := r.index(set)
	if err != nil {
		return nil, err
	}
	x, err := r.Images(ctx, name, severity, index)
	if err == nil && x.Shape != shape(set) {
		err = fmt.Errorf("%s has images of shape %v, the data set of %v: these are images of another set",
			r.dir, x.Shape, shape(set))
	}
	return x.Pixels, err
}
