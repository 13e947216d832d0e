package server_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/nassearch/nassearch/objective/remote"
	"github.com/nassearch/nassearch/objective/remote/jetstream"
	"github.com/nassearch/nassearch/objective/remote/server"
	"github.com/nassearch/nassearch/objective/remote/users"
)

// named serves a queue, and connects as a client with a key and as a worker with a password.
func named(t *testing.T) (client, worker remote.Transport) {
	t.Helper()
	ann, gpu, seed := annAndGPU(t)
	s, _ := start(t, server.Options{Store: t.TempDir(), Users: []users.User{ann, gpu}})
	open := func(o jetstream.Options) remote.Transport {
		o.URL = s.URL()
		to, err := jetstream.Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = to.Close() })
		return to
	}
	return open(jetstream.Options{Seed: seed}), open(jetstream.Options{User: "gpu", Password: "correct horse"})
}

// Each role can do all that it is for.
func TestClientsAndWorkersWorkTogether(t *testing.T) {
	client, worker := named(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	ok := func(what string, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	}
	ok("offering", worker.Put(ctx, remote.Offers, "q", []byte("{}")))
	ok("showing oneself", worker.Put(ctx, remote.Workers, "q.w", []byte("{}")))
	offers, err := client.Keys(ctx, remote.Offers, "")
	if ok("listing offers", err); !slices.Equal(offers, []string{"q"}) {
		t.Errorf("offers %v", offers)
	}
	heard := make(chan string, 1)
	ok("listening", client.Listen(ctx, "q", func(key string) { heard <- key }))
	_, err = client.Create(ctx, remote.Documents, "q.d", []byte("document"))
	ok("keeping a document", err)
	ok("filing", client.File(ctx, "q", "k", []byte("job")))
	d, err := worker.Take(ctx, "q")
	ok("taking", err)
	ok("working", d.Working(ctx))
	text, err := worker.Get(ctx, remote.Documents, "q.d")
	if ok("reading a document", err); string(text) != "document" || string(d.Job()) != "job" {
		t.Errorf("job %s under %s", d.Job(), text)
	}
	_, err = worker.Create(ctx, remote.Answers, "q.k", []byte("answer"))
	ok("answering", err)
	ok("announcing", worker.Announce(ctx, "q", "k"))
	ok("ending", d.Done(ctx))
	select {
	case key := <-heard:
		if key != "k" {
			t.Errorf("heard of %s", key)
		}
	case <-ctx.Done():
		t.Error("nothing was heard")
	}
	text, err = client.Get(ctx, remote.Answers, "q.k")
	if ok("reading an answer", err); string(text) != "answer" {
		t.Errorf("answer %s", text)
	}
	ok("filing", client.File(ctx, "q", "k2", []byte("job")))
	l, err := client.Load(ctx, "q")
	if ok("counting", err); l.Waiting != 1 {
		t.Errorf("%+v", l)
	}
	n, err := client.Purge(ctx, "q")
	if ok("purging", err); n != 1 {
		t.Errorf("%d purged", n)
	}
	ok("going away", worker.Forget(ctx, remote.Workers, "q.w"))
}

// A worker cannot file work, and a client cannot take work or write results.
func TestRolesAreSeparate(t *testing.T) {
	for what, do := range map[string]func(ctx context.Context, client, worker remote.Transport) error{
		"a worker files": func(ctx context.Context, _, worker remote.Transport) error {
			return worker.File(ctx, "q", "k", []byte("job"))
		},
		"a worker purges": func(ctx context.Context, _, worker remote.Transport) error {
			_, err := worker.Purge(ctx, "q")
			return err
		},
		"a worker keeps documents": func(ctx context.Context, _, worker remote.Transport) error {
			return worker.Put(ctx, remote.Documents, "q.k", []byte("{}"))
		},
		"a client takes": func(ctx context.Context, client, _ remote.Transport) error {
			_, err := client.Take(ctx, "q")
			return err
		},
		"a client answers": func(ctx context.Context, client, _ remote.Transport) error {
			_, err := client.Create(ctx, remote.Answers, "q.k", []byte("answer"))
			return err
		},
		"a client offers": func(ctx context.Context, client, _ remote.Transport) error {
			return client.Put(ctx, remote.Offers, "q", []byte("{}"))
		},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel() // the server says nothing to who may not ask
			client, worker := named(t)
			err := do(t.Context(), client, worker)
			if _, ok := errors.AsType[*jetstream.ForbiddenError](err); !ok {
				t.Errorf("error %v", err)
			}
			if l, err := client.Load(t.Context(), "q"); err != nil || l != (remote.Load{}) {
				t.Errorf("%+v %v", l, err)
			}
			for s, key := range map[remote.Shelf]string{remote.Answers: "q.k", remote.Offers: "q", remote.Documents: "q.k"} {
				if _, err := client.Get(t.Context(), s, key); !errors.Is(err, remote.ErrNone) {
					t.Errorf("%s: error %v, want none kept", s, err)
				}
			}
		})
	}
}
