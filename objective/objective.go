// Package objective says what a search optimises: which metrics, and who measures them.
package objective

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/nassearch/nassearch/space"
)

// Direction tells which values of a metric are better.
type Direction int

const (
	Maximize Direction = iota
	Minimize
)

// String returns "max" or "min".
func (d Direction) String() string {
	if d == Minimize {
		return "min"
	}
	return "max"
}

// MarshalText returns "max" or "min".
func (d Direction) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (d *Direction) UnmarshalText(text []byte) error {
	switch string(text) {
	case "max":
		*d = Maximize
	case "min":
		*d = Minimize
	default:
		return fmt.Errorf("direction %q: want max or min", text)
	}
	return nil
}

// Better says whether a is better than b. No number is better than itself, and NaN is better than none.
func (d Direction) Better(a, b float64) bool {
	if d == Minimize {
		return a < b
	}
	return a > b
}

// Compare orders by what is better: it is negative if a is better than b, positive if b is better than a, and 0 otherwise.
func (d Direction) Compare(a, b float64) int {
	switch {
	case d.Better(a, b):
		return -1
	case d.Better(b, a):
		return 1
	}
	return 0
}

// Metric is a number that an architecture has, such as its accuracy under attack.
type Metric struct {
	Name    string    `json:"name"`              // for example "pgd_acc"
	Goal    Direction `json:"goal"`              // which way is better
	Setting string    `json:"setting,omitempty"` // what it was measured at: "1/255", "severity 3"; empty if there is nothing to say
}

// String returns the name with its setting: "pgd_acc at 1/255", "fog_acc, mean of 5 severities".
func (m Metric) String() string { return m.Name + m.At() }

// At returns the setting as it goes on after the name or the value; empty if there is none.
func (m Metric) At() string {
	switch {
	case m.Setting == "":
		return ""
	case strings.HasPrefix(m.Setting, "mean "):
		return ", " + m.Setting
	default:
		return " at " + m.Setting
	}
}

// Request asks for one architecture's metrics.
type Request struct {
	Arch     space.Arch
	Fidelity float64 // share of the full training, in (0, 1]
	Seed     uint64  // of whatever is random in the measurement
}

// Outcome holds an architecture's values in the order of the evaluator's metrics. It is read only: evaluators
// may share it.
type Outcome struct {
	Values []float64
	// Record is JSON about the measurement that a journal keeps beside the values: what it took, what computed it.
	// It decides nothing, and may differ between two measurements that give the same values.
	Record json.RawMessage
}

// Evaluator measures architectures. It is safe for concurrent use.
type Evaluator interface {
	// Cost announces what a request will take, before the work. It must not depend on anything but the
	// request: the order in which a search learns of results follows from it.
	Cost(Request) time.Duration
	// Evaluate returns one finite value a metric, or an error; a number that is not known is a [*MissingError]. The
	// record of an outcome is kept with an error too.
	Evaluate(context.Context, Request) (Outcome, error)
}

// MissingError says that nobody measured an architecture's metric.
type MissingError struct {
	Source string // who was asked, for example "table cifar10"
	Arch   space.Arch
	Metric Metric
}

func (e *MissingError) Error() string {
	return fmt.Sprintf("%s has no %s of %s", e.Source, e.Metric, e.Arch)
}
