// Package server is a NATS server with JetStream inside of this program, which keeps a queue in a folder: for those who
// have no cluster.
package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/nassearch/nassearch/internal/filelock"
	"github.com/nassearch/nassearch/objective/remote"
	"github.com/nassearch/nassearch/objective/remote/jetstream"
	"github.com/nassearch/nassearch/objective/remote/users"
	"github.com/nats-io/nats-server/v2/server"
)

// Options say how a queue is served.
type Options struct {
	Listen string       // HOST:PORT; port 0 is one that is free
	Store  string       // folder; it is made if it is not there
	Users  []users.User // who may connect; everybody where there are none
	TLS    *tls.Config  // nil: connections are not encrypted

	// Warn is told, in a line, what is wrong and does not end the server. It may be called by several goroutines.
	Warn func(text string)
}

// patience is how long a server may take to begin, once it has read its store, and a client to connect and prove who it
// is: many may do so at once after a restart.
const patience = 30 * time.Second

// Server serves a queue.
type Server struct {
	nats  *server.Server
	guard *filelock.Guard
	queue *jetstream.Transport // whose streams are made by the server, as its users may not
	notes *notes
	store string
}

// OpenError is that an address must not be listened on as it is asked for.
type OpenError struct{ Listen string }

func (e *OpenError) Error() string {
	return fmt.Sprintf("%s can be reached from other machines, and anybody there could file work and read results: "+
		"say who may connect (a users file), or listen on 127.0.0.1", e.Listen)
}

// StoreError is what is wrong with the folder of a queue.
type StoreError struct {
	Store string
	Err   error
}

func (e *StoreError) Error() string { return fmt.Sprintf("queue %s: %v", e.Store, e.Err) }

// Unwrap returns what is wrong.
func (e *StoreError) Unwrap() error { return e.Err }

// Start begins to serve. An address that others can reach takes users: otherwise it is an [*OpenError]. A folder that
// another server has, that cannot be written, or that is damaged is a [*StoreError].
func Start(o Options) (*Server, error) {
	host, port, err := address(o.Listen)
	if err != nil {
		return nil, err
	}
	if len(o.Users) == 0 && !o.Loopback() {
		return nil, &OpenError{o.Listen}
	}
	guard, err := lock(o.Store)
	if err != nil {
		return nil, &StoreError{o.Store, err}
	}
	s := &Server{guard: guard, store: o.Store, notes: &notes{warn: o.Warn, fatal: make(chan error, 1)}}
	settings := &server.Options{
		ServerName: "nassearch", Host: host, Port: port, NoSigs: true, DisableJetStreamBanner: true,
		JetStream: true, StoreDir: o.Store, SyncAlways: true, // what is acknowledged is on the disk
		TLSConfig: o.TLS, TLSTimeout: patience.Seconds(), AuthTimeout: patience.Seconds(),
	}
	if port == 0 {
		settings.Port = server.RANDOM_PORT
	}
	owner, seed, err := users.WithKey(users.Client, "owner")
	if err != nil {
		return nil, errors.Join(err, guard.Release())
	}
	permit(settings, o.Users, owner)
	if s.nats, err = server.NewServer(settings); err != nil {
		return nil, errors.Join(fmt.Errorf("queue server: %w", err), guard.Release())
	}
	s.nats.SetLoggerV2(s.notes, false, false, false)
	if err := s.begin(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	within := jetstream.Options{URL: "nats://within", Name: "owner", Within: s.nats}
	if len(o.Users) > 0 {
		within.Seed = seed
	}
	if s.queue, err = jetstream.Open(context.Background(), within); err != nil {
		return nil, errors.Join(&StoreError{o.Store, err}, s.Close())
	}
	return s, nil
}

// Queue is what is served, for who may do everything.
func (s *Server) Queue() remote.Transport { return s.queue }

// address reads HOST:PORT.
func address(listen string) (host string, port int, err error) {
	host, text, err := net.SplitHostPort(listen)
	if err == nil {
		var n uint64
		n, err = strconv.ParseUint(text, 10, 16)
		port = int(n)
	}
	if err != nil {
		return "", 0, fmt.Errorf("address %q: want a host and a port, such as 127.0.0.1:4222", listen)
	}
	return host, port, nil
}

// Check returns an error for an address that is none.
func (o Options) Check() error {
	_, _, err := address(o.Listen)
	return err
}

// Loopback says whether the address can be reached from this machine alone.
func (o Options) Loopback() bool {
	host, _, _ := address(o.Listen)
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// lock makes a folder and keeps it from other servers.
func lock(store string) (*filelock.Guard, error) {
	if err := os.MkdirAll(store, 0o700); err != nil {
		return nil, err
	}
	if info, err := os.Stat(store); err != nil || !info.IsDir() {
		return nil, errors.Join(err, errors.New("it is no folder"))
	}
	guard, err := filelock.Beside(store)
	if err == nil && guard == nil {
		err = errors.New("another server has it: end that first, or name another folder")
	}
	return guard, err
}

// begin reads the store and begins to listen.
func (s *Server) begin() error {
	s.nats.Start()
	select {
	case err := <-s.notes.fatal:
		return s.because(err)
	default:
	}
	if err := s.whole(); err != nil {
		return err
	}
	if !s.nats.ReadyForConnections(patience) {
		return errors.New("queue server: it is not ready after " + patience.String())
	}
	return nil
}

// because returns why a server cannot go on.
func (s *Server) because(err error) error {
	if _, full := errors.AsType[*fullError](err); full {
		return &StoreError{s.store, err}
	}
	return fmt.Errorf("queue server: %w", err)
}

// whole returns an error for a store of which something could not be read: the server itself would go on without it.
func (s *Server) whole() error {
	all, err := s.nats.JszAccount(&server.JSzOptions{Account: server.DEFAULT_GLOBAL_ACCOUNT, Streams: true})
	if err != nil {
		return &StoreError{s.store, err}
	}
	read := map[string]bool{}
	for _, stream := range all.Streams {
		read[stream.Name] = true
	}
	folders, _ := os.ReadDir(filepath.Join(s.store, server.JetStreamStoreDir, server.DEFAULT_GLOBAL_ACCOUNT, "streams"))
	for _, f := range folders {
		if name := f.Name(); name[0] != '.' && !read[name] {
			return &StoreError{s.store, fmt.Errorf("it is damaged, %s cannot be read%s: put the folder aside and serve an "+
				"empty one; studies have what they got, and ask for the rest again", name, s.notes.last())}
		}
	}
	return nil
}

// URL is where the server listens.
func (s *Server) URL() string { return s.nats.ClientURL() }

// Wait serves until the context ends, or the store cannot be written any more, which is a [*StoreError].
func (s *Server) Wait(ctx context.Context) error {
	look := time.NewTicker(time.Second)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-s.notes.fatal:
			return s.because(err)
		case <-look.C:
			if !s.nats.JetStreamEnabled() {
				return &StoreError{s.store, fmt.Errorf("it cannot be written any more%s", s.notes.last())}
			}
		}
	}
}

// Close ends the server and lets others at the folder. Clients and workers connect again when another one serves it.
func (s *Server) Close() error {
	if s.queue != nil {
		_ = s.queue.Close() // it has nothing to say
	}
	s.nats.Shutdown()
	s.nats.WaitForShutdown()
	return s.guard.Release()
}
