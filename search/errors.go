package search

import (
	"errors"

	"github.com/nassearch/nassearch/internal/jsonlog"
	"github.com/nassearch/nassearch/internal/settings"
)

// What a file that keeps a study, or several, can be wrong about.
type (
	// DamageError says which line of a file cannot be read, and wraps what is wrong with it.
	DamageError struct {
		Path string
		Line int // from 1

		err error
	}
	// LockedError says that another process has a file open.
	LockedError struct {
		Path string

		err error
	}
	// ConfigError says that what Path holds was made with other settings.
	ConfigError struct {
		Path        string
		Differences []Difference

		err error
	}
	// Difference is a setting with its values: what it was and what it is now.
	Difference struct{ Setting, Was, Now string }
)

// Error says that the line cannot be read, and why.
func (e *DamageError) Error() string { return e.err.Error() }

// Unwrap returns what is wrong with the line.
func (e *DamageError) Unwrap() error { return e.err }

// Error says what can be done.
func (e *LockedError) Error() string { return e.err.Error() }

// Unwrap returns the error of the log.
func (e *LockedError) Unwrap() error { return e.err }

// Error tells the settings, and what can be done.
func (e *ConfigError) Error() string { return e.err.Error() }

// Unwrap returns the error of the log.
func (e *ConfigError) Unwrap() error { return e.err }

// LogError makes of an error of a log, which keeps studies and comparisons, a [*DamageError], a [*LockedError] or a
// [*ConfigError] with the same words; other errors, and nil, it returns as they are.
func LogError(err error) error {
	if e, ok := errors.AsType[*jsonlog.LockedError](err); ok {
		return &LockedError{e.Path, err}
	}
	if e, ok := errors.AsType[*jsonlog.DamageError](err); ok {
		return &DamageError{e.Path, e.Line, err}
	}
	if e, ok := errors.AsType[*settings.ChangedError](err); ok {
		return &ConfigError{Path: e.Path, Differences: told(e.Differences), err: err}
	}
	return err
}
