package objective_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/nassearch/nassearch/objective"
)

// full and wild are errors of packages that do not know this one.
type (
	full struct{ error }
	wild struct{ error }
	flat struct{ error }
)

func (full) OutOfMemory() bool { return true }
func (wild) NotFinite() bool   { return true }
func (flat) NoGradient() bool  { return true }

func TestCauseIsToldByTheError(t *testing.T) {
	for _, c := range []struct {
		err  error
		want objective.Cause
	}{
		{&objective.MissingError{Source: "table t", Arch: "a"}, objective.Missing},
		{wild{errors.New("loss NaN")}, objective.NotFinite},
		{full{errors.New("no room")}, objective.OutOfMemory},
		{flat{errors.New("zero")}, objective.NoGradient},
		{context.DeadlineExceeded, objective.OutOfTime},
		{errors.New("lost"), objective.OtherCause},
	} {
		for _, err := range []error{c.err, fmt.Errorf("measuring: %w", c.err), errors.Join(c.err, errors.New("and more"))} {
			if got := objective.CauseOf(err); got != c.want {
				t.Errorf("%v: %q, want %q", err, got, c.want)
			}
		}
	}
}

func TestCausesHaveWordsOfTheirOwn(t *testing.T) {
	seen := map[string]objective.Cause{}
	for _, c := range []objective.Cause{
		objective.Missing, objective.NotFinite, objective.OutOfTime, objective.OutOfMemory, objective.NoGradient,
		objective.OtherCause,
	} {
		if other, twice := seen[c.Words()]; twice || c.Words() == "" {
			t.Errorf("%q is told as %q, as is %q", c, c.Words(), other)
		}
		seen[c.Words()] = c
	}
}

func TestCauseFromElsewhereIsKept(t *testing.T) {
	for _, why := range []objective.Cause{objective.Missing, objective.OutOfTime, objective.OtherCause} {
		if got := objective.CauseOf(fmt.Errorf("there: %w", &objective.FailedError{Text: "f", Why: why})); got != why {
			t.Errorf("%q, want %q", got, why)
		}
	}
	if got := objective.CauseOf(&objective.FailedError{Text: "f"}); got != objective.OtherCause {
		t.Errorf("%q of none", got)
	}
}
