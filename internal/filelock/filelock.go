// Package filelock locks open files against other processes, by the handle through which they are read and written:
// Windows refuses other handles what is locked.
package filelock

import "os"

// Try locks a file that is open for writing, until it is closed. It says whether it could: another handle, of this
// process or another, may have the lock. On systems that cannot lock files it is an error.
func Try(f *os.File) (bool, error) { return try(f) }

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
