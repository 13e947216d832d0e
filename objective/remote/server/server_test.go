package server_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/objective/remote/server"
	"github.com/nassearch/nassearch/objective/remote/users"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// start serves a folder until the test ends, or until the function is called.
func start(t *testing.T, o server.Options) (s *server.Server, end func()) {
	t.Helper()
	if o.Listen == "" {
		o.Listen = "127.0.0.1:0"
	}
	s, err := server.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	ended := false
	end = func() {
		if !ended {
			ended = true
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}
	}
	t.Cleanup(end)
	return s, end
}

// stream returns the stream of what is filed under filed.>, which is made if it is not there.
func stream(t *testing.T, s *server.Server, name string) (jetstream.JetStream, jetstream.Stream) {
	t.Helper()
	c, err := nats.Connect(s.URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	js, err := jetstream.New(c)
	if err != nil {
		t.Fatal(err)
	}
	st, err := js.CreateOrUpdateStream(t.Context(), jetstream.StreamConfig{Name: name, Subjects: []string{name + ".>"}})
	if err != nil {
		t.Fatal(err)
	}
	return js, st
}

func TestWhatWasAcknowledgedIsThereWhenServedAgain(t *testing.T) {
	store := filepath.Join(t.TempDir(), "a", "queue")
	s, end := start(t, server.Options{Store: store})
	js, _ := stream(t, s, "filed")
	for range 3 {
		if _, err := js.Publish(t.Context(), "filed.a", []byte("work")); err != nil {
			t.Fatal(err)
		}
	}
	end()
	s, _ = start(t, server.Options{Store: store})
	_, st := stream(t, s, "filed")
	if n := st.CachedInfo().State.Msgs; n != 3 {
		t.Errorf("%d messages, want 3", n)
	}
}

func TestFolderHasOneServer(t *testing.T) {
	store := t.TempDir()
	_, end := start(t, server.Options{Store: store})
	_, err := server.Start(server.Options{Listen: "127.0.0.1:0", Store: store})
	if _, ok := errors.AsType[*server.StoreError](err); !ok || !strings.Contains(err.Error(), "another server has it") {
		t.Errorf("error %v", err)
	}
	end()
	start(t, server.Options{Store: store})
}

func TestAddressesThatOthersReachTakeUsers(t *testing.T) {
	u, _, err := users.WithKey(users.Client, "ann")
	if err != nil {
		t.Fatal(err)
	}
	for listen, open := range map[string]bool{
		"0.0.0.0:0": true, ":0": true, "[::]:0": true, "some.host:4222": true, "10.0.0.1:0": true,
		"127.0.0.1:0": false, "localhost:0": false, "127.8.8.8:0": false,
	} {
		s, err := server.Start(server.Options{Listen: listen, Store: filepath.Join(t.TempDir(), "q")})
		if s != nil {
			_ = s.Close()
		}
		if _, refused := errors.AsType[*server.OpenError](err); refused != open {
			t.Errorf("%s: error %v, want one: %v", listen, err, open)
		}
	}
	start(t, server.Options{Listen: "0.0.0.0:0", Store: t.TempDir(), Users: []users.User{u}})
}

// annAndGPU are a client with a key, whose seed is returned, and a worker with the password "correct horse".
func annAndGPU(t *testing.T) (ann, gpu users.User, seed string) {
	t.Helper()
	ann, seed, err := users.WithKey(users.Client, "ann")
	if err != nil {
		t.Fatal(err)
	}
	gpu, err = users.WithPassword(users.Worker, "gpu", "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	return ann, gpu, seed
}

func TestUsersProveWhoTheyAre(t *testing.T) {
	ann, gpu, seed := annAndGPU(t)
	s, _ := start(t, server.Options{Store: t.TempDir(), Users: []users.User{ann, gpu}})
	file := filepath.Join(t.TempDir(), "seed")
	if err := os.WriteFile(file, []byte(seed), 0o600); err != nil {
		t.Fatal(err)
	}
	key, err := nats.NkeyOptionFromSeed(file)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		by  []nats.Option
		may bool
	}{
		"a key":              {[]nats.Option{key}, true},
		"a password":         {[]nats.Option{nats.UserInfo("gpu", "correct horse")}, true},
		"another's password": {[]nats.Option{nats.UserInfo("ann", "correct horse")}, false},
		"a wrong password":   {[]nats.Option{nats.UserInfo("gpu", "wrong")}, false},
		"a hash":             {[]nats.Option{nats.UserInfo("gpu", gpu.Hash)}, false},
		"nothing":            {nil, false},
	} {
		conn, err := nats.Connect(s.URL(), c.by...)
		if may := err == nil; may != c.may {
			t.Errorf("%s: connects: %v (%v)", name, may, err)
		}
		if conn != nil {
			conn.Close()
		}
	}
}

// A server that went on without what it cannot read would have lost it.
func TestDamagedFolderIsNotServed(t *testing.T) {
	for name, damage := range map[string]func(meta string) error{
		"cut":     func(meta string) error { return os.Truncate(meta, 10) },
		"missing": os.Remove,
		"other":   func(meta string) error { return os.WriteFile(meta, []byte("{}"), 0o600) },
	} {
		t.Run(name, func(t *testing.T) {
			store := t.TempDir()
			s, end := start(t, server.Options{Store: store})
			stream(t, s, "filed")
			stream(t, s, "kept")
			end()
			if err := damage(filepath.Join(store, "jetstream", "$G", "streams", "filed", "meta.inf")); err != nil {
				t.Fatal(err)
			}
			s, err := server.Start(server.Options{Listen: "127.0.0.1:0", Store: store})
			if s != nil {
				_ = s.Close()
			}
			_, ok := errors.AsType[*server.StoreError](err)
			if !ok || !strings.Contains(err.Error(), "filed cannot be read") {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestAddressThatIsTakenIsNamed(t *testing.T) {
	s, _ := start(t, server.Options{Store: t.TempDir()})
	listen := strings.TrimPrefix(s.URL(), "nats://")
	_, err := server.Start(server.Options{Listen: listen, Store: t.TempDir()})
	if err == nil || !strings.Contains(err.Error(), listen) {
		t.Errorf("error %v", err)
	}
}

func TestWaitEndsWithItsContext(t *testing.T) {
	s, _ := start(t, server.Options{Store: t.TempDir()})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Wait(ctx); err != nil {
		t.Error(err)
	}
}
