package remote

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nassearch/nassearch/internal/pool"
)

// Worker does the jobs of a queue.
type Worker struct {
	Transport Transport
	Queue     string
	Kinds     map[string]Opener // of work that it knows
	Slots     int               // jobs that it does side by side; 0: one
	Name      string            // in answers and lists of workers, unlike that of any other
	// Deliveries are how many workers a job is given to before it is given up; 0: [DefaultDeliveries].
	Deliveries int
	// Observe is told what happens, by several goroutines; nil: it is not.
	Observe func(Event)

	opened   sync.Map     // *preparation by kind and document
	failures atomic.Int64 // jobs in a row that it could not do
	state    state
}

// Opener prepares for jobs of a kind under a document. Its error is of a worker that cannot do such jobs: others may.
type Opener func(ctx context.Context, document json.RawMessage) (Doer, error)

// Doer does a job and returns its value. Several call it side by side. With an error there is no answer, and the job is
// handed back for another worker: what an answer can say about failure is part of the value.
type Doer func(ctx context.Context, ask json.RawMessage) (json.RawMessage, error)

// Event is something that a worker tells.
type Event struct {
	What Happening
	Job  string        // key; empty: it is of none
	Took time.Duration // of a job that is done
	Err  error         // why
}

// Happening is a kind of event.
type Happening string

// What happens.
const (
	Began   Happening = "began"     // a job
	Done    Happening = "done"      // its answer is kept
	Known   Happening = "known"     // it has been answered by another
	Back    Happening = "back"      // the job is handed back
	GivenUp Happening = "given up"  // after many deliveries
	Retry   Happening = "try again" // the queue does not answer
)

// grace is how long a worker that is to end tries to tell the queue what it has.
const grace = 10 * time.Second

