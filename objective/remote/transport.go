package remote

import (
	"context"
	"errors"
	"time"
)

// Transport carries jobs to workers and keeps what is known. It is safe for concurrent use. Names of queues and keys
// are made of letters, digits, - and _; there are at most a few thousand queues. Errors are an [*UnreachableError]
// where trying again may help, what ends ctx, and others where it does not.
type Transport interface {
	// File queues a job unless one with its key is queued or being done.
	File(ctx context.Context, queue, key string, job []byte) error
	// Take waits for a job of a queue, and gives it to the caller alone until it is done, handed back, or the caller gives
	// no sign of life.
	Take(ctx context.Context, queue string) (Delivery, error)

	// Create keeps a value under a key that has none; it says whether it did. Of several the first wins.
	Create(ctx context.Context, s Shelf, key string, value []byte) (bool, error)
	// Put keeps a value in place of what may have been there.
	Put(ctx context.Context, s Shelf, key string, value []byte) error
	// Get returns the value of a key. It is [ErrNone] if there is none, which may be news that are out of date.
	Get(ctx context.Context, s Shelf, key string) ([]byte, error)
	// Keys lists the keys of a shelf that begin with a name and a dot, without these, sorted; all keys for no name.
	Keys(ctx context.Context, s Shelf, name string) ([]string, error)
	// Count is about how many keys Keys lists, and All returns them with their values. They change nothing in the queue,
	// as Get and Load do not.
	Count(ctx context.Context, s Shelf, name string) (int, error)
	All(ctx context.Context, s Shelf, name string) (map[string][]byte, error)

	// Announce tells those who listen to a queue that there is an answer to a job. News may get lost.
	Announce(ctx context.Context, queue, key string) error
	// Listen calls a function with what is announced, until ctx ends.
	Listen(ctx context.Context, queue string, hear func(key string)) error

	// Load counts the jobs of a queue.
	Load(ctx context.Context, queue string) (Load, error)
	// Purge takes all jobs off a queue and returns their number. Those that workers have are done all the same.
	Purge(ctx context.Context, queue string) (int, error)
	// Forget removes a key.
	Forget(ctx context.Context, s Shelf, key string) error
}

// Delivery is a job that a worker has.
type Delivery interface {
	Job() []byte
	// Attempt is how many times the job has been given to a worker, this time included.
	Attempt() int
	// Wait is how long after the last sign of life the job is given to another.
	Wait() time.Duration
	// Working is a sign of life.
	Working(context.Context) error
	// Later hands the job back, to be given to a worker after a delay. Without a delay who hands it back would have it
	// again at once.
	Later(ctx context.Context, delay time.Duration) error
	// Done takes the job off the queue.
	Done(context.Context) error
}

// Load counts the jobs of a queue.
type Load struct {
	Waiting int // for a worker
	Working int // that workers have
}

// Shelf is a place for what is kept.
type Shelf string

// The shelves.
const (
	Offers    Shelf = "offers"    // by queue; they stay
	Documents Shelf = "documents" // by queue and key; they stay
	Answers   Shelf = "answers"   // by queue and key of the job; they stay
	Workers   Shelf = "workers"   // by queue and name; each goes away a while after it was last put
)

// Shelves lists them.
func Shelves() []Shelf { return []Shelf{Offers, Documents, Answers, Workers} }

// Present is how long what is put on the shelf of workers stays there.
const Present = 4 * pulse

// pulse is how often a worker says that it is there.
const pulse = 5 * time.Second

// ErrNone says that a key has no value.
var ErrNone = errors.New("there is none")

// on joins the parts of a key.
func on(queue, key string) string { return queue + "." + key }
