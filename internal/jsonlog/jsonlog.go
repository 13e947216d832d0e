// Package jsonlog keeps work that takes long in files of JSON lines: a header, and then a record for every piece of
// work that is done. Each line has a checksum, which covers the one before it: lines belong to their places. A line
// that was being written when the process died is cut off; any other damage is an error, also lines that were taken
// away, doubled, moved, or brought from another log. A log is continued only with the settings that its header has, or
// with others that no record follows from: those stand in a header of their own, behind the records that are there.
package jsonlog

import (
	"fmt"

	"github.com/nassearch/nassearch/internal/settings"
)

// Form is how a kind of log is written. Headers H and records R are structs, whose members a line has in their order,
// and then "sum", its checksum. A header's line begins with its format.
type Form[H, R any] struct {
	Kind   string // in messages: "study"
	Member string // what the first line calls the format: "nassearch"
	Place  string // what a log is for those who name it: "file" or "folder"
	// Differences compares the settings that records depend on. A log is continued if there are none.
	Differences func(was, now H) ([]settings.Difference, error)
	// Slight says of headers that differ whether a log that has the one is opened with the other wanted: it is the same
	// work, and the caller says whether records follow from what differs, see [Log.Renew]. Nil: never.
	Slight func(was, now H) bool
	// Covered returns what a record's checksum covers, such as all but measured times.
	Covered func(R) R
	// Bare returns what the checksum of an unchained record covers. It is Covered if there is none.
	Bare func(R) R
}

// The formats of logs. Those of the first one have no chain; continued, they have one from there on, which begins with
// all that stands before.
const (
	unchained = 1
	format    = 2
)

// State is what a log was found in.
type State[H any] struct {
	Header H
	// Repaired is the number of bytes of an unfinished last line, which opening cuts off and reading leaves out.
	Repaired int
	// Unchained is the number of lines that an earlier version wrote: it would not show in what order they were, and
	// whether all are there.
	Unchained int
	// Changed is in what the header differs from the one that was wanted, which is slight.
	Changed []settings.Difference
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

func (f Form[H, R]) wrap(path string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s %s: %w", f.Kind, path, err)
}

// Same returns a [*settings.ChangedError] unless the header of a log, as it was, has the settings of now.
func (f Form[H, R]) Same(path string, was, now H) error {
	diffs, err := f.Differences(was, now)
	if err == nil && len(diffs) > 0 {
		err = &settings.ChangedError{Path: path, Kind: f.Place, Differences: diffs}
	}
	return err
}

// Sum identifies a header: it is the checksum that the first line of a log without a chain has.
func (f Form[H, R]) Sum(h H) (string, error) {
	text, err := unsealed(f.magic(), headed[H]{unchained, h})
	return bareSum(text), err
}
