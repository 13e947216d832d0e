// Package remotetest checks that a transport keeps the contract of [remote.Transport].
package remotetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/nassearch/nassearch/objective/remote"
)

// Wait is for a sign of life of a worker, of the transports that are tested.
const Wait = time.Second

// Open returns two connections to one queue where nothing is yet.
type Open func(t *testing.T) (one, other remote.Transport)

// Run tests a transport.
func Run(t *testing.T, open Open) {
	for name, test := range map[string]func(t *testing.T, one, other remote.Transport){
		"jobs come in the order in which they were filed":      inOrder,
		"a job is there once":                                  once,
		"queues are apart":                                     apart,
		"a job without a sign of life comes again":             comesAgain,
		"a job with signs of life is one worker's":             livesOn,
		"a job that is handed back comes after the delay":      later,
		"a late end of a stale delivery is no error":           lateDone,
		"who takes stops when told to":                         stops,
		"the first value of a key is its value":                firstWins,
		"values are kept, listed, replaced and forgotten":      values,
		"what is put among workers goes away, all else stays":  goesAway,
		"what is announced is heard by all who listen":         heard,
		"jobs are counted, and taken off":                      counted,
		"what ends the context ends every call with its cause": ends,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			one, other := open(t)
			test(t, one, other)
		})
	}
}

// take takes a job, which must be there soon.
func take(t *testing.T, from remote.Transport, queue string) remote.Delivery {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	d, err := from.Take(ctx, queue)
	if err != nil {
		t.Fatalf("taking a job: %v", err)
	}
	return d
}

// none checks that no job comes for a while.
func none(t *testing.T, from remote.Transport, queue string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), Wait/3)
	defer cancel()
	if d, err := from.Take(ctx, queue); err == nil {
		t.Fatalf("job %s came, attempt %d: want none", d.Job(), d.Attempt())
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func inOrder(t *testing.T, one, other remote.Transport) {
	for i := range 20 {
		ok(t, one.File(t.Context(), "q", fmt.Sprintf("key%d", i), fmt.Append(nil, i)))
	}
	for i := range 20 {
		d := take(t, other, "q")
		if string(d.Job()) != fmt.Sprint(i) || d.Attempt() != 1 || d.Wait() != Wait {
			t.Errorf("job %s, attempt %d, wait %v: want %d, 1, %v", d.Job(), d.Attempt(), d.Wait(), i, Wait)
		}
		ok(t, d.Done(t.Context()))
	}
	none(t, one, "q")
}

func once(t *testing.T, one, other remote.Transport) {
	ok(t, one.File(t.Context(), "q", "key", []byte("a")))
	ok(t, other.File(t.Context(), "q", "key", []byte("a")))
	d := take(t, one, "q")
	ok(t, other.File(t.Context(), "q", "key", []byte("a")))
	none(t, other, "q")
	ok(t, d.Done(t.Context()))
	none(t, other, "q")
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); { // filed again, it comes again
		ok(t, one.File(t.Context(), "q", "key", []byte("again")))
		ctx, cancel := context.WithTimeout(t.Context(), Wait)
		d, err := other.Take(ctx, "q")
		cancel()
		if err == nil {
			if string(d.Job()) != "again" || d.Attempt() != 1 {
				t.Errorf("job %s, attempt %d", d.Job(), d.Attempt())
			}
			return
		}
	}
	t.Error("a job that was done cannot be filed again")
}

func apart(t *testing.T, one, other remote.Transport) {
	ok(t, one.File(t.Context(), "q1", "key", []byte("a")))
	none(t, other, "q2")
	ok(t, one.File(t.Context(), "q2", "key", []byte("b")))
	if d := take(t, other, "q2"); string(d.Job()) != "b" {
		t.Errorf("job %s of another queue", d.Job())
	}
	if d := take(t, other, "q1"); string(d.Job()) != "a" {
		t.Errorf("job %s of another queue", d.Job())
	}
}

func comesAgain(t *testing.T, one, other remote.Transport) {
	ok(t, one.File(t.Context(), "q", "key", []byte("a")))
	for attempt := 1; attempt <= 3; attempt++ {
		start := time.Now()
		d := take(t, other, "q")
		if d.Attempt() != attempt || attempt > 1 && time.Since(start) < Wait/2 {
			t.Errorf("attempt %d after %v: want %d after %v", d.Attempt(), time.Since(start), attempt, Wait)
		}
	}
}

