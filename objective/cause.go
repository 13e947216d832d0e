package objective

import (
	"cmp"
	"errors"
)

// Cause is a kind of failed measurement, by which failures are counted.
type Cause string

const (
	Missing     Cause = "missing"    // nobody measured it: see [MissingError]
	NotFinite   Cause = "not finite" // a loss or a value that is no finite number
	OutOfTime   Cause = "timeout"
	OutOfMemory Cause = "memory"      // there was no room
	NoGradient  Cause = "no gradient" // that an attack could follow
	OtherCause  Cause = "other"
)

// FailedError is a measurement that failed elsewhere, on another machine or in a program of another language, from
// where its text and its cause have come.
type FailedError struct {
	Text string
	Why  Cause
}

func (e *FailedError) Error() string { return e.Text }

// CauseOf says why a measurement failed. Errors of whatever package tell it by methods, as those of net do: Timeout,
// which that of an expired context has, OutOfMemory, NotFinite and NoGradient, each of which returns a bool.
func CauseOf(err error) Cause {
	if e, ok := errors.AsType[*FailedError](err); ok {
		return cmp.Or(e.Why, OtherCause)
	}
	if _, ok := errors.AsType[*MissingError](err); ok {
		return Missing
	}
	if e, ok := errors.AsType[interface {
		error
		NotFinite() bool
	}](err); ok && e.NotFinite() {
		return NotFinite
	}
	if e, ok := errors.AsType[interface {
		error
		OutOfMemory() bool
	}](err); ok && e.OutOfMemory() {
		return OutOfMemory
	}
	if e, ok := errors.AsType[interface {
		error
		Timeout() bool
	}](err); ok && e.Timeout() {
		return OutOfTime
	}
	if e, ok := errors.AsType[interface {
		error
		NoGradient() bool
	}](err); ok && e.NoGradient() {
		return NoGradient
	}
	return OtherCause
}

// Words say what happened, after a number of times: "12 × not in the table".
func (c Cause) Words() string {
	switch c {
	case Missing:
		return "not in the table"
	case NotFinite:
		return "no finite value"
	case OutOfTime:
		return "out of time"
	case OutOfMemory:
		return "out of memory"
	case NoGradient:
		return "no gradient to attack by"
	}
	return "other failures"
}
