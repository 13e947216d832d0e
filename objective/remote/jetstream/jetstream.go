// Package jetstream carries jobs and answers over NATS JetStream, from a server of version 2.10 on.
//
// Under a prefix, nassearch, there are a stream of jobs, NAME-jobs, of which each message is a job that is not done,
// with subject NAME.jobs.QUEUE.KEY; a consumer of it for each queue, whose name it has; and a bucket of keys and values
// for each shelf, NAME-answers and so on. What is done is announced at NAME.done.QUEUE.
package jetstream

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nassearch/nassearch/objective/remote"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nkeys"
)

// Options say which queue, and who comes.
type Options struct {
	URL      string // nats://host:4222; several of one cluster with commas between them
	Name     string // of who comes, for lists of connections
	User     string
	Password string
	Seed     string      // of an nkey, in place of user and password
	TLS      *tls.Config // nil: as the URL says

	// Within is the server, where it is in this process; nil: it is reached by the URL.
	Within nats.InProcessConnProvider

	Prefix   string        // of all names; empty: nassearch
	Wait     time.Duration // for a sign of life of a worker, where the queue is new; 0: [DefaultWait]
	Replicas int           // of all that is kept, where it is new; 0: one
	Poll     time.Duration // how long the server is asked for a job before it is asked again; 0: [DefaultPoll]

	// Look opens a queue for who only asks how it stands: nothing is made, and one that is not there is an
	// [*AbsentError].
	Look bool

	// Changed is told when the connection is lost, and when it is there again; nil: it is not.
	Changed func(text string)
}

// What is usual.
const (
	DefaultWait = 30 * time.Second
	DefaultPoll = 20 * time.Second
)

const defaultPrefix = "nassearch"

// Transport is a connection to the queue.
type Transport struct {
	options   Options
	conn      *nats.Conn
	js        jetstream.JetStream
	jobs      jetstream.Stream
	shelves   map[remote.Shelf]jetstream.KeyValue
	forbidden atomic.Pointer[error] // the last thing that the user may not do

	mu        sync.Mutex
	consumers map[string]jetstream.Consumer // by queue
}

var _ remote.Transport = (*Transport)(nil)

// Times of the connection.
const (
	dial    = 5 * time.Second
	request = 5 * time.Second
	retry   = 250 * time.Millisecond
	begin   = 20 * time.Second // that a server may take to answer, once it can be connected to
)

// Open connects, and makes what the queue needs and is not there, unless one only looks. A server that is not there is
// an error; one that goes away later is waited for.
func Open(ctx context.Context, o Options) (*Transport, error) {
	o.Prefix, o.Replicas = cmp.Or(o.Prefix, defaultPrefix), max(o.Replicas, 1)
	o.Wait, o.Poll = cmp.Or(o.Wait, DefaultWait), cmp.Or(o.Poll, DefaultPoll)
	t := &Transport{options: o, shelves: map[remote.Shelf]jetstream.KeyValue{}, consumers: map[string]jetstream.Consumer{}}
	settings, err := t.settings()
	if err != nil {
		return nil, err
	}
	if t.conn, err = nats.Connect(o.URL, settings...); err != nil {
		return nil, connectError(o, err)
	}
	t.js, err = jetstream.New(t.conn, jetstream.WithDefaultTimeout(request))
	if err == nil {
		err = t.settle(ctx)
	}
	if err != nil {
		t.conn.Close()
		return nil, err
	}
	return t, nil
}

// settle prepares the queue on a server that may have just begun, and have much to read.
func (t *Transport) settle(ctx context.Context) error {
	for start := time.Now(); ; {
		err := t.prepare(ctx)
		_, away := errors.AsType[*remote.UnreachableError](err)
		switch {
		case !away:
			return err
		case time.Since(start) > begin && errors.Is(err, nats.ErrNoResponders):
			return fmt.Errorf("queue %s: the server has no JetStream: begin it with that (-js)", address(t.options.URL))
		case time.Since(start) > begin:
			return fmt.Errorf("queue %s: %w", address(t.options.URL), err)
		}
		select {
		case <-time.After(retry):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// settings are those of the connection.
func (t *Transport) settings() ([]nats.Option, error) {
	o := t.options
	tell := func(text string) {
		if o.Changed != nil {
			o.Changed(text)
		}
	}
	all := []nats.Option{
		nats.Name(o.Name), nats.Timeout(dial), nats.MaxReconnects(-1), nats.ReconnectWait(retry),
		nats.ReconnectJitter(retry, retry), nats.ReconnectBufSize(-1), // whoever says something says it again
		nats.PingInterval(10 * time.Second), nats.MaxPingsOutstanding(2),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			if err != nil {
				tell(fmt.Sprintf("the connection to the queue is lost (%v): waiting for it", err))
			}
		}),
		nats.ReconnectHandler(func(*nats.Conn) { tell("the connection to the queue is there again") }),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			if errors.Is(err, nats.ErrPermissionViolation) {
				t.forbidden.Store(&err)
			}
		}),
	}
	if o.User != "" {
		all = append(all, nats.UserInfo(o.User, o.Password))
	}
	if o.TLS != nil {
		all = append(all, nats.Secure(o.TLS))
	}
	if o.Within != nil {
		all = append(all, nats.InProcessServer(o.Within))
	}
	if o.Seed != "" {
		pair, err := nkeys.FromSeed([]byte(o.Seed))
		if err != nil {
			return nil, errors.New("the seed of the queue's user is none: want that of an nkey, which begins with SU")
		}
		public, err := pair.PublicKey()
		if err != nil {
			return nil, fmt.Errorf("the seed of the queue's user: %w", err)
		}
		all = append(all, nats.Nkey(public, pair.Sign))
	}
	return all, nil
}

// Close says what is still to be said and ends the connection.
func (t *Transport) Close() error {
	defer t.conn.Close()
	if t.conn.IsConnected() {
		return t.conn.FlushTimeout(request)
	}
	return nil
}

// name is one under the prefix.
func (t *Transport) name(of string) string { return t.options.Prefix + "-" + of }

// subject joins the parts of a subject under the prefix.
func (t *Transport) subject(kind, queue string) string {
	return t.options.Prefix + "." + kind + "." + queue
}
