// Package jsonlog keeps work that takes long in files of JSON lines: a header, and then a record for every piece of
// work that is done, each with a checksum. A line that was being written when the process died is cut off; any other
// damage is an error. A log is continued only with the settings that its header has.
package jsonlog

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/nassearch/nassearch/internal/settings"
)

// Form is how a kind of log is written. Headers H and records R are structs, whose members a line has in their order,
// and then "sum", its checksum. A header's line begins with its format.
type Form[H, R any] struct {
	Kind   string // in messages: "study"
	Member string // what the first line calls the format: "nassearch"
	Format int    // version of the form
	Place  string // what a log is for those who name it: "file" or "folder"
	// Differences compares the settings that records depend on. A log is continued if there are none.
	Differences func(was, now H) ([]settings.Difference, error)
	// Covered returns what a record's checksum covers, such as all but measured times.
	Covered func(R) R
}

// DamageError says which line of a log cannot be read.
type DamageError struct {
	Kind string
	Path string
	Line int // from 1
	Err  error
}

func (e *DamageError) Error() string {
	return fmt.Sprintf("%s %s: line %d: %v", e.Kind, e.Path, e.Line, e.Err)
}

// Unwrap returns what is wrong with the line.
func (e *DamageError) Unwrap() error { return e.Err }

// Read reads a log without a lock, also while another process writes it, and changes nothing. An unfinished last line
// is left out. Take sees the records in order; what it returns is damage of the record's line. Errors are
// [*DamageError].
func (f Form[H, R]) Read(path string, take func(H, R) error) (h H, err error) {
	file, err := os.Open(path)
	if err != nil {
		return h, fmt.Errorf("%s: %w", f.Kind, err)
	}
	defer file.Close()
	h, _, _, err = f.read(path, file, nil, take)
	return h, err
}

// read reads a log, whose header must be the one that is wanted, if one is; else there must be one. It returns how many
// bytes whole lines have, and how many follow them.
func (f Form[H, R]) read(
	path string, file io.Reader, want *H, take func(H, R) error,
) (h H, whole int64, rest int, err error) {
	in := bufio.NewReader(file)
	line, complete, err := next(in)
	switch {
	case err != nil:
		return h, 0, 0, f.wrap(path, err)
	case !f.begins(line):
		return h, 0, 0, &DamageError{f.Kind, path, 1, fmt.Errorf("this is no %s: name another file", f.Kind)}
	case !complete && want == nil:
		return h, 0, 0, fmt.Errorf("%s %s: it is empty", f.Kind, path)
	case !complete:
		return h, 0, len(line), nil
	}
	if h, err = f.header(line); err != nil {
		return h, 0, 0, &DamageError{f.Kind, path, 1, err}
	}
	if want != nil {
		if err := f.Same(path, h, *want); err != nil {
			return h, 0, 0, err
		}
	}
	for n := 2; ; n++ {
		whole += int64(len(line))
		if line, complete, err = next(in); err != nil || !complete {
			return h, whole, len(line), f.wrap(path, err)
		}
		if err := f.record(h, line, take); err != nil {
			return h, 0, 0, &DamageError{f.Kind, path, n, err}
		}
	}
}

// next returns the next line, and whether all of it is there.
func next(in *bufio.Reader) (line []byte, complete bool, err error) {
	line, err = in.ReadBytes('\n')
	if errors.Is(err, io.EOF) {
		return line, false, nil
	}
	return line, true, err
}

func (f Form[H, R]) wrap(path string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s %s: %w", f.Kind, path, err)
}

// begins says whether a file whose first line this is, or a part of it, may be a log.
func (f Form[H, R]) begins(line []byte) bool {
	magic := []byte(f.magic())
	return bytes.HasPrefix(line, magic) || bytes.HasPrefix(magic, line)
}

func (f Form[H, R]) header(line []byte) (H, error) {
	l, err := decode(f.magic(), line, func(l headed[H]) headed[H] { return l })
	if l.Format != 0 && l.Format != f.Format { // of which nothing is known
		err = fmt.Errorf("format %d: this program reads format %d", l.Format, f.Format)
	}
	return l.Header, err
}

func (f Form[H, R]) record(h H, line []byte, take func(H, R) error) error {
	r, err := decode(f.magic(), line, f.Covered)
	if err != nil {
		return err
	}
	return take(h, r)
}

// Same returns a [*settings.ChangedError] unless the header of a log, as it was, has the settings of now.
func (f Form[H, R]) Same(path string, was, now H) error {
	diffs, err := f.Differences(was, now)
	if err == nil && len(diffs) > 0 {
		err = &settings.ChangedError{Path: path, Kind: f.Place, Differences: diffs}
	}
	return err
}

// Sum returns a header's checksum.
func (f Form[H, R]) Sum(h H) (string, error) { return checksum(f.magic(), headed[H]{f.Format, h}) }
