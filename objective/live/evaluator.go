package live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
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

	metrics []objective.Metric
	tasks   []task // in the order of their work
	needs   Needs  // of all
	meter   Meter
}

// Limits end a trial that takes too much: it fails, the study goes on.
type Limits struct {
	Memory int64         // bytes that training a network may need, by estimate; 0: no limit
	Time   time.Duration // of a trial, on the wall's clock; 0: no limit. What exceeds it depends on the machine
}

var (
	_ objective.Evaluator  = (*Evaluator)(nil)
	_ objective.Settings   = (*Evaluator)(nil)
	_ objective.Tester     = (*Evaluator)(nil)
	_ objective.Fidelities = (*Evaluator)(nil)
)

// NewEvaluator returns an evaluator of metrics of the quantities, as [objective.ParseMetric] reads them. What has an
// eps is measured at the protocol's unless it is asked for at its own. Errors are of what is asked for, but an
// [*ImagesError].
func NewEvaluator(l *Lab, quantities []Quantity, names []string, limits Limits) (*Evaluator, error) {
	metrics, tasks, err := l.tasks(quantities, names)
	if err != nil {
		return nil, err
	}
	e := &Evaluator{Lab: l, Limits: limits, metrics: metrics, tasks: tasks}
	for i, t := range tasks {
		e.needs = max(e.needs, t.Needs())
		if q, ok := t.Quantity.(interface{ For(int) (Quantity, error) }); ok {
			if tasks[i].Quantity, err = q.For(l.Network().Classes); err != nil {
				return nil, fmt.Errorf("data set %s: %w", l.Images.Name, err)
			}
		}
		if q, ok := t.Quantity.(interface{ In(*Lab) (Quantity, error) }); ok {
			if tasks[i].Quantity, err = q.In(l); err != nil {
				return nil, &ImagesError{err}
			}
		}
	}
	if l.Images.Val == nil && e.needs >= NeedsImages {
		want := "train:SHARE or test:SHARE: a search must not see the test images"
		return nil, &ProtocolError{"validation images", l.Val, want}
	}
	return e, e.suffice()
}

// ImagesError reports images that cannot be had: released ones that are missing, damaged, or of another set.
type ImagesError struct{ Err error }

func (e *ImagesError) Error() string { return e.Err.Error() }

func (e *ImagesError) Unwrap() error { return e.Err }

// Metrics returns the metrics in the order of values.
func (e *Evaluator) Metrics() []objective.Metric { return slices.Clone(e.metrics) }

