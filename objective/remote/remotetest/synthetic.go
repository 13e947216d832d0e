package remotetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"time"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/remote"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// Synthetic makes outcomes of what is asked: values, and failures of all kinds. It measures pgd_acc and params.
type Synthetic struct {
	Kernel string                  // values are by its arithmetic
	Delay  time.Duration           // that most measurements take
	Long   time.Duration           // that a few take; 0: none do
	Asked  func(objective.Request) // is told what is measured, by several goroutines; nil: it is not
}

// Space is what it is of: cells in small networks.
func Space() nasbench201.Space {
	s, err := nasbench201.New(nasbench201.Network{Channels: 4, Depth: 1, Classes: 10, Image: 8, Inputs: 1})
	if err != nil {
		panic(err) // it is a network
	}
	return s
}

// Offer is of all that it measures.
func (s *Synthetic) Offer() remote.Offer {
	metrics := []objective.Metric{{Name: "pgd_acc"}, {Name: "params", Goal: objective.Minimize}}
	all := &synthetic{&Synthetic{Kernel: s.Kernel}, metrics}
	o, err := remote.NewOffer("made of what is asked", "synthetic", Space(), all)
	if err != nil {
		panic(err) // the space can be told
	}
	return o
}

// Measure is a [remote.Measure].
func (s *Synthetic) Measure(_ context.Context, q remote.Question) (objective.Evaluator, error) {
	e := &synthetic{Synthetic: s}
	for _, text := range q.Objective {
		m, err := objective.ParseMetric(text)
		if err != nil || m.Name != "pgd_acc" && m.Name != "params" {
			return nil, fmt.Errorf("metric %s: want pgd_acc or params", text)
		}
		e.metrics = append(e.metrics, m)
	}
	return e, nil
}

// synthetic is the evaluator of metrics.
type synthetic struct {
	*Synthetic
	metrics []objective.Metric
}

func (s *synthetic) Metrics() []objective.Metric { return s.metrics }
func (s *synthetic) Source() string              { return fmt.Sprintf("synthetic:%s%v", s.Kernel, s.metrics) }
func (s *synthetic) Settings() map[string]string { return map[string]string{"kernel": s.Kernel} }
func (s *synthetic) Fidelities() []float64       { return []float64{.25, .5, .75, 1} }

func (s *synthetic) Cost(q objective.Request) time.Duration {
	return time.Duration(float64(Space().FLOPs(q.Arch)) * q.Fidelity * 1e3)
}

// few is of how many measurements one takes long.
const few = 29

// ErrMade is the failure of some requests.
var ErrMade = errors.New("made to fail, with <angles> & \u2028")

func (s *synthetic) Evaluate(ctx context.Context, q objective.Request) (objective.Outcome, error) {
	if s.Asked != nil {
		s.Asked(q)
	}
	h := fnv.New32a()
	fmt.Fprint(h, q, s.Kernel)
	n := h.Sum32()
	delay := s.Delay
	if n%few == 0 {
		delay = max(delay, s.Long)
	}
	select {
	case <-time.After(delay):
	case <-ctx.Done():
		return objective.Outcome{}, context.Cause(ctx)
	}
	out := objective.Outcome{Record: json.RawMessage(`{"text":"a<b>&c","n":1.50}`)}
	switch n % 13 {
	case 0:
		return out, ErrMade
	case 1:
		return out, &objective.MissingError{Source: "synthetic", Arch: q.Arch, Metric: s.metrics[0]}
	case 2:
		return out, context.DeadlineExceeded
	case 3:
		panic("a bug")
	}
	for i := range s.metrics {
		h.Write([]byte{byte(i)})
		out.Values = append(out.Values, float64(h.Sum32())/3e9)
	}
	if n%13 == 4 {
		out.Values[0] /= 0
	}
	return out, nil
}
