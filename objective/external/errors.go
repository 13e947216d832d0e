package external

import (
	"errors"
	"fmt"
	"time"
)

// timeError reports a trial that took too long.
type timeError struct{ limit time.Duration }

// Timeout says what kind of failure it is.
func (e *timeError) Timeout() bool { return true }

func (e *timeError) Error() string { return fmt.Sprintf("not done after %v", e.limit) }

// errPreempted ends an attempt of which nothing is learnt: the trial is to be asked for again.
var errPreempted = errors.New("preempted")
