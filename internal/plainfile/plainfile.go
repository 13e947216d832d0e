// Package plainfile opens files that are nothing else: no pipe, on which a reader waits, no device that never ends, no
// folder.
package plainfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// KindError says that something is no file.
type KindError struct{ Path, Kind string }

func (e *KindError) Error() string { return fmt.Sprintf("%s is %s: name a file", e.Path, e.Kind) }

// Open opens a file as [os.OpenFile] does. Links are followed. What is there and no file is a [*KindError], at once.
func Open(path string, flag int, perm fs.FileMode) (*os.File, error) {
	info, err := os.Stat(path)
	switch {
	case err == nil:
		err = check(path, info)
	case errors.Is(err, fs.ErrNotExist): // which is for the system to say, if it is to be there
		err = nil
	}
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, flag, perm)
	if err != nil {
		return nil, err
	}
	if info, err = f.Stat(); err == nil { // it may have become another one
		err = check(path, info)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func check(path string, info fs.FileInfo) error {
	kind := ""
	switch mode := info.Mode(); {
	case mode.IsRegular():
		return nil
	case mode.IsDir():
		kind = "a folder"
	case mode&fs.ModeNamedPipe != 0:
		kind = "a pipe"
	case mode&fs.ModeSocket != 0:
		kind = "a socket"
	case mode&fs.ModeDevice != 0:
		kind = "a device"
	default:
		kind = "no file"
	}
	return &KindError{path, kind}
}
