//go:build unix

package jetstream_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/remote"
	"github.com/nassearch/nassearch/objective/remote/jetstream"
	"github.com/nassearch/nassearch/objective/remote/remotetest"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/searchtest"
	"github.com/nassearch/nassearch/strategies"
)

var (
	rounds = flag.Int("rounds", 30, "rounds of random faults")
	round  = flag.Uint64("round", 0, "the one round of random faults that is run; 0: as many as there are to be")
)

// TestAnyFaultsLeaveTheHistory runs rounds of random faults.
//
//	go test ./objective/remote/jetstream -run AnyFaults -timeout 1h -args -rounds 500
func TestAnyFaultsLeaveTheHistory(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a minute")
	}
	first, last := uint64(1), uint64(*rounds)
	if *round > 0 {
		first, last = *round, *round
	}
	for seed := first; seed <= last; seed++ {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			newTroubled(t, seed).round()
		})
	}
}

// question is what the studies ask.
var question = remote.Question{Objective: []string{"pgd_acc@6/255", "params"}}

// config is that of a study of a round.
func config(seed uint64, e objective.Evaluator) search.Config {
	strategy := []string{"random", "evolution", "local"}[seed%3]
	return search.Config{
		Space: remotetest.Space(), Evaluator: e, Registry: strategies.All(), Strategy: strategy, Seed: seed,
		Budget: 60, Window: 1 << (seed % 5),
	}
}

// troubled is a queue with workers that have troubles.
type troubled struct {
	*testing.T
	seed    uint64
	rand    *rand.Rand
	queue   *queue
	logs    string // folder
	workers []*worker
	number  int // of workers so far
	deaths  int // how often one was taken for dead, or may have been
}

// worker is one with its line.
type worker struct {
	*process
	*line
}

func newTroubled(t *testing.T, seed uint64) *troubled {
	r := &troubled{T: t, seed: seed, rand: rand.New(rand.NewPCG(seed, 0)), queue: serve(t), logs: t.TempDir()}
	for range 3 {
		r.hire()
	}
	return r
}

// hire starts a worker.
func (r *troubled) hire() {
	l := lay(r, r.queue.address)
	log := filepath.Join(r.logs, fmt.Sprint(r.number, ".log"))
	r.number++
	r.workers = append(r.workers, &worker{run(r, "a-worker", l.url(), log, "go"), l})
}

// round runs a study, sometimes two at a time, while faults happen.
func (r *troubled) round() {
	local, err := (&remotetest.Synthetic{Kernel: "go"}).Measure(r.Context(), question)
	if err != nil {
		r.Fatal(err)
	}
	want, err := searchtest.Journaled(r.Context(), config(r.seed, local), filepath.Join(r.TempDir(), "local"))
	if err != nil {
		r.Fatal(err)
	}
	done := make(chan struct{})
	var studies sync.WaitGroup
	for range 1 + r.rand.IntN(2) {
		cuts := []time.Duration{time.Duration(r.rand.Int64N(3e9)), time.Duration(r.rand.Int64N(6e9))}
		studies.Go(func() {
			if diff := cmp.Diff(bare(want), bare(r.study(cuts))); diff != "" {
				r.Errorf("not the history that the study has at home:\n%s", diff)
			}
		})
	}
	go func() {
		studies.Wait()
		close(done)
	}()
	r.trouble(done)
	<-done
	for _, w := range r.workers {
		w.kill() // nothing is logged afterwards
	}
	asked, slept := logged(r, r.logs)
	more := 0
	for _, n := range asked {
		more += n - 1
	}
	if more > r.deaths+slept {
		r.Errorf("%d measurements too many, though workers were taken for dead %d times at most", more, r.deaths+slept)
	}
}

// free are the lines of free duplicates, which a journal has where a run was interrupted; sums are of all lines before.
var free = regexp.MustCompile(`(?m)^.*"of":.*\n|,"sum":"[^"]*"`)

// bare is a journal without what an interruption leaves in it.
func bare(journal string) string { return free.ReplaceAllString(journal, "") }

