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
	names := []string{imagesOf("train"), labelsOf("train"), imagesOf("t10k"), labelsOf("t10k")}
	for _, name := range names {
		for _, end := range []string{"", ".gz"} {
			path := filepath.Join(dir, name+end)
			if _, err := os.Lstat(path); err == nil {
				return fmt.Errorf("%s is there: remove it, or name another folder", path)
			}
		}
	}
	for i, s := range []*Set{d.Train, d.Test} {
		if s == nil {
			continue
		}
		if err := s.save(dir, names[2*i], names[2*i+1]); err != nil {
			return errors.Join(err, remove(dir, names))
		}
	}
	return nil
}

// save writes the files of a part.
func (s *Set) save(dir, imagesFile, labelsFile string) error {
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
	if err := saveIDX(filepath.Join(dir, imagesFile+".gz"), shape, s.Pixels); err != nil {
		return err
	}
	return saveIDX(filepath.Join(dir, labelsFile+".gz"), []int{s.Len()}, labels)
}

func saveIDX(path string, shape []int, values []uint8) error {
	return atomicfile.Write(path, func(w io.Writer) error { return writeIDX(w, shape, values) })
}

// remove removes what was written.
func remove(dir string, names []string) (err error) {
	for _, name := range names {
		if e := os.Remove(filepath.Join(dir, name+".gz")); !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	return err
}
