package server

import (
	"context"
	"errors"
	"testing"
	"time"
)

// A NATS server whose disk is full goes on, and takes nothing more until it is started again.
func TestFullDiskEndsTheServer(t *testing.T) {
	s, err := Start(Options{Listen: "127.0.0.1:0", Store: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.notes.Errorf("JetStream failed to store a msg on stream '%s > %s': %v", "$G", "jobs", "write 1.blk: no space left on device")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	err = s.Wait(ctx)
	if _, ok := errors.AsType[*StoreError](err); !ok {
		t.Errorf("error %v, want one of the store", err)
	}
}

func TestStoreThatIsGivenUpEndsTheServer(t *testing.T) {
	s, err := Start(Options{Listen: "127.0.0.1:0", Store: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.nats.ShutdownJetStream(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := s.Wait(ctx); err == nil {
		t.Error("no error")
	}
}
