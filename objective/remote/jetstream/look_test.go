package jetstream_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/nassearch/nassearch/objective/remote"
	"github.com/nassearch/nassearch/objective/remote/jetstream"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// made counts the streams and consumers that are made on a server from now on; what it returns tells how many.
func made(t *testing.T, url string) func() int {
	t.Helper()
	c, err := nats.Connect(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	var all []*nats.Subscription
	for _, subject := range []string{"$JS.EVENT.ADVISORY.STREAM.CREATED.>", "$JS.EVENT.ADVISORY.CONSUMER.CREATED.>"} {
		s, err := c.SubscribeSync(subject)
		if err == nil {
			err = c.Flush()
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	return func() (n int) {
		if err := c.Flush(); err != nil {
			t.Fatal(err)
		}
		for _, s := range all {
			waiting, _, err := s.Pending()
			if err != nil {
				t.Fatal(err)
			}
			n += waiting
		}
		return n
	}
}

// comes waits until so many are counted: the server tells a little later.
func comes(t *testing.T, count func() int, want int) {
	t.Helper()
	for range 500 {
		if count() >= want {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if n := count(); n != want {
		t.Fatalf("%d are made, want %d", n, want)
	}
}

// Who looks makes neither streams nor consumers, also not for a moment.
func TestWhoLooksMakesNothing(t *testing.T) {
	s := start(t, server.Options{})
	looks := jetstream.Options{URL: s.ClientURL(), Look: true}
	count := made(t, looks.URL)
	_, err := jetstream.Open(t.Context(), looks)
	if _, absent := errors.AsType[*jetstream.AbsentError](err); !absent || count() != 0 {
		t.Fatalf("%v, and %d are made", err, count())
	}
	to := open(t, jetstream.Options{URL: s.ClientURL()})
	want := 1 + len(remote.Shelves()) // streams
	comes(t, count, want)
	for i := range 40 {
		key := fmt.Sprintf("q.%d", i)
		if _, err := to.Create(t.Context(), remote.Answers, key, []byte{byte(i)}); err != nil {
			t.Fatal(err)
		}
		if err := to.File(t.Context(), "q", fmt.Sprint(i), nil); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := to.Take(t.Context(), "q"); err != nil {
		t.Fatal(err)
	}
	want++ // of who takes
	comes(t, count, want)
	for _, from := range []remote.Transport{to, open(t, looks)} {
		n, err := from.Count(t.Context(), remote.Answers, "q")
		if err != nil || n != 40 {
			t.Errorf("%d answers, %v", n, err)
		}
		all, err := from.All(t.Context(), remote.Answers, "q")
		if err != nil || len(all) != 40 || string(all["39"]) != "'" {
			t.Errorf("%q, %v", all, err)
		}
		l, err := from.Load(t.Context(), "q")
		if err != nil || l != (remote.Load{Waiting: 39, Working: 1}) {
			t.Errorf("%+v, %v", l, err)
		}
	}
	if err := to.File(t.Context(), "r", "0", nil); err != nil { // of which is told behind all that came before
		t.Fatal(err)
	}
	if _, err := to.Take(t.Context(), "r"); err != nil {
		t.Fatal(err)
	}
	comes(t, count, want+1)
}
