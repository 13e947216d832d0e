package dataset

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/nassearch/nassearch/internal/atomicfile"
)

// Write writes a data set as compressed IDX files into a folder, which it makes. What is there is not replaced; after
// an error there is none of its own. The classes' names are lost.
func (d *Data) Write(dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	parts := []string{"train", "t10k"}
	for _, part := range parts {
		if err := vacant(dir, imagesOf(part), labelsOf(part)); err != nil {
			return err
		}
	}
	for i, s := range []*Set{d.Train, d.Test} {
		if s == nil {
			continue
		}
		if err := s.save(dir, parts[i]); err != nil {
			return errors.Join(err, remove(dir, parts))
		}
	}
	return nil
}

// vacant returns an error if a file is there, compressed or not.
func vacant(dir string, names ...string) error {
	for _, name := range names {
		for _, end := range []string{"", ".gz"} {
			path := filepath.Join(dir, name+end)
			if _, err := os.Lstat(path); err == nil {
				return fmt.Errorf("%s is there: remove it, or name another folder", path)
			}
		}
	}
	return nil
}

// save writes the files of a part.
func (s *Set) save(dir, part string) error {
	if len(s.Classes) > 256 {
		return fmt.Errorf("cannot write %d classes as IDX: want at most 256", len(s.Classes))
	}
	shape := []int{s.Len(), s.Channels, s.Side, s.Side}
	if s.Channels == 1 {
		shape = []int{s.Len(), s.Side, s.Side}
	}
	labels := make([]uint8, s.Len())
	for i, l := range s.Labels {
		labels[i] = uint8(l)
	}
	if err := saveIDX(filepath.Join(dir, imagesOf(part)+".gz"), shape, s.Pixels); err != nil {
		return err
	}
	return saveIDX(filepath.Join(dir, labelsOf(part)+".gz"), []int{s.Len()}, labels)
}

func saveIDX(path string, shape []int, values []uint8) error {
	return atomicfile.Write(path, func(w io.Writer) error { return writeIDX(w, shape, values) })
}

// remove removes what was written of the parts.
func remove(dir string, parts []string) (err error) {
	for _, part := range parts {
		for _, name := range []string{imagesOf(part), labelsOf(part)} {
			if e := os.Remove(filepath.Join(dir, name+".gz")); !errors.Is(e, fs.ErrNotExist) {
				err = errors.Join(err, e)
			}
		}
	}
	return err
}
