package jetstream_test

import (
	"testing"
	"time"

	"github.com/nassearch/nassearch/objective/remote/jetstream"
	"github.com/nats-io/nats-server/v2/server"
)

// start starts a server within this process, on a folder.
func start(t testing.TB, o server.Options) *server.Server {
	t.Helper()
	o.Host, o.NoSigs, o.JetStream, o.SyncAlways = "127.0.0.1", true, true, true
	if o.Port == 0 {
		o.Port = server.RANDOM_PORT
	}
	if o.StoreDir == "" {
		o.StoreDir = t.TempDir()
	}
	s, err := server.NewServer(&o)
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	if !s.ReadyForConnections(time.Minute) {
		t.Fatal("the server is not ready")
	}
	t.Cleanup(func() {
		s.Shutdown()
		s.WaitForShutdown()
	})
	return s
}

// open connects until the test ends.
func open(t testing.TB, o jetstream.Options) *jetstream.Transport {
	t.Helper()
	to, err := jetstream.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := to.Close(); err != nil {
			t.Error(err)
		}
	})
	return to
}
