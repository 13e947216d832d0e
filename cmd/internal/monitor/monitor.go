// Package monitor has the flag by which commands tell Prometheus how far they are, and what they tell of queues.
package monitor

import (
	"context"
	"fmt"

	"github.com/nassearch/nassearch/internal/exposition"
	"github.com/nassearch/nassearch/objective/remote"
	"github.com/spf13/pflag"
	"go.uber.org/zap"
)

// Flag is --metrics-listen.
type Flag struct{ listen string }

// Register declares the flag.
func (m *Flag) Register(f *pflag.FlagSet) {
	f.StringVar(&m.listen, "metrics-listen", "",
		"tell Prometheus how far it is, at http://HOST:PORT/metrics, such as 127.0.0.1:9464 (default: it is not told)")
}

// Start begins to tell what a function returns, if that is wanted, until the function that it returns is called.
func (m *Flag) Start(log *zap.Logger, collect func(context.Context) []exposition.Family) (end func() error, err error) {
	if m.listen == "" {
		return func() error { return nil }, nil
	}
	s, err := exposition.Listen(m.listen, collect)
	if err != nil {
		return nil, fmt.Errorf("--metrics-listen %s: %w", m.listen, err)
	}
	log.Info("metrics are told", zap.String("at", "http://"+s.Address()+"/metrics"))
	return s.Close, nil
}

// Queues tells how it stands with all that workers of a queue have offered. What the queue does not answer is left out.
func Queues(ctx context.Context, t remote.Transport) []exposition.Family {
	gauge := func(name, help string) exposition.Family {
		return exposition.Family{Name: "nassearch_queue_" + name, Help: help, Kind: exposition.Gauge}
	}
	jobs, answers := gauge("jobs", "Jobs that wait and that are being done."), gauge("answers", "Answers that are kept.")
	workers := gauge("workers", "Workers that are there.")
	slots := gauge("slots", "What workers can do side by side, and do.")
	c := &remote.Client{Transport: t}
	offers, _ := c.Offers(ctx)
	for _, o := range offers {
		s, err := c.Status(ctx, o.Queue())
		if err != nil {
			continue
		}
		add := func(f *exposition.Family, n int, more ...exposition.Label) {
			labels := append([]exposition.Label{{Name: "source", Value: o.Queue()}}, more...)
			f.Samples = append(f.Samples, exposition.Sample{Labels: labels, Value: float64(n)})
		}
		all, busy := s.Slots()
		add(&jobs, s.Waiting, exposition.Label{Name: "state", Value: "waiting"})
		add(&jobs, s.Working, exposition.Label{Name: "state", Value: "working"})
		add(&answers, s.Answers)
		add(&workers, len(s.Workers))
		add(&slots, busy, exposition.Label{Name: "state", Value: "busy"})
		add(&slots, all-busy, exposition.Label{Name: "state", Value: "free"})
	}
	return []exposition.Family{jobs, answers, workers, slots}
}
