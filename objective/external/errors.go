package external

import (
	"errors"
	"fmt"
	"time"

	"github.com/nassearch/nassearch/objective"
)

// FailedError is a trial that failed for a reason that the program gives.
type FailedError struct {
	Why   string
	Cause objective.Cause
}

func (e *FailedError) Error() string { return e.Why }

// NotFinite, OutOfMemory, Timeout and NoGradient say what kind of failure it is.
func (e *FailedError) NotFinite() bool { return e.Cause == objective.NotFinite }

// OutOfMemory is like NotFinite.
func (e *FailedError) OutOfMemory() bool { return e.Cause == objective.OutOfMemory }

// Timeout is like NotFinite.
func (e *FailedError) Timeout() bool { return e.Cause == objective.OutOfTime }

// NoGradient is like NotFinite.
func (e *FailedError) NoGradient() bool { return e.Cause == objective.NoGradient }

// timeError reports a trial that took too long.
type timeError struct{ limit time.Duration }

// Timeout says what kind of failure it is.
func (e *timeError) Timeout() bool { return true }

func (e *timeError) Error() string { return fmt.Sprintf("not done after %v", e.limit) }

// errPreempted ends an attempt of which nothing is learnt: the trial is to be asked for again.
var errPreempted = errors.New("preempted")
