package queue

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/nassearch/nassearch/objective/remote"
	"github.com/nassearch/nassearch/objective/remote/jetstream"
)

// Connect connects to a queue.
type Connect func(context.Context) (*jetstream.Transport, error)

// Lookout looks from time to time how it stands with a queue, and changes nothing there.
type Lookout struct {
	at      string
	connect Connect

	mu    sync.Mutex
	wants func(remote.Offer) bool
	now   Sight
	known map[string]Source // as they were last seen, by name
}

// Sight is what a lookout saw last.
type Sight struct {
	Looked  bool // at all
	Sources []Source
	Err     error // why it saw nothing
}

// NewLookout returns what looks at the queue at an address, and wants to see nothing yet.
func NewLookout(address string, connect Connect) *Lookout {
	nothing := func(remote.Offer) bool { return false }
	return &Lookout{at: address, connect: connect, known: map[string]Source{}, wants: nothing}
}

// Want says at the workers of which offers it is looked from now on.
func (l *Lookout) Want(wants func(remote.Offer) bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wants = wants
}

// Now returns what was seen last.
func (l *Lookout) Now() Sight {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.now
}

// How often it is looked, and how long a queue may take to answer. One that takes long is asked less often.
const (
	lookEvery  = 2 * time.Second
	lookWithin = 5 * time.Second
	lookIdle   = 5 // times as long as a look took
)

// Run looks until ctx ends. A queue that does not answer is connected to anew: it may be another one.
func (l *Lookout) Run(ctx context.Context) {
	var t *jetstream.Transport
	for ctx.Err() == nil {
		began := time.Now()
		var seen Sight
		if t == nil {
			t, seen.Err = l.connect(ctx)
		}
		if seen.Err == nil {
			seen = l.look(ctx, t)
		}
		if seen.Err != nil && t != nil {
			_ = t.Close() // it has nothing to say
			t = nil
		}
		l.saw(seen)
		wait := lookEvery
		if seen.Err == nil {
			wait = max(wait, lookIdle*time.Since(began))
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
		}
	}
	if t != nil {
		_ = t.Close()
	}
}

// look looks once.
func (l *Lookout) look(ctx context.Context, t remote.Transport) (s Sight) {
	ctx, cancel := context.WithTimeoutCause(ctx, lookWithin, fmt.Errorf("queue %s: it does not answer", l.at))
	defer cancel()
	c := &remote.Client{Transport: t}
	var offers []remote.Offer
	if offers, s.Err = c.Offers(ctx); s.Err != nil {
		return s
	}
	l.mu.Lock()
	wants := l.wants
	l.mu.Unlock()
	offers = slices.DeleteFunc(offers, func(o remote.Offer) bool { return !wants(o) })
	s.Sources, s.Err = Sources(ctx, c, offers)
	return s
}

// mostGone are the workers that have gone of which it is still told.
const mostGone = 20

// saw keeps what was seen, and who has gone since it was last looked.
func (l *Lookout) saw(s Sight) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, now := range s.Sources {
		before := l.known[now.Source]
		gone := append(slices.Clone(before.Workers), before.Gone...)
		gone = slices.DeleteFunc(gone, func(w remote.Presence) bool {
			return slices.ContainsFunc(now.Workers, func(there remote.Presence) bool { return there.Name == w.Name })
		})
		now.Gone = gone[:min(len(gone), mostGone)]
		s.Sources[i], l.known[now.Source] = now, now
	}
	s.Looked = true
	l.now = s
}
