//go:build unix

package jetstream_test

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/remote"
	"github.com/nassearch/nassearch/objective/remote/jetstream"
	"github.com/nassearch/nassearch/objective/remote/remotetest"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/strategies"
	"github.com/nats-io/nats-server/v2/server"
)

var (
	crowd = flag.Int("workers", 100, "workers of the simulation")
	each  = flag.Duration("trial", 2*time.Second, "that a trial of the simulation takes in the middle")
)

// BenchmarkCrowd is of workers of random speed that die, on a server with real queues: all is real but for the
// measurements, which are sleep. It tells how much of the workers' time is used, by the window in units of their number.
//
//	go test ./objective/remote/jetstream -run '^$' -bench Crowd -benchtime 1x -timeout 1h -args -workers 1000 -trial 10s
func BenchmarkCrowd(b *testing.B) {
	for _, wide := range []float64{.5, 1, 2, 4} {
		b.Run(fmt.Sprintf("window=%gx", wide), func(b *testing.B) {
			for range b.N {
				newCrowd(b, *crowd, *each).search(b, int(wide*float64(*crowd)))
			}
		})
	}
}

// Of the simulation: how workers differ in speed, and trials in what they take beside what is announced, as standard
// deviations of logarithms, as lognormal; and how often a worker dies of a trial, to come back after a trial's time.
const (
	speeds = .4
	noise  = .1
	deaths = .02
)

// gang is a crowd of virtual workers.
type gang struct {
	url   string
	trial time.Duration
	offer remote.Offer
	mean  float64 // FLOPs of a network that is drawn at random

	busy, died, done atomic.Int64
}

func newCrowd(b *testing.B, workers int, trial time.Duration) *gang {
	g := &gang{
		url:   start(b, server.Options{}).ClientURL(),
		trial: trial, offer: (&remotetest.Synthetic{Kernel: "crowd"}).Offer(),
	}
	in := remotetest.Space()
	for class := range in.Classes() {
		g.mean += float64(in.FLOPs(in.Class(class))*int64(len(in.Members(class)))) / nasbench201.Cells
	}
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	for i := range workers {
		all.Go(func() { g.life(ctx, i) })
	}
	b.Cleanup(func() {
		cancel()
		all.Wait()
	})
	return g
}

// life is a worker that dies now and then, and comes back.
func (g *gang) life(ctx context.Context, i int) {
	r := rand.New(rand.NewPCG(uint64(i), 1))
	speed := math.Exp(speeds * r.NormFloat64())
	for n := 0; ctx.Err() == nil; n++ {
		if err := g.live(ctx, fmt.Sprintf("%d-%d", i, n), speed, r); err != nil && ctx.Err() == nil {
			panic(err)
		}
		select {
		case <-time.After(g.trial):
		case <-ctx.Done():
		}
	}
}

// live works until the worker dies.
func (g *gang) live(ctx context.Context, name string, speed float64, r *rand.Rand) error {
	ctx, die := context.WithCancel(ctx)
	defer die()
	t, err := patient(ctx, g.url, max(patience, g.trial/5))
	if err != nil {
		return err
	}
	defer t.Close()
	w := &remote.Worker{Transport: mute{t, ctx}, Name: name}
	s := &virtual{Synthetic: remotetest.Synthetic{Kernel: "crowd"}, g: g, speed: speed, rand: r, die: die}
	return remote.Serve(ctx, w, g.offer, s.measure)
}

// mute is the transport of a worker that says nothing once it is dead.
type mute struct {
	remote.Transport
	life context.Context
}

func (m mute) Take(ctx context.Context, queue string) (remote.Delivery, error) {
	d, err := m.Transport.Take(ctx, queue)
	if err != nil {
		return nil, err
	}
	return muted{d, m.life}, nil
}

type muted struct {
	remote.Delivery
	life context.Context
}

func (m muted) Later(ctx context.Context, delay time.Duration) error {
	if m.life.Err() != nil {
		return nil
	}
	return m.Delivery.Later(ctx, delay)
}

// virtual measures by sleeping.
type virtual struct {
	remotetest.Synthetic
	g     *gang
	speed float64
	die   func()

	mu   sync.Mutex
	rand *rand.Rand
}

