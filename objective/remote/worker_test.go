package remote_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/remote"
	"github.com/nassearch/nassearch/objective/remote/remotetest"
)

// wait is for a sign of life, of the queues here.
const wait = 300 * time.Millisecond

// echo is work whose answer is the question, behind the name of who did it.
var echo = remote.Work{Queue: "q", Kind: "echo", Document: json.RawMessage(`{"d":1}`)}

// echoer returns a worker that does it when do allows.
func echoer(to remote.Transport, name string, do func(context.Context) error) *remote.Worker {
	return &remote.Worker{Transport: to, Queue: echo.Queue, Name: name, Kinds: map[string]remote.Opener{
		echo.Kind: func(context.Context, json.RawMessage) (remote.Doer, error) {
			return func(ctx context.Context, ask json.RawMessage) (json.RawMessage, error) {
				return fmt.Appendf(nil, `{"%s":%s}`, name, ask), do(ctx)
			}, nil
		},
	}}
}

// work runs a worker until the test ends.
func work(t *testing.T, w *remote.Worker) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- w.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// empty waits until nothing is queued: what has its answer is taken off a moment later.
func empty(t *testing.T, at remote.Transport, queue string) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		l, err := at.Load(t.Context(), queue)
		if err != nil || time.Now().After(deadline) {
			t.Fatalf("still queued: %+v, %v", l, err)
		}
		if l == (remote.Load{}) {
			return
		}
	}
}

func TestALongJobIsDoneOnce(t *testing.T) {
	at := remotetest.NewMemory(wait)
	var done atomic.Int32
	slow := func(context.Context) error {
		done.Add(1)
		time.Sleep(4 * wait)
		return nil
	}
	work(t, echoer(at, "a", slow))
	work(t, echoer(at, "b", slow))
	if _, err := (&remote.Client{Transport: at}).Do(t.Context(), echo, json.RawMessage("1")); err != nil || done.Load() != 1 {
		t.Errorf("done %d times, %v", done.Load(), err)
	}
}

// frozen gives no sign of life, as a worker that is stopped.
type frozen struct{ remote.Transport }

func (f frozen) Take(ctx context.Context, queue string) (remote.Delivery, error) {
	d, err := f.Transport.Take(ctx, queue)
	return still{d}, err
}

type still struct{ remote.Delivery }

func (still) Working(context.Context) error { return nil }

// A worker that was taken for dead goes on, answers first, and takes the job off the queue under the one that has it by
// then. One answer counts for all.
func TestALateAnswerIsAnAnswerAndTheOnlyOne(t *testing.T) {
	at := remotetest.NewMemory(wait)
	second := make(chan struct{})
	release, late := make(chan struct{}), make(chan struct{})
	work(t, echoer(frozen{at}, "dead", func(ctx context.Context) error {
		select {
		case <-second:
		case <-ctx.Done():
		}
		return ctx.Err()
	}))
	go func() {
		<-release
		work(t, echoer(at, "alive", func(ctx context.Context) error {
			close(second)
			<-late
			return nil
		}))
	}()
	c := &remote.Client{Transport: at}
	time.AfterFunc(wait/2, func() { close(release) })
	first, err := c.Do(t.Context(), echo, json.RawMessage("1"))
	if err != nil || string(first) != `{"dead":1}` {
		t.Errorf("%s, %v", first, err)
	}
	empty(t, at, echo.Queue)
	close(late)
	time.Sleep(wait)
	again, err := (&remote.Client{Transport: at}).Do(t.Context(), echo, json.RawMessage("1"))
	if err != nil || string(again) != string(first) {
		t.Errorf("%s, %v: want %s", again, err, first)
	}
}

func TestAJobThatIsAnsweredIsNotDoneAgain(t *testing.T) {
	at := remotetest.NewMemory(wait)
	var done atomic.Int32
	w := echoer(at, "a", func(context.Context) error {
		done.Add(1)
		return nil
	})
	known := make(chan struct{})
	w.Observe = func(e remote.Event) {
		if e.What == remote.Known {
			close(known)
		}
	}
	work(t, w)
	if _, err := (&remote.Client{Transport: at}).Do(t.Context(), echo, json.RawMessage("1")); err != nil {
		t.Fatal(err)
	}
	document, err := at.Keys(t.Context(), remote.Documents, echo.Queue)
	if err != nil || len(document) != 1 {
		t.Fatalf("%q, %v", document, err)
	}
	job := remote.Job{Kind: echo.Kind, Under: document[0], Ask: json.RawMessage("1")}
	text, err := json.Marshal(job)
	if err != nil {
		t.Fatal(err)
	}
	if err := at.File(t.Context(), echo.Queue, job.Key(), text); err != nil { // by who has not seen the answer
		t.Fatal(err)
	}
	if <-known; done.Load() != 1 {
		t.Errorf("done %d times", done.Load())
	}
}

