// Package filelock locks open files against other processes, by the handle through which they are read and written:
// Windows refuses other handles what is locked.
package filelock

import (
	"os"
	"time"

	"github.com/nassearch/nassearch/internal/plainfile"
)

// Try locks a file that is open for writing, until it is closed. It says whether it could: another handle, of this
// process or another, may have the lock. On systems that cannot lock files it is an error.
func Try(f *os.File) (locked bool, err error) {
	for range tries {
		if locked, err = try(f); locked || err != nil {
			return locked, err
		}
		time.Sleep(pause)
	}
	return false, nil
}

// Who looks whether a lock is held has it for a moment, and lets go: [Held].
const (
	tries = 3
	pause = 2 * time.Millisecond
)

// Held says whether somebody has the lock of a file; not, if it is not there or cannot be opened.
func Held(path string) bool {
	f, err := plainfile.Open(path, os.O_RDONLY, 0)
	if err != nil {
		return false
	}
	defer f.Close()
	locked, err := Try(f)
	return err == nil && !locked
}

// Named says whether an open file still has its name: whoever had the lock before may have removed it, or put another
// in its place.
func Named(f *os.File) (bool, error) {
	mine, err := f.Stat()
	if err != nil {
		return false, err
	}
	there, err := os.Stat(f.Name())
	return err == nil && os.SameFile(there, mine), nil
}
