package live

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer/dataset"
)

// Evaluator measures metrics on the validation images, by training. It is an [objective.Evaluator].
type Evaluator struct {
	*Lab
	Limits

	quantities []quantity
	attacks    []Attack // that the metrics need, at their eps
	onlySizes  bool
	meter      meter
}

// Limits end a trial that takes too much: it fails, the study goes on.
type Limits struct {
	Memory int64         // bytes that training a network may need, by estimate; 0: no limit
	Time   time.Duration // of a trial, on the wall's clock; 0: no limit. What exceeds it depends on the machine
}

var (
	_ objective.Evaluator = (*Evaluator)(nil)
	_ objective.Settings  = (*Evaluator)(nil)
	_ objective.Tester    = (*Evaluator)(nil)
)

// NewEvaluator returns an evaluator of metrics by name, see [MetricNames].
func NewEvaluator(l *Lab, names []string, limits Limits) (*Evaluator, error) {
	q, err := l.quantities(names)
	if err != nil {
		return nil, err
	}
	e := &Evaluator{Lab: l, Limits: limits, quantities: q, onlySizes: true}
	for _, q := range q {
		e.onlySizes = e.onlySizes && q.size
		if q.attack != "" {
			e.plan(q)
		}
	}
	if l.Images.Val == nil && !e.onlySizes {
		return nil, &ProtocolError{"validation images", l.Val, "train:SHARE or test:SHARE: a search must not see the test images"}
	}
	return e, nil
}

// plan adds the attack that a metric needs.
func (e *Evaluator) plan(q quantity) {
	eps := q.Setting.Eps
	for i, a := range e.attacks {
		if a.Name == q.attack {
			e.attacks[i].Eps = append(a.Eps, eps)
			return
		}
	}
	a := e.attack(q.attack)
	a.Eps = []objective.Eps{eps}
	e.attacks = append(e.attacks, a)
}

// Metrics returns the metrics in the order of values.
func (e *Evaluator) Metrics() []objective.Metric {
	var all []objective.Metric
	for _, q := range e.quantities {
		all = append(all, q.Metric)
	}
	return all
}

// speed is how many multiply-adds a second the nominal core makes of small networks.
const speed = 15e9

// Cost estimates training and attacks from multiply-adds, images and steps, on a nominal core:
//
//	FLOPs x ((3 + 2 x adversarial steps) x training images x epochs + attack passes) / (15 x 10^9 multiply-adds a second)
func (e *Evaluator) Cost(r objective.Request) time.Duration {
	c, err := nasbench201.Parse(r.Arch)
	if err != nil || e.onlySizes {
		return 0
	}
	passes := 3 + 2*float64(e.Training.Adversarial.Steps)
	images := passes*float64(e.Images.Train.Len())*float64(e.epochs(r.Fidelity)) + float64(e.Images.Val.Len())
	for _, a := range e.attacks {
		images += float64(a.count(e.Images.Val)) * a.passes() * float64(len(a.Eps))
	}
	return time.Duration(float64(e.Network().FLOPs(c)) * images / speed * float64(time.Second))
}

// passes is about how many forward passes an attack on an image takes; a gradient counts as two.
func (a Attack) passes() float64 {
	m, _ := a.method() // which the lab has checked
	return float64(cmp.Or(m.Passes, 1000))
}

// Record is what a trial's record holds.
type Record struct {
	Protocol string            `json:"protocol"` // fingerprint
	Kernel   string            `json:"kernel"`
	Epochs   int               `json:"epochs"`
	Loss     *float64          `json:"train_loss,omitempty"` // of the last epoch
	Clean    *float64          `json:"clean_acc,omitempty"`
	Train    float64           `json:"train_seconds"`
	Attack   float64           `json:"attack_seconds"`
	Core     float64           `json:"core_seconds"` // processor time; of trials side by side, each an equal share
	Passes   robustness.Passes `json:"passes"`
	Memory   int64             `json:"memory"`      // bytes, by estimate
	Peak     int64             `json:"peak_memory"` // bytes that the process has held at most so far; 0: not known
}

// MemoryError reports a network for which there is no room.
type MemoryError struct{ Need, Limit int64 }