// A job that workers die of is given up: it is answered by its loss, and off the queue. Of a search it is a failed
// trial.
func TestAJobThatWorkersDieOfIsGivenUp(t *testing.T) {
	at := remotetest.NewMemory(wait / 10)
	s := &remotetest.Synthetic{Kernel: "go"}
	c := &remote.Client{Transport: at}
	var e *remote.Evaluator
	t.Run("a worker that tells terms", func(t *testing.T) { // and ends with this
		serve(t, &remote.Worker{Transport: at, Name: "a"}, s)
		e = ask(t, c, s.Offer(), "pgd_acc")
	})
	failed := make(chan error)
	go func() {
		_, err := e.Evaluate(t.Context(), objective.Request{Arch: remotetest.Space().Class(1), Fidelity: 1})
		failed <- err
	}()
	for range 3 { // workers that never come back
		if _, err := at.Take(t.Context(), s.Offer().Queue()); err != nil {
			t.Fatal(err)
		}
	}
	serve(t, &remote.Worker{Transport: at, Name: "b", Deliveries: 3}, s)
	err := <-failed
	if _, lost := errors.AsType[*remote.LostError](err); !lost || objective.CauseOf(err) != objective.OtherCause ||
		err.Error() != "given up: 3 workers had it, and none came back with an answer" {
		t.Error(err)
	}
	empty(t, at, s.Offer().Queue())
}

