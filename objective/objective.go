// Package objective says what a search optimises: which metrics, and who measures them.
package objective

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/nassearch/nassearch/space"
)

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
	// It decides nothing, and may differ between two measurements that give the same values. Members of an object whose
	// names end in _seconds, and peak_memory, are measured of the machine: a journal's checksums leave them out.
	Record json.RawMessage
}

// Evaluator measures architectures. It is safe for concurrent use. What else it can tell are capabilities of their own:
// [Settings], [Named], [Landscape], [Tester].
type Evaluator interface {
	// Metrics lists what is measured, in the order of values.
	Metrics() []Metric
	// Source is a fingerprint of all that the values follow from, beside the request: evaluators with equal metrics and
	// sources give equal values.
	Source() string
	// Cost announces what a request will take, before the work. It must not depend on anything but the
	// request: the order in which a search learns of results follows from it.
	Cost(Request) time.Duration
	// Evaluate returns one finite value a metric, or an error; a number that is not known is a [*MissingError]. The
	// record of an outcome is kept with an error too. A [*FidelityError] and an [*OutageError] are no failed
	// measurements: a study ends with them.
	Evaluate(context.Context, Request) (Outcome, error)
}

// Settings says in words what a source is a fingerprint of, by name, so that a difference can be told.
type Settings interface{ Settings() map[string]string }

// Named says in words who is asked, so that two sources can be told apart. It decides nothing.
type Named interface{ Name() string }

// Tester measures the metrics on images that no search has seen. It is for a search's answer, once.
type Tester interface {
	Test(context.Context, Request) ([]float64, error)
}

// Check returns an error if values are not one finite number a metric, as evaluators and testers promise.
func Check(metrics []Metric, values []float64) error {
	if len(values) != len(metrics) {
		return fmt.Errorf("%d values for %d metrics", len(values), len(metrics))
	}
	for i, v := range values {
		if v-v != 0 {
			return &valueError{metrics[i].Name, v}
		}
	}
	return nil
}

// valueError says that a metric's value is no finite number.
type valueError struct {
	metric string
	value  float64
}

func (e *valueError) Error() string { return fmt.Sprintf("%s is %v", e.metric, e.value) }

// NotFinite says what kind of failure it is; see [CauseOf].
func (e *valueError) NotFinite() bool { return true }

// MissingError says that nobody measured an architecture's metric.
type MissingError struct {
	Source string // who was asked, for example "table cifar10"
	Arch   space.Arch
	Metric Metric
}

func (e *MissingError) Error() string {
	return fmt.Sprintf("%s has no %s of %s", e.Source, e.Metric.Words(), e.Arch)
}