func livesOn(t *testing.T, one, other remote.Transport) {
	ok(t, one.File(t.Context(), "q", "key", []byte("a")))
	d := take(t, one, "q")
	for start := time.Now(); time.Since(start) < 2*Wait; {
		ok(t, d.Working(t.Context()))
		none(t, other, "q")
	}
	ok(t, d.Done(t.Context()))
	none(t, other, "q")
}

func later(t *testing.T, one, other remote.Transport) {
	ok(t, one.File(t.Context(), "q", "key", []byte("a")))
	d := take(t, one, "q")
	start := time.Now()
	ok(t, d.Later(t.Context(), Wait/2))
	none(t, other, "q")
	if d = take(t, other, "q"); d.Attempt() != 2 || time.Since(start) < Wait/2 {
		t.Errorf("attempt %d after %v", d.Attempt(), time.Since(start))
	}
}

// A server that knows a job by its place takes it off, and one that knows the delivery does not: both may be.
func lateDone(t *testing.T, one, other remote.Transport) {
	ok(t, one.File(t.Context(), "q", "key", []byte("a")))
	stale := take(t, one, "q")
	now := take(t, other, "q")
	ok(t, stale.Done(t.Context()))
	ok(t, now.Working(t.Context()))
	ok(t, now.Done(t.Context()))
	none(t, other, "q")
}

func stops(t *testing.T, one, _ remote.Transport) {
	ctx, cancel := context.WithCancelCause(t.Context())
	want := errors.New("enough")
	time.AfterFunc(Wait/10, func() { cancel(want) })
	if _, err := one.Take(ctx, "q"); !errors.Is(err, want) {
		t.Errorf("%v, want %v", err, want)
	}
	// What comes afterwards is for others.
	ok(t, one.File(t.Context(), "q", "key", []byte("a")))
	if d := take(t, one, "q"); string(d.Job()) != "a" {
		t.Errorf("job %s", d.Job())
	}
}

func heard(t *testing.T, one, other remote.Transport) {
	ctx, cancel := context.WithCancel(t.Context())
	keys := make(chan string, 1000)
	for _, at := range []remote.Transport{one, other} {
		ok(t, at.Listen(ctx, "q", func(key string) { keys <- key }))
	}
	ok(t, other.Listen(ctx, "q2", func(key string) { t.Errorf("%s was heard on another queue", key) }))
	seen := map[string]int{}
	for deadline := time.Now().Add(time.Minute); seen["a"] < 2 && time.Now().Before(deadline); { // news may get lost
		ok(t, one.Announce(t.Context(), "q", "a"))
		select {
		case key := <-keys:
			seen[key]++
		case <-time.After(Wait / 10):
		}
	}
	if seen["a"] < 2 {
		t.Errorf("heard: %v", seen)
	}
	cancel()
}

func counted(t *testing.T, one, other remote.Transport) {
	for i := range 5 {
		ok(t, one.File(t.Context(), "q", fmt.Sprint(i), []byte("a")))
	}
	ok(t, one.File(t.Context(), "q2", "other", []byte("a")))
	load := func(want remote.Load) {
		t.Helper()
		if got, err := other.Load(t.Context(), "q"); err != nil || got != want {
			t.Errorf("%+v, %v: want %+v", got, err, want)
		}
	}
	load(remote.Load{Waiting: 5})
	d := take(t, one, "q")
	load(remote.Load{Waiting: 4, Working: 1})
	ok(t, d.Done(t.Context()))
	take(t, one, "q")
	if n, err := other.Purge(t.Context(), "q"); n != 4 || err != nil {
		t.Errorf("%d taken off, %v: want 4", n, err)
	}
	load(remote.Load{})
	none(t, one, "q")
	if d := take(t, one, "q2"); string(d.Job()) != "a" {
		t.Errorf("job %s", d.Job())
	}
}

func ends(t *testing.T, one, _ remote.Transport) {
	want := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(want)
	_, getErr := one.Get(ctx, remote.Answers, "q.a")
	_, createErr := one.Create(ctx, remote.Answers, "q.a", []byte("a"))
	_, keysErr := one.Keys(ctx, remote.Answers, "q")
	_, loadErr := one.Load(ctx, "q")
	_, purgeErr := one.Purge(ctx, "q")
	_, takeErr := one.Take(ctx, "q")
	for what, err := range map[string]error{
		"File": one.File(ctx, "q", "a", nil), "Put": one.Put(ctx, remote.Answers, "q.a", nil), "Get": getErr,
		"Create": createErr, "Keys": keysErr, "Load": loadErr, "Purge": purgeErr, "Take": takeErr,
	} {
		if !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", what, err, want)
		}
	}
}