// study runs a study, which is interrupted at the given times and continued by another client, to its end.
func (r *troubled) study(cuts []time.Duration) (journal string) {
	l := lay(r, r.queue.address)
	path := filepath.Join(r.TempDir(), "remote")
	for i := 0; i <= len(cuts); i++ {
		ctx, cancel := context.WithCancel(r.Context())
		if i < len(cuts) {
			time.AfterFunc(cuts[i], cancel)
		}
		text, err := r.search(ctx, l, path)
		interrupted := ctx.Err() != nil
		cancel()
		if err != nil && !interrupted {
			r.Error(err)
			return ""
		}
		if !interrupted {
			return text
		}
	}
	return ""
}

// search continues the study until the context ends.
func (r *troubled) search(ctx context.Context, l *line, path string) (journal string, err error) {
	t, err := patient(ctx, l.url(), patience)
	if err != nil {
		return "", err
	}
	defer t.Close() // a line that is cut
	c := &remote.Client{Transport: t, Sweep: patience / 2}
	o := (&remotetest.Synthetic{Kernel: "go"}).Offer()
	terms, err := c.Terms(ctx, o, question)
	if err != nil {
		return "", err
	}
	e, err := c.Evaluator(o, terms)
	if err != nil {
		return "", err
	}
	for {
		journal, err = searchtest.Journaled(ctx, config(r.seed, e), path)
		if _, locked := errors.AsType[*search.LockedError](err); !locked || ctx.Err() != nil {
			return journal, err
		}
		time.Sleep(patience / 100) // a worker that this process just starts has all that is open here, for a moment
	}
}

// patient connects to a server that may be away.
func patient(ctx context.Context, url string, wait time.Duration) (t *jetstream.Transport, err error) {
	for {
		t, err = jetstream.Open(ctx, jetstream.Options{URL: url, Wait: wait})
		if err == nil {
			return t, nil
		}
		select {
		case <-time.After(patience / 20):
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// trouble makes faults happen until the studies are done.
func (r *troubled) trouble(done <-chan struct{}) {
	faults := []func(){r.killed, r.ended, r.stopped, r.cut, r.restarted, r.crashed, r.foreign}
	for range 4 {
		select {
		case <-time.After(time.Duration(r.rand.Int64N(int64(patience / 2)))):
			faults[r.rand.IntN(len(faults))]()
		case <-done:
			return
		}
	}
}

// any returns one of the workers.
func (r *troubled) any() *worker { return r.workers[r.rand.IntN(len(r.workers))] }

func (r *troubled) killed() {
	r.deaths++
	i := r.rand.IntN(len(r.workers))
	r.workers[i].kill()
	r.hire()
	r.workers[i], r.workers = r.workers[len(r.workers)-1], r.workers[:len(r.workers)-1]
}

// ended is a worker that is told to end, and hands back what it has.
func (r *troubled) ended() {
	r.deaths++ // what it has not done is done by another
	i := r.rand.IntN(len(r.workers))
	r.workers[i].signal(syscall.SIGTERM)
	r.hire()
	r.workers[i], r.workers = r.workers[len(r.workers)-1], r.workers[:len(r.workers)-1]
}

// stopped is a worker that gives no sign of life for a while, and then goes on as if nothing had been.
func (r *troubled) stopped() {
	r.deaths++
	w := r.any()
	w.signal(syscall.SIGSTOP)
	time.Sleep(patience * 3 / 2)
	w.signal(syscall.SIGCONT)
}

// cut is a worker whose line is cut for a while.
func (r *troubled) cut() {
	r.deaths++
	w := r.any()
	w.line.cut()
	time.Sleep(time.Duration(r.rand.Int64N(int64(patience * 3 / 2))))
	w.mend()
}

// restarted is a server that ends as it should, and comes again.
func (r *troubled) restarted() {
	r.queue.end()
	r.queue.start()
}

// crashed is a server that is killed. What it knew of who has which jobs is behind by a moment.
func (r *troubled) crashed() {
	r.deaths += len(r.workers)
	r.queue.kill()
	r.queue.start()
}

// foreign is a worker with other arithmetic, whose measurements are not this study's.
func (r *troubled) foreign() {
	log := filepath.Join(r.logs, fmt.Sprint(r.number, ".foreign"))
	r.number++
	run(r, "a-worker", "nats://"+r.queue.address, log, "avx")
}