// Run works until ctx ends, and then hands back what is not done. It returns nil then, and otherwise what went wrong
// with the queue. A Worker runs once.
func (w *Worker) Run(ctx context.Context) error {
	slots := max(w.Slots, 1)
	w.state.begin(w.Name, w.Queue, slots)
	err := pool.Run(ctx, slots+1, func(ctx context.Context, i int) error {
		if i == slots {
			return w.show(ctx)
		}
		for {
			d, err := again(ctx, w.retry, func(ctx context.Context) (Delivery, error) {
				return w.Transport.Take(ctx, w.Queue)
			})
			if err != nil {
				return err
			}
			if err := w.handle(ctx, d); err != nil {
				return err
			}
			w.rest(ctx, d.Wait())
		}
	})
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// longestRest is that of a worker which can do nothing of what it is given.
const longestRest = 10 * time.Minute

// rest leaves jobs to others for a while after one that this worker could not do, for longer each time: it may be of
// another version than who files them, or lack something, and would have them all given up.
func (w *Worker) rest(ctx context.Context, wait time.Duration) {
	n := w.failures.Load()
	if n == 0 {
		return
	}
	select {
	case <-time.After(min(wait<<min(n-1, 10), longestRest)):
	case <-ctx.Done():
	}
}

func (w *Worker) retry(err error) { w.tell(Event{What: Retry, Err: err}) }

func (w *Worker) tell(e Event) {
	w.state.count(e)
	if w.Observe != nil {
		w.Observe(e)
	}
}

// handle sees to it that the job is answered, or handed back.
func (w *Worker) handle(ctx context.Context, d Delivery) error {
	var job Job
	if err := json.Unmarshal(d.Job(), &job); err != nil {
		return w.settle(ctx, d, Event{What: GivenUp, Err: fmt.Errorf("a job that is none: %w", err)})
	}
	key := job.Key()
	_, err := again(ctx, w.retry, func(ctx context.Context) ([]byte, error) {
		return w.Transport.Get(ctx, Answers, on(w.Queue, key))
	})
	switch {
	case err == nil:
		return w.settle(ctx, d, Event{What: Known, Job: key})
	case ctx.Err() != nil:
		return w.back(ctx, d, key, context.Cause(ctx))
	case !errors.Is(err, ErrNone):
		return err
	}
	most := cmp.Or(w.Deliveries, DefaultDeliveries)
	if d.Attempt() > most {
		return w.lose(ctx, d, key, fmt.Errorf("given up: %d workers had it, and none came back with an answer", most))
	}
	w.tell(Event{What: Began, Job: key})
	start := time.Now()
	value, err := w.do(ctx, d, job)
	switch {
	case err == nil:
		w.failures.Store(0)
		return w.answer(ctx, d, key, Answer{Value: value}, Event{What: Done, Job: key, Took: time.Since(start)})
	case ctx.Err() != nil:
		return w.back(ctx, d, key, err)
	}
	w.failures.Add(1)
	if d.Attempt() == most {
		return w.lose(ctx, d, key, fmt.Errorf("given up after %d attempts: %w", most, err))
	}
	return w.back(ctx, d, key, err)
}

// do does a job, with signs of life. A panic is an error.
func (w *Worker) do(ctx context.Context, d Delivery, job Job) (value json.RawMessage, err error) {
	w.state.busy(1)
	defer w.state.busy(-1)
	living, stop := context.WithCancel(ctx)
	var beat sync.WaitGroup
	beat.Go(func() {
		t := time.NewTicker(max(d.Wait()/3, time.Millisecond))
		defer t.Stop()
		for {
			select {
			case <-t.C:
				_ = d.Working(living) // if it is not heard, another has the job as well, and one of two answers counts
			case <-living.Done():
				return
			}
		}
	})
	defer func() {
		stop()
		beat.Wait()
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	do, err := w.open(ctx, job)
	if err != nil {
		return nil, err
	}
	return do(ctx, job.Ask)
}

// preparation is for jobs under a document.
type preparation struct {
	mu sync.Mutex
	do Doer
}

// open prepares for a job once for all that are under its document.
func (w *Worker) open(ctx context.Context, job Job) (Doer, error) {
	kind, ok := w.Kinds[job.Kind]
	if !ok {
		return nil, fmt.Errorf("work of kind %q: this worker does not know it", job.Kind)
	}
	made, _ := w.opened.LoadOrStore(job.Kind+"/"+job.Under, new(preparation))
	p := made.(*preparation)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.do != nil {
		return p.do, nil
	}
	document, err := again(ctx, w.retry, func(ctx context.Context) ([]byte, error) {
		return w.Transport.Get(ctx, Documents, on(w.Queue, job.Under))
	})
	if err != nil {
		return nil, fmt.Errorf("the document of a job: %w", err)
	}
	p.do, err = kind(ctx, document)
	return p.do, err
}

// answer keeps what came of a job, before it takes it off the queue.
func (w *Worker) answer(ctx context.Context, d Delivery, key string, a Answer, e Event) error {
	a.Worker = w.Name
	text, err := marshal(a)
	if err != nil {
		return w.lose(ctx, d, key, fmt.Errorf("an answer that is no JSON: %w", err))
	}
	ctx, cancel := lasting(ctx)
	defer cancel()
	_, err = again(ctx, w.retry, func(ctx context.Context) (bool, error) {
		return w.Transport.Create(ctx, Answers, on(w.Queue, key), text)
	})
	if err != nil {
		return fmt.Errorf("keeping an answer: %w", err)
	}
	_ = w.Transport.Announce(ctx, w.Queue, key) // who waits looks from time to time
	return w.settle(ctx, d, e)
}

// lose answers that nothing will come of a job.
func (w *Worker) lose(ctx context.Context, d Delivery, key string, why error) error {
	return w.answer(ctx, d, key, Answer{Lost: why.Error()}, Event{What: GivenUp, Job: key, Err: why})
}

// settle takes a job off the queue that has its answer. If that fails the job comes again, to find it.
func (w *Worker) settle(ctx context.Context, d Delivery, e Event) error {
	w.tell(e)
	ctx, cancel := lasting(ctx)
	defer cancel()
	_ = d.Done(ctx)
	return nil
}

// back hands a job back. If that fails it comes back by itself.
func (w *Worker) back(ctx context.Context, d Delivery, key string, why error) error {
	w.tell(Event{What: Back, Job: key, Err: why})
	delay := d.Wait()
	if ctx.Err() != nil { // nothing is wrong with the job
		delay = min(delay, soon)
	}
	ctx, cancel := lasting(ctx)
	defer cancel()
	_ = d.Later(ctx, delay)
	return nil
}

// soon is the delay before another worker has a job that is handed back by one that ends.
const soon = 100 * time.Millisecond

// lasting returns a context that outlasts the end of another for a while.
func lasting(ctx context.Context) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		time.AfterFunc(grace, func() { cancel(context.Cause(ctx)) })
	})
	return longer, func() {
		stop()
		cancel(nil)
	}
}
