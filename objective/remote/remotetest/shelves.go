package remotetest

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nassearch/nassearch/objective/remote"
)

func firstWins(t *testing.T, one, other remote.Transport) {
	for i := range 10 {
		key := fmt.Sprintf("q.%d", i)
		var first atomic.Value
		var wins atomic.Int32
		var all sync.WaitGroup
		for j := range 8 {
			all.Go(func() {
				value := fmt.Appendf(nil, "value %d", j)
				won, err := []remote.Transport{one, other}[j%2].Create(t.Context(), remote.Answers, key, value)
				if err != nil {
					t.Error(err)
				}
				if won {
					wins.Add(1)
					first.Store(value)
				}
			})
		}
		all.Wait()
		got, err := other.Get(t.Context(), remote.Answers, key)
		if want, _ := first.Load().([]byte); err != nil || wins.Load() != 1 || !bytes.Equal(got, want) {
			t.Errorf("%d have won, the last with %q; kept is %q, %v", wins.Load(), want, got, err)
		}
	}
}

// lists checks in all ways what is listed under a name.
func lists(t *testing.T, from remote.Transport, s remote.Shelf, name string, want []string) {
	t.Helper()
	if got, err := from.Keys(t.Context(), s, name); err != nil || !slices.Equal(got, want) {
		t.Errorf("%s: keys of %q: %q, %v, want %q", s, name, got, err, want)
	}
	all, err := from.All(t.Context(), s, name)
	if got := slices.Sorted(maps.Keys(all)); err != nil || !slices.Equal(got, want) {
		t.Errorf("%s: all of %q: %q, %v, want %q", s, name, got, err, want)
	}
	if n, err := from.Count(t.Context(), s, name); err != nil || n < len(want) || n > len(want)+1 {
		t.Errorf("%s: %d of %q, %v, want %d", s, n, name, err, len(want))
	}
}

func values(t *testing.T, one, other remote.Transport) {
	for _, s := range remote.Shelves() {
		keys := func(name string, want ...string) {
			t.Helper()
			lists(t, other, s, name, want)
		}
		keys("q")
		if _, err := one.Get(t.Context(), s, "q.a"); !errors.Is(err, remote.ErrNone) {
			t.Errorf("%s: %v, want %v", s, err, remote.ErrNone)
		}
		for _, key := range []string{"q.b", "q.a", "q2.a"} {
			ok(t, one.Put(t.Context(), s, key, []byte("old")))
			ok(t, other.Put(t.Context(), s, key, []byte("of "+key)))
		}
		keys("q", "a", "b")
		keys("", "q.a", "q.b", "q2.a")
		if all, err := one.All(t.Context(), s, "q"); err != nil || string(all["a"]) != "of q.a" {
			t.Errorf("%s: %q, %v", s, all, err)
		}
		if got, err := other.Get(t.Context(), s, "q.b"); err != nil || string(got) != "of q.b" {
			t.Errorf("%s: %q, %v", s, got, err)
		}
		ok(t, other.Forget(t.Context(), s, "q.b"))
		keys("q", "a")
		if _, err := one.Get(t.Context(), s, "q.b"); !errors.Is(err, remote.ErrNone) {
			t.Errorf("%s: %v, want %v", s, err, remote.ErrNone)
		}
		if won, err := one.Create(t.Context(), s, "q.b", []byte("anew")); !won || err != nil {
			t.Errorf("%s: created %v, %v", s, won, err)
		}
		keys("q", "a", "b")
	}
}

func goesAway(t *testing.T, one, other remote.Transport) {
	if testing.Short() {
		t.Skip("takes as long as a worker is thought to be there")
	}
	for _, s := range remote.Shelves() {
		ok(t, one.Put(t.Context(), s, "q.a", []byte("a")))
	}
	time.Sleep(remote.Present + 2*time.Second)
	for _, s := range remote.Shelves() {
		if keys, err := other.Keys(t.Context(), s, "q"); err != nil || (len(keys) == 0) != (s == remote.Workers) {
			t.Errorf("%s: keys %q, %v", s, keys, err)
		}
	}
}
