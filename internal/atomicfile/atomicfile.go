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

	"github.com/nassearch/nassearch/internal/filelock"
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
	f, err := create(path)
	if err != nil {
		return err
	}
	return discard(f, nil)
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
	f, err := create(path)
	if err != nil {
		return err
	}
	if err := fill(f, content, info); err != nil {
		return discard(f, err)
	}
	return move(f, path)
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

// create makes a hidden file beside a path. Its lock says that its process lives.
func create(path string) (*os.File, error) {
	for {
		f, err := os.CreateTemp(filepath.Dir(path), prefix(path)+"*"+suffix)
		if err != nil {
			return nil, err
		}
		locked, err := lock(f)
		if err != nil {
			return nil, discard(f, err)
		}
		if locked {
			return f, nil
		}
		if err := f.Close(); err != nil { // another process took it for one that was left, before it was locked
			return nil, err
		}
	}
}

// lock locks a file. It says whether it could: another process may have it, or have removed it.
func lock(f *os.File) (bool, error) {
	locked, err := filelock.Try(f)
	if err != nil || !locked {
		return false, err
	}
	return filelock.Named(f)
}

// discard removes a hidden file and closes it, which lets others at it. Not every system removes what is open.
func discard(f *os.File, because error) error {
	if runtime.GOOS == "windows" {
		return errors.Join(because, f.Close(), os.Remove(f.Name()))
	}
	return errors.Join(because, os.Remove(f.Name()), f.Close())
}

// fill writes the content to the disk.
func fill(f *os.File, content func(io.Writer) error, replaced fs.FileInfo) error {
	b := bufio.NewWriterSize(f, 1<<16)
	if err := content(b); err != nil {
		return err
	}
	mode := fs.FileMode(0o644)
	if replaced != nil {
		mode = replaced.Mode().Perm()
	}
	return errors.Join(b.Flush(), f.Chmod(mode), f.Sync())
}

// move puts the file in its place and closes it. Not every system renames what is open.
func move(f *os.File, path string) error {
	if runtime.GOOS == "windows" {
		if err := f.Close(); err != nil {
			return errors.Join(err, os.Remove(f.Name()))
		}
		return rename(f, path)
	}
	return errors.Join(rename(f, path), f.Close())
}

func rename(f *os.File, path string) error {
	if err := os.Rename(f.Name(), path); err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	syncFolder(filepath.Dir(path))
	return nil
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
		if err := removeDead(filepath.Join(filepath.Dir(path), e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// removeDead removes a hidden file whose process is no more.
func removeDead(name string) error {
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	locked, err := lock(f)
	if err != nil || !locked {
		return errors.Join(err, f.Close())
	}
	return discard(f, nil)
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