func (e *MemoryError) Error() string {
	return fmt.Sprintf("the network needs about %s to train: the limit is %s", humanize.Bytes(uint64(e.Need)), humanize.Bytes(uint64(e.Limit)))
}

// TimeError reports a trial that took too long.
type TimeError struct{ Limit time.Duration }

func (e *TimeError) Error() string { return fmt.Sprintf("not done after %v", e.Limit) }

// Evaluate trains the architecture's network and attacks it on the validation images. Errors are a [*MemoryError], a
// [*TimeError], a [*trainer.DivergedError], what ends ctx, and the space's for what is no architecture.
func (e *Evaluator) Evaluate(ctx context.Context, r objective.Request) (objective.Outcome, error) {
	c, err := nasbench201.Parse(r.Arch)
	if err != nil {
		return objective.Outcome{}, err
	}
	if e.onlySizes {
		return objective.Outcome{Values: e.values(c, Measurement{})}, nil
	}
	rec := Record{Protocol: e.Fingerprint(), Kernel: e.Kernel.Name, Epochs: e.epochs(r.Fidelity), Memory: e.Spec(c).TrainingMemory(e.Training)}
	stop := e.meter.start()
	m, err := e.measure(ctx, c, r, e.Images.Val, &rec)
	rec.Core = stop().Seconds()
	_, rec.Peak = usage()
	text, jsonErr := json.Marshal(rec)
	if err != nil || jsonErr != nil {
		return objective.Outcome{Record: text}, errors.Join(err, jsonErr)
	}
	return objective.Outcome{Values: e.values(c, m), Record: text}, nil
}

// measure trains a cell and attacks it on a set, within the limits.
func (e *Evaluator) measure(ctx context.Context, c nasbench201.Cell, r objective.Request, set *dataset.Set, rec *Record) (m Measurement, err error) {
	if e.Memory > 0 && rec.Memory > e.Memory {
		return m, &MemoryError{rec.Memory, e.Memory}
	}
	if e.Time > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, e.Time, &TimeError{e.Time})
		defer cancel()
	}
	start := time.Now()
	w, loss, err := e.Train(ctx, c, r.Seed, r.Fidelity)
	rec.Train = time.Since(start).Seconds()
	if err != nil {
		return m, err
	}
	rec.Loss = &loss
	start = time.Now()
	m, err = e.Measure(ctx, w, set, e.attacks, r.Seed)
	rec.Attack, rec.Passes = time.Since(start).Seconds(), m.Passes
	if err == nil {
		rec.Clean = &m.Clean.Accuracy
	}
	return m, err
}

// values picks the metrics from a measurement.
func (e *Evaluator) values(c nasbench201.Cell, m Measurement) []float64 {
	values := make([]float64, len(e.quantities))
	for i, q := range e.quantities {
		switch {
		case q.Name == "params":
			values[i] = float64(e.Network().Params(c))
		case q.Name == "flops":
			values[i] = float64(e.Network().FLOPs(c))
		case q.attack == "":
			values[i] = m.Clean.Accuracy
		default:
			values[i] = m.at(q)
		}
	}
	return values
}

// at finds the accuracy that a metric asks for.
func (m Measurement) at(q quantity) float64 {
	i := slices.IndexFunc(m.Points, func(p Point) bool { return p.Attack == q.attack && p.Eps == q.Setting.Eps })
	if i < 0 {
		return math.NaN() // which a study does not take
	}
	return m.Points[i].Accuracy
}

// Test trains the architecture again and measures the metrics on the test images. It is for a search's answer, once.
func (e *Evaluator) Test(ctx context.Context, r objective.Request) ([]float64, error) {
	c, err := nasbench201.Parse(r.Arch)
	if err != nil {
		return nil, err
	}
	if e.onlySizes {
		return e.values(c, Measurement{}), nil
	}
	if e.Images.Test == nil {
		return nil, fmt.Errorf("data set %s: no test images", e.Images.Name)
	}
	m, err := e.measure(ctx, c, r, e.Images.Test, new(Record))
	if err != nil {
		return nil, err
	}
	return e.values(c, m), nil
}