// Doubts say which of the metrics may be measured at another eps than is meant, once for each, and what quantities say.
func (e *Evaluator) Doubts() (all []string) {
	set := e.Images.Train
	for _, m := range e.metrics {
		if m.Setting.Eps == 0 {
			continue
		}
		shape := robustness.Shape{Channels: set.Channels, Height: set.Side, Width: set.Side}
		if text := m.Setting.Threat().Doubt(shape); text != "" && !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	for _, t := range e.tasks {
		if q, ok := t.Quantity.(interface{ Doubt(Protocol) string }); ok {
			if text := q.Doubt(e.Protocol); text != "" {
				all = append(all, text)
			}
		}
	}
	return all
}

// Setups says how on a set the quantities are measured that say so.
func (e *Evaluator) Setups(set *dataset.Set) []Setup {
	var all []Setup
	for _, t := range e.tasks {
		if s, ok := SetupOf(t.Quantity, e.Protocol); ok {
			if of := e.From(s.From, set); of != nil {
				s.Images = cut(s.Images, of.Len())
			}
			all = append(all, s)
		}
	}
	return all
}

// Trains says whether networks are trained.
func (e *Evaluator) Trains() bool { return e.needs == NeedsTraining }

// Fidelities lists every share of the training that is of whole epochs, ascending. Where nothing is trained there is
// but the whole.
func (e *Evaluator) Fidelities() []float64 {
	if !e.Trains() {
		return []float64{1}
	}
	all := make([]float64, e.Training.Epochs)
	for i := range all {
		all[i] = float64(i+1) / float64(len(all))
	}
	return all
}

// speed is how many multiply-adds a second the nominal core makes of small networks.
const speed = 15e9

// Cost estimates training and measuring from multiply-adds, images and steps, on a nominal core:
//
//	FLOPs x ((3 + 2 x adversarial steps) x training images x epochs + passes) / (15 x 10^9 multiply-adds a second)
//
// The passes are one of each validation image and those of the quantities.
func (e *Evaluator) Cost(r objective.Request) time.Duration {
	c, err := nasbench201.Parse(r.Arch)
	if err != nil || e.needs == NeedsCell {
		return 0
	}
	images, measuredOn := 0., 0
	if e.Images.Val != nil {
		measuredOn = e.Images.Val.Len()
	}
	if e.Trains() {
		passes := 3 + 2*float64(e.Training.Adversarial.Steps)
		images = passes*float64(e.Images.Train.Len())*float64(e.epochs(r.Fidelity)) + float64(measuredOn)
	}
	for _, t := range e.tasks {
		images += t.Passes(e.Protocol, measuredOn, t.metrics)
	}
	return time.Duration(float64(e.Network().FLOPs(c)) * images / speed * float64(time.Second))
}

// Record is what a trial's record holds.
type Record struct {
	Protocol string   `json:"protocol"` // fingerprint
	Kernel   string   `json:"kernel"`
	Epochs   int      `json:"epochs"`
	Loss     *float64 `json:"train_loss,omitempty"` // of the last epoch
	Clean    *float64 `json:"clean_acc,omitempty"`
	// Corrupted are the accuracies by severity under corruptions of which all severities were measured.
	Corrupted map[string][]float64 `json:"corrupted,omitempty"`
	Train     float64              `json:"train_seconds"`
	Attack    float64              `json:"attack_seconds"`
	Core      float64              `json:"core_seconds"` // processor time; of trials side by side, each an equal share
	Passes    robustness.Passes    `json:"passes"`
	Memory    int64                `json:"memory"`      // bytes, by estimate
	Peak      int64                `json:"peak_memory"` // bytes that the process has held at most so far; 0: not known
	Warnings  []string             `json:"warnings,omitempty"`
}

// MemoryError reports a network for which there is no room.
type MemoryError struct{ Need, Limit int64 }

// OutOfMemory says what kind of failure it is.
func (e *MemoryError) OutOfMemory() bool { return true }

func (e *MemoryError) Error() string {
	need, limit := humanize.Bytes(uint64(e.Need)), humanize.Bytes(uint64(e.Limit))
	return fmt.Sprintf("the network needs about %s to train: the limit is %s", need, limit)
}

// TimeError reports a trial that took too long.
type TimeError struct{ Limit time.Duration }

// Timeout says what kind of failure it is.
func (e *TimeError) Timeout() bool { return true }

func (e *TimeError) Error() string { return fmt.Sprintf("not done after %v", e.Limit) }

// Evaluate trains the architecture's network and attacks it on the validation images. Errors are a [*MemoryError], a
// [*TimeError], a [*trainer.DivergedError], what ends ctx, and the space's for what is no architecture.
func (e *Evaluator) Evaluate(ctx context.Context, r objective.Request) (objective.Outcome, error) {
	c, err := nasbench201.Parse(r.Arch)
	if err != nil {
		return objective.Outcome{}, err
	}
	if e.needs == NeedsCell {
		values, err := e.measure(ctx, c, r, nil, new(Record))
		return objective.Outcome{Values: values}, err
	}
	rec := Record{Protocol: e.Fingerprint(), Kernel: e.Kernel.Name}
	if e.Trains() {
		rec.Epochs, rec.Memory = e.epochs(r.Fidelity), e.Spec(c).TrainingMemory(e.Training)
	}
	stop := e.meter.Start()
	values, err := e.measure(ctx, c, r, e.Images.Val, &rec)
	rec.Core = stop().Seconds()
	_, rec.Peak = usage()
	text, jsonErr := json.Marshal(rec)
	return objective.Outcome{Values: values, Record: text}, errors.Join(err, jsonErr)
}

// measure trains a cell, if that is needed, and measures it on a set, within the limits.
func (e *Evaluator) measure(
	ctx context.Context, c nasbench201.Cell, r objective.Request, set *dataset.Set, rec *Record,
) (values []float64, err error) {
	b := &Bench{Lab: e.Lab, Cell: c, Set: set, Seed: r.Seed}
	if e.Time > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, e.Time, &TimeError{e.Time})
		defer cancel()
	}
	if e.Trains() {
		if e.Memory > 0 && rec.Memory > e.Memory {
			return nil, &MemoryError{rec.Memory, e.Memory}
		}
		start := time.Now()
		w, loss, err := e.Train(ctx, c, r.Seed, r.Fidelity)
		rec.Train = time.Since(start).Seconds()
		if err != nil {
			return nil, err
		}
		b.Weights, rec.Loss = w, &loss
	}
	start := time.Now()
	defer func() {
		rec.Attack, rec.Passes, rec.Warnings = time.Since(start).Seconds(), b.Passes, b.Warnings()
		err = errors.Join(err, b.Close())
	}()
	if values, err = e.ask(ctx, b); err != nil || e.needs < NeedsTraining {
		return values, err
	}
	s, err := b.Clean(ctx)
	if err == nil {
		rec.Clean, rec.Corrupted = &s.Accuracy, b.spectra()
	}
	return values, err
}

// ask measures everything that is asked for.
func (e *Evaluator) ask(ctx context.Context, b *Bench) ([]float64, error) {
	values := make([]float64, len(e.metrics))
	for _, t := range e.tasks {
		some, err := t.Measure(ctx, b, t.metrics)
		if err != nil {
			return nil, err
		}
		if len(some) != len(t.metrics) {
			return nil, fmt.Errorf("%s: %d values of %d metrics", t.metrics[0].Words(), len(some), len(t.metrics))
		}
		for i, at := range t.places {
			values[at] = some[i]
		}
	}
	return values, nil
}

// Test trains the architecture again and measures the metrics on the test images. It is for a search's answer, once.
func (e *Evaluator) Test(ctx context.Context, r objective.Request) ([]float64, error) {
	c, err := nasbench201.Parse(r.Arch)
	if err != nil {
		return nil, err
	}
	if e.needs >= NeedsImages && e.Images.Test == nil {
		return nil, fmt.Errorf("data set %s: no test images", e.Images.Name)
	}
	return e.measure(ctx, c, r, e.Images.Test, new(Record))
}
