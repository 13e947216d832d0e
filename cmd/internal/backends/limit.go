package backends

import (
	"fmt"
	"time"

	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/spf13/pflag"
)

// Limit is --trial-timeout, which several backends have: it is one flag, whichever of them is asked.
type Limit struct {
	timeout time.Duration
	flags   *pflag.FlagSet
}

// NewLimit returns the flag.
func NewLimit() *Limit {
	l := &Limit{flags: pflag.NewFlagSet("limit", pflag.ContinueOnError)}
	l.flags.DurationVar(&l.timeout, "trial-timeout", 0, "fail trials that take longer, such as 10m (default: no limit)")
	return l
}

// Register adds the flag to those of a backend.
func (l *Limit) Register(f *pflag.FlagSet) { f.AddFlagSet(l.flags) }

// Time is that of a trial at most; 0 if there is no limit.
func (l *Limit) Time() (time.Duration, error) {
	if l.timeout < 0 {
		return 0, usage.Mark(fmt.Errorf("--trial-timeout %v: want no negative time", l.timeout))
	}
	return l.timeout, nil
}
