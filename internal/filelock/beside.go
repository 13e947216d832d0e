package filelock

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// Guard is a lock on a file that is replaced when it is written: a hidden file beside it, which is there as long as the
// guard is. One that a killed process left is taken over.
type Guard struct{ file *os.File }

// Beside guards a path, whose folder must be there. It returns nil if another process does.
func Beside(path string) (*Guard, error) {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	name := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".lock")
	for {
		f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o644)
		if err != nil {
			return nil, err
		}
		locked, err := Try(f)
		if err != nil || !locked {
			return nil, errors.Join(err, f.Close())
		}
		named, err := Named(f)
		if err == nil && named {
			return &Guard{f}, nil
		}
		if err := errors.Join(err, f.Close()); err != nil { // else who had it before removed it in the meantime
			return nil, err
		}
	}
}

// Release lets others at the path. Where what is open cannot be removed, another process may have it by then.
func (g *Guard) Release() error {
	if runtime.GOOS != "windows" {
		err := os.Remove(g.file.Name())
		if errors.Is(err, fs.ErrNotExist) { // its folder is gone, and nothing is left to be had by others
			err = nil
		}
		return errors.Join(err, g.file.Close())
	}
	if err := g.file.Close(); err != nil {
		return err
	}
	err := os.Remove(g.file.Name())
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return nil
	}
	return err
}
