// Package atomicfile writes files whole or not at all.
package atomicfile

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/gofrs/flock"
)

// Write gives a file the content that a function writes. The content goes into a hidden file in the same folder,
// onto the disk, and then takes the place of what was there, whose permissions it keeps. On an error, or when the
// process is killed, the old file stays as it was; what killed processes left of it is removed by the next Write to
// the same path. Links are followed; what is no regular file, such as a pipe, is written to directly.
func Write(path string, content func(io.Writer) error) error {
	if err := write(path, content); err != nil {
		return fmt.Errorf("write %s: %w", path, cause(err, path))
	}
	return nil
}

// Writable returns the error that Write gives where a file cannot be made, for want of a folder or of the right. It is
// for asking before the content is computed.
func Writable(path string) error {
	if err := writable(path); err != nil {
		return fmt.Errorf("cannot write %s: %w", path, cause(err, path))
	}
	return nil
}

func writable(path string) error {
	path, info, err := place(path)
	if err != nil || info != nil && !info.Mode().IsRegular() {
		return err
	}
	t, err := create(path)
	if err != nil {
		return err
	}
	return errors.Join(t.file.Close(), os.Remove(t.file.Name()), t.lock.Unlock())
}

func write(path string, content func(io.Writer) error) error {
	path, info, err := place(path)
	if err != nil {
		return err
	}
	if info != nil && !info.Mode().IsRegular() {
		return direct(path, content)
	}
	if err := removeLeft(path); err != nil {
		return err
	}
	t, err := create(path)
	if err != nil {
		return err
	}
	if err := t.fill(content, info); err != nil {
		return errors.Join(err, os.Remove(t.file.Name()), t.lock.Unlock())
	}
	return t.move(path)
}

// place follows links, and says what is there: nil if nothing is.
func place(path string) (string, fs.FileInfo, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		dir := filepath.Dir(path)
		if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
			return path, nil, fmt.Errorf("there is no folder %s", dir)
		}
		return path, nil, nil
	}
	switch {
	case err != nil:
		return path, nil, err
	case info.IsDir():
		return path, nil, errors.New("it is a folder")
	case info.Mode().IsRegular():
		path, err = filepath.EvalSymlinks(path)
	}
	return path, info, err
}

// direct writes to what cannot be replaced.
func direct(path string, content func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	b := bufio.NewWriter(f)
	if err := content(b); err != nil {
		return errors.Join(err, f.Close())
	}
	return errors.Join(b.Flush(), f.Close())
}

// prefix and suffix of the hidden files beside a path.
func prefix(path string) string { return "." + filepath.Base(path) + "." }

const suffix = ".tmp"

// temporary is a hidden file. Its lock says that its process lives.
type temporary struct {
	file *os.File
	lock *flock.Flock
}

func create(path string) (temporary, error) {
	for {
		f, err := os.CreateTemp(filepath.Dir(path), prefix(path)+"*"+suffix)
		if err != nil {
			return temporary{}, err
		}
		lock, err := tryLock(f.Name())
		if err != nil {
			return temporary{}, errors.Join(err, f.Close(), os.Remove(f.Name()))
		}
		if lock != nil {
			return temporary{f, lock}, nil
		}
		if err := f.Close(); err != nil { // another process took it for one that was left, before it was locked
			return temporary{}, err
		}
	}
}

// tryLock locks a file that exists. It returns nil if another process has it, or removed it.
func tryLock(name string) (*flock.Flock, error) {
	lock := flock.New(name, flock.SetFlag(os.O_RDWR))
	locked, err := lock.TryLock()
	if errors.Is(err, fs.ErrNotExist) || err == nil && !locked {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	there, err := os.Stat(name)
	mine, mineErr := lock.Stat()
	if err == nil && mineErr == nil && os.SameFile(there, mine) {
		return lock, nil
	}
	return nil, errors.Join(mineErr, lock.Unlock())
}

// fill writes the content to the disk, and closes the file.
func (t temporary) fill(content func(io.Writer) error, replaced fs.FileInfo) error {
	b := bufio.NewWriterSize(t.file, 1<<16)
	if err := content(b); err != nil {
		return errors.Join(err, t.file.Close())
	}
	mode := fs.FileMode(0o644)
	if replaced != nil {
		mode = replaced.Mode().Perm()
	}
	return errors.Join(b.Flush(), t.file.Chmod(mode), t.file.Sync(), t.file.Close())
}

// move puts the file in its place.
func (t temporary) move(path string) error {
	if runtime.GOOS == "windows" { // which does not rename what is open
		if err := t.lock.Unlock(); err != nil {
			return err
		}
	}
	if err := os.Rename(t.file.Name(), path); err != nil {
		return errors.Join(err, os.Remove(t.file.Name()), t.lock.Unlock())
	}
	syncFolder(filepath.Dir(path))
	return t.lock.Unlock()
}

// syncFolder makes a new name last. Not every system can, and the file itself is safe without it.
func syncFolder(dir string) {
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync()
		_ = d.Close()
	}
}

// removeLeft removes the hidden files of processes that are no more.
func removeLeft(path string) error {
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), prefix(path)) || !strings.HasSuffix(e.Name(), suffix) {
			continue
		}
		name := filepath.Join(filepath.Dir(path), e.Name())
		lock, err := tryLock(name)
		if err != nil {
			return err
		}
		if lock == nil {
			continue
		}
		if err := errors.Join(os.Remove(name), lock.Unlock()); err != nil {
			return err
		}
	}
	return nil
}

// cause drops from an error the name of the file, which the message has anyway, or that of a hidden one.
func cause(err error, path string) error {
	if at, ok := errors.AsType[*fs.PathError](err); ok && named(at.Path, path) {
		return at.Err
	}
	if link, ok := errors.AsType[*os.LinkError](err); ok && named(link.Old, path) {
		return link.Err
	}
	return err
}

// named says whether a name is that of a file, or of a hidden one beside it, or of their folder.
func named(name, path string) bool {
	base := filepath.Base(name)
	hidden := strings.HasPrefix(base, prefix(path)) && strings.HasSuffix(base, suffix)
	return hidden || name == path || name == filepath.Dir(path)
}