func (v *virtual) measure(ctx context.Context, q remote.Question) (objective.Evaluator, error) {
	e, err := v.Synthetic.Measure(ctx, q)
	return sleeper{e, v}, err
}

// sleeper is the evaluator.
type sleeper struct {
	objective.Evaluator
	*virtual
}

func (s sleeper) Settings() map[string]string { return s.Evaluator.(objective.Settings).Settings() }

func (s sleeper) Evaluate(ctx context.Context, q objective.Request) (objective.Outcome, error) {
	s.mu.Lock()
	takes := s.g.takes(q) * s.speed * math.Exp(noise*s.rand.NormFloat64())
	mortal := s.rand.Float64() < deaths
	if mortal {
		takes *= s.rand.Float64()
	}
	s.mu.Unlock()
	s.g.busy.Add(1)
	defer s.g.busy.Add(-1)
	select {
	case <-time.After(time.Duration(takes * float64(time.Second))):
	case <-ctx.Done():
		return objective.Outcome{}, ctx.Err()
	}
	if mortal {
		s.g.died.Add(1)
		s.die()
		<-ctx.Done()
		return objective.Outcome{}, ctx.Err()
	}
	s.g.done.Add(1)
	return objective.Outcome{Values: []float64{1 / takes}, Record: json.RawMessage("{}")}, nil
}

// takes is how many seconds a trial takes on a worker of middle speed: as announced, by the network's size.
func (g *gang) takes(q objective.Request) float64 {
	in := remotetest.Space()
	return g.trial.Seconds() * float64(in.FLOPs(q.Arch)) / g.mean
}

// search has the crowd measure some times as many trials as it is large, and tells what that took.
func (g *gang) search(b *testing.B, window int) {
	t := open(b, jetstream.Options{URL: g.url})
	c := &remote.Client{Transport: t}
	terms, err := c.Terms(b.Context(), g.offer, remote.Question{Objective: []string{"pgd_acc"}})
	if err != nil {
		b.Fatal(err)
	}
	e, err := c.Evaluator(g.offer, terms)
	if err != nil {
		b.Fatal(err)
	}
	for { // until all are there
		status, err := c.Status(b.Context(), g.offer.Queue())
		if err != nil {
			b.Fatal(err)
		}
		if len(status.Workers) >= *crowd*9/10 {
			break
		}
		time.Sleep(time.Second)
	}
	budget := min(4**crowd+window, 6000)
	asked := &asking{Evaluator: e, left: int64(budget), all: make(chan struct{})}
	s, err := search.New(search.Config{
		Space: remotetest.Space(), Evaluator: asked, Registry: strategies.All(), Strategy: "random", Seed: 1,
		Budget: budget, Window: window,
	})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	began := time.Now()
	used := make(chan float64)
	go func() { used <- g.used(asked.all) }()
	r, err := s.Run(ctx, window)
	if err != nil {
		b.Fatal(err)
	}
	took := time.Since(began)
	for _, trial := range r.Trials {
		if trial.Failed() {
			b.Error(errors.New(trial.Failure))
		}
	}
	b.ReportMetric(100*<-used/float64(*crowd), "%busy")
	b.ReportMetric(float64(len(r.Trials))/took.Seconds(), "trials/s")
	b.ReportMetric(float64(g.died.Load()), "deaths")
	b.ReportMetric(0, "ns/op")
}

// used is how many workers are busy on average, from when the first have had their first trial until all trials are
// asked for.
func (g *gang) used(all <-chan struct{}) float64 {
	time.Sleep(g.trial)
	sum, n := 0., 0.
	for {
		select {
		case <-all:
			return sum / n
		case <-time.After(g.trial / 100):
			sum += float64(g.busy.Load())
			n++
		}
	}
}

// asking tells when all trials of a study have been asked for.
type asking struct {
	*remote.Evaluator
	left int64
	all  chan struct{}
}

func (a *asking) Evaluate(ctx context.Context, q objective.Request) (objective.Outcome, error) {
	if atomic.AddInt64(&a.left, -1) == 0 {
		close(a.all)
	}
	return a.Evaluator.Evaluate(ctx, q)
}
