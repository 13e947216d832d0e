package remote_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"sync"
	"testing"
	"time"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/remote"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// synthetic measures nothing: its values are made of the request. It counts how often it is asked.
type synthetic struct {
	metrics []objective.Metric
	kernel  string
	delay   time.Duration

	mu    sync.Mutex
	asked map[objective.Request]int
}

func (s *synthetic) Metrics() []objective.Metric { return s.metrics }
func (s *synthetic) Source() string              { return "synthetic:" + s.kernel }
func (s *synthetic) Settings() map[string]string { return map[string]string{"kernel": s.kernel} }
func (s *synthetic) Fidelities() []float64       { return []float64{.25, .5, .75, 1} }

func (s *synthetic) Cost(q objective.Request) time.Duration {
	return time.Duration(float64(inThisSpace.FLOPs(q.Arch)) * q.Fidelity * 1e3)
}

var errMade = errors.New("made to fail, with <angles> & \u2028")

func (s *synthetic) Evaluate(ctx context.Context, q objective.Request) (objective.Outcome, error) {
	s.mu.Lock()
	if s.asked == nil {
		s.asked = map[objective.Request]int{}
	}
	s.asked[q]++
	s.mu.Unlock()
	select {
	case <-time.After(s.delay):
	case <-ctx.Done():
		return objective.Outcome{}, context.Cause(ctx)
	}
	h := fnv.New32a()
	fmt.Fprint(h, q, s.kernel)
	n := h.Sum32()
	out := objective.Outcome{Record: json.RawMessage(`{"text":"a<b>&c","n":1.50}`)}
	switch n % 13 {
	case 0:
		return out, errMade
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
		out.Values[0] = out.Values[0] / 0
	}
	return out, nil
}

var inThisSpace = func() nasbench201.Space {
	s, err := nasbench201.New(nasbench201.Network{Channels: 4, Depth: 1, Classes: 10, Image: 8, Inputs: 1})
	if err != nil {
		panic(err)
	}
	return s
}()

// measure opens evaluators of acc, loss and params.
func (s *synthetic) measure(_ context.Context, q remote.Question) (objective.Evaluator, error) {
	s.metrics = nil
	for _, text := range q.Objective {
		m, err := objective.ParseMetric(text)
		if err != nil || m.Name != "pgd_acc" && m.Name != "params" {
			return nil, fmt.Errorf("metric %s: want pgd_acc or params", text)
		}
		s.metrics = append(s.metrics, m)
	}
	return s, nil
}

// offer is of all metrics.
func (s *synthetic) offer(t *testing.T) remote.Offer {
	t.Helper()
	all := &synthetic{metrics: []objective.Metric{{Name: "pgd_acc"}, {Name: "params", Goal: objective.Minimize}}, kernel: s.kernel}
	o, err := remote.NewOffer("synthetic", "synthetic", inThisSpace, all)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// serve runs a worker until the test ends.
func serve(t *testing.T, to remote.Transport, name string, s *synthetic) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() {
		w := &remote.Worker{Transport: to, Name: name, Slots: 2}
		ended <- remote.Serve(ctx, w, s.offer(t), s.measure)
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// class is an architecture.
func class(i int) space.Arch { return inThisSpace.Class(i) }