// What never can be done is given up with the reason, and what panics as well.
func TestWhatCannotBeDoneIsGivenUpWithTheReason(t *testing.T) {
	at := remotetest.NewMemory(time.Millisecond)
	w := echoer(at, "a", func(context.Context) error { panic("a bug") })
	w.Deliveries = 2
	work(t, w)
	c := &remote.Client{Transport: at}
	unknown := echo
	unknown.Kind = "alchemy"
	for want, of := range map[string]remote.Work{
		"given up after 2 attempts: panic: a bug":                                         echo,
		`given up after 2 attempts: work of kind "alchemy": this worker does not know it`: unknown,
	} {
		if _, err := c.Do(t.Context(), of, json.RawMessage("1")); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// An answer that is none, as of another program, says nothing of an architecture.
func TestAnAnswerThatIsNoneEndsTheStudy(t *testing.T) {
	at := remotetest.NewMemory(wait)
	s := &remotetest.Synthetic{Kernel: "go"}
	serve(t, &remote.Worker{Transport: at, Name: "a"}, s)
	e := ask(t, &remote.Client{Transport: at}, s.Offer(), "pgd_acc")
	q := objective.Request{Arch: remotetest.Space().Class(1), Fidelity: 1}
	_, _ = e.Evaluate(t.Context(), q) // what comes of it is another test's
	keys, err := at.Keys(t.Context(), remote.Answers, s.Offer().Queue())
	if err != nil || len(keys) != 1 {
		t.Fatalf("%q, %v", keys, err)
	}
	key := s.Offer().Queue() + "." + keys[0]
	for _, text := range []string{"", "x", `{"value":`, `{"value":3}`, `{}`, `null`, `{"value":{"values":[1,2]}}`} {
		if err := at.Put(t.Context(), remote.Answers, key, []byte(text)); err != nil {
			t.Fatal(err)
		}
		_, err := e.Evaluate(t.Context(), q)
		if _, ok := errors.AsType[*objective.OutageError](err); !ok {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// A worker that ends hands its job back at once, and another has it soon.
func TestAWorkerThatEndsHandsBack(t *testing.T) {
	at := remotetest.NewMemory(time.Hour)
	began := make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	a := echoer(at, "a", func(ctx context.Context) error {
		close(began)
		<-ctx.Done()
		return ctx.Err()
	})
	go func() { ended <- a.Run(ctx) }()
	answered := make(chan string)
	go func() {
		value, err := (&remote.Client{Transport: at}).Do(t.Context(), echo, json.RawMessage("1"))
		if err != nil {
			t.Error(err)
		}
		answered <- string(value)
	}()
	<-began
	cancel()
	if err := <-ended; err != nil || a.Presence().Back != 1 {
		t.Errorf("%v, %+v", err, a.Presence())
	}
	work(t, echoer(at, "b", func(context.Context) error { return nil }))
	if got := <-answered; got != `{"b":1}` {
		t.Error(got)
	}
}

// A worker that cannot do what it is given leaves it to others, who have not so many workers given it before.
func TestAWorkerThatCannotLeavesJobsToOthers(t *testing.T) {
	at := remotetest.NewMemory(wait / 10)
	s := &remotetest.Synthetic{Kernel: "go"}
	serve(t, &remote.Worker{Transport: at, Name: "able", Slots: 1}, s)
	e := ask(t, &remote.Client{Transport: at, Sweep: wait / 10}, s.Offer(), "params")
	var told atomic.Value
	unable := &remote.Worker{
		Transport: at, Queue: s.Offer().Queue(), Name: "unable", Slots: 4,
		Kinds: remote.Trials((&remotetest.Synthetic{Kernel: "another"}).Measure),
		Observe: func(e remote.Event) {
			if e.What == remote.Back && e.Err != nil {
				told.Store(e.Err.Error())
			}
		},
	}
	work(t, unable)
	var all sync.WaitGroup
	for i := range 40 {
		all.Go(func() {
			q := objective.Request{Arch: remotetest.Space().Class(i), Fidelity: 1}
			_, err := e.Evaluate(t.Context(), q)
			if err != nil && strings.Contains(err.Error(), "given up") {
				t.Errorf("class %d: %v", i, err)
			}
		})
	}
	all.Wait()
	if text, _ := told.Load().(string); text != "" && !strings.Contains(text, "one of them is of another version") {
		t.Error(text)
	}
}

// old has news that are out of date, as replicas do.
type old struct{ remote.Transport }

func (o old) Get(ctx context.Context, s remote.Shelf, key string) ([]byte, error) {
	value, err := o.Transport.Get(ctx, s, key)
	if err == nil && s == remote.Answers && rand.N(3) > 0 {
		return nil, remote.ErrNone
	}
	return value, err
}

func TestNewsThatAreOutOfDateChangeNoAnswer(t *testing.T) {
	at := old{remotetest.NewMemory(wait)}
	for _, name := range []string{"a", "b"} {
		work(t, echoer(at, name, func(context.Context) error { return nil }))
	}
	var all sync.WaitGroup
	for i := range 20 {
		var answers sync.Map
		for range 4 {
			all.Go(func() {
				c := &remote.Client{Transport: at, Sweep: wait / 30}
				value, err := c.Do(t.Context(), echo, fmt.Append(nil, i))
				if err != nil {
					t.Error(err)
				}
				answers.Store(string(value), true)
			})
		}
		all.Wait()
		n := 0
		for range answers.Range {
			n++
		}
		if n != 1 {
			t.Errorf("%d: %d answers", i, n)
		}
	}
}

// unsteady answers now and then.
type unsteady struct{ remote.Transport }

func (unsteady) fail() error {
	if rand.N(3) == 0 {
		return &remote.UnreachableError{Err: errors.New("made to fail")}
	}
	return nil
}

func (u unsteady) File(ctx context.Context, queue, key string, job []byte) error {
	if err := u.Transport.File(ctx, queue, key, job); err != nil {
		return err
	}
	return u.fail() // it is filed, and nobody knows
}

func (u unsteady) Create(ctx context.Context, s remote.Shelf, key string, value []byte) (bool, error) {
	created, err := u.Transport.Create(ctx, s, key, value)
	if err == nil {
		err = u.fail()
	}
	return created, err
}

func (u unsteady) Get(ctx context.Context, s remote.Shelf, key string) ([]byte, error) {
	if err := u.fail(); err != nil {
		return nil, err
	}
	return u.Transport.Get(ctx, s, key)
}

func (u unsteady) Take(ctx context.Context, queue string) (remote.Delivery, error) {
	if err := u.fail(); err != nil {
		return nil, err
	}
	return u.Transport.Take(ctx, queue)
}

func (u unsteady) Announce(context.Context, string, string) error { return nil } // nobody hears

func TestAQueueThatAnswersNowAndThenLosesNothing(t *testing.T) {
	at := unsteady{remotetest.NewMemory(wait)}
	var done atomic.Int32
	work(t, echoer(at, "a", func(context.Context) error {
		done.Add(1)
		return nil
	}))
	c := &remote.Client{Transport: at, Sweep: wait / 30}
	for i := range 10 {
		if _, err := c.Do(t.Context(), echo, fmt.Append(nil, i)); err != nil {
			t.Fatal(err)
		}
	}
	if done.Load() != 10 {
		t.Errorf("10 jobs were done %d times", done.Load())
	}
}
