package jsonlog

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/nassearch/nassearch/internal/plainfile"
)

// Follower reads a log as it grows, without a lock: each time what is new, and not again what it has read before. A
// file that became another one, that was cut, or in which something was wrong, it reads anew once it has changed.
type Follower[H, R any] struct {
	State[H]

	form  Form[H, R]
	path  string
	reset func()
	take  func(H, R) error

	reader reader[H, R]
	seen   fs.FileInfo // of the file when it was read; nil before, and after an error that says nothing of the file
	err    error       // of what was read
}

// Follow returns a follower, which has read nothing yet. Take sees the records in order; what it returns is damage of
// the record's line. Before it sees the first record again, which it does if the log is read anew, reset is called.
func (f Form[H, R]) Follow(path string, reset func(), take func(H, R) error) *Follower[H, R] {
	return &Follower[H, R]{form: f, path: path, reset: reset, take: take, reader: reader[H, R]{Form: f, path: path}}
}

// Next reads what is new. It says whether anything may be another than the time before, and returns the error that
// [Form.Read] would. What was read before counts as it was while the file only grows behind it.
func (w *Follower[H, R]) Next() (changed bool, err error) {
	if info, err := os.Stat(w.path); err == nil && w.seen != nil && unchanged(w.seen, info) {
		return false, w.err
	}
	before := w.err
	file, err := plainfile.Open(w.path, os.O_RDONLY, 0)
	if err != nil {
		w.seen, w.err = nil, fmt.Errorf("%s: %w", w.form.Kind, err)
		w.anew()
		return before == nil || before.Error() != w.err.Error(), w.err
	}
	defer file.Close()
	info, err := file.Stat()
	if err == nil && !w.goesOn(file, info) {
		w.anew()
	}
	if err == nil {
		err = w.read(file)
	}
	w.seen, w.err = info, err
	if wrong := (*fs.PathError)(nil); errors.As(err, &wrong) { // of reading, not of what is read
		w.seen = nil
	}
	return true, w.err
}

// unchanged says whether a file is as it was seen.
func unchanged(seen, info fs.FileInfo) bool {
	return os.SameFile(seen, info) && seen.Size() == info.Size() && seen.ModTime().Equal(info.ModTime())
}

// goesOn says whether a file has still what was read of it, as far as one line shows that: those before it are in its
// checksum.
func (w *Follower[H, R]) goesOn(file *os.File, info fs.FileInfo) bool {
	r := &w.reader
	switch {
	case w.seen == nil || w.err != nil || !os.SameFile(w.seen, info):
		return false
	case info.Size() < r.whole || info.Size() == w.seen.Size(): // the latter was written over
		return false
	}
	there := make([]byte, len(r.last))
	_, err := file.ReadAt(there, r.whole-int64(len(r.last)))
	return err == nil && bytes.Equal(there, r.last)
}

// anew forgets what was read.
func (w *Follower[H, R]) anew() {
	if w.reader.line > 0 {
		w.reset()
	}
	w.reader = reader[H, R]{Form: w.form, path: w.path}
	w.State = w.reader.State
}

// read reads what is new of a file.
func (w *Follower[H, R]) read(file *os.File) (err error) {
	r := &w.reader
	defer func() { w.State = r.State }()
	if _, err := file.Seek(r.whole, io.SeekStart); err != nil {
		return r.wrap(r.path, err)
	}
	r.in, r.Repaired = bufio.NewReader(file), 0
	if r.whole == 0 {
		return r.read(nil, w.take)
	}
	return r.records(w.take)
}
