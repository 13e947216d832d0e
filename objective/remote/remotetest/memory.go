package remotetest

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/nassearch/nassearch/objective/remote"
)

// Memory is a transport within a process.
type Memory struct {
	wait time.Duration

	mu        sync.Mutex
	jobs      map[string][]*waiting // by queue, in the order in which they were filed
	changed   chan struct{}         // closed when jobs may have become free
	values    map[remote.Shelf]map[string]kept
	listeners map[string]map[*func(string)]bool // by queue
}

// waiting is a job of a queue.
type waiting struct {
	key      string
	job      []byte
	attempts int
	free     time.Time // when it may be given to a worker
	taken    bool      // by one, until then
}

// kept is a value, and when it goes away; zero: never.
type kept struct {
	value []byte
	until time.Time
}

var _ remote.Transport = (*Memory)(nil)

// NewMemory returns an empty transport. A job whose worker gives no sign of life for so long is given to another.
func NewMemory(wait time.Duration) *Memory {
	m := &Memory{
		wait: wait, jobs: map[string][]*waiting{}, changed: make(chan struct{}),
		values: map[remote.Shelf]map[string]kept{}, listeners: map[string]map[*func(string)]bool{},
	}
	for _, s := range remote.Shelves() {
		m.values[s] = map[string]kept{}
	}
	return m
}

// File implements [remote.Transport].
func (m *Memory) File(ctx context.Context, queue, key string, job []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if m.find(queue, key) == nil {
		m.jobs[queue] = append(m.jobs[queue], &waiting{key: key, job: job})
		m.wake()
	}
	return nil
}

func (m *Memory) find(queue, key string) *waiting {
	for _, w := range m.jobs[queue] {
		if w.key == key {
			return w
		}
	}
	return nil
}

// wake lets takers look again.
func (m *Memory) wake() {
	close(m.changed)
	m.changed = make(chan struct{})
}

// Take implements [remote.Transport].
func (m *Memory) Take(ctx context.Context, queue string) (remote.Delivery, error) {
	for {
		d, next, changed := m.take(queue)
		if d != nil {
			return d, nil
		}
		timer := time.NewTimer(next)
		select {
		case <-changed:
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return nil, context.Cause(ctx)
		}
		timer.Stop()
	}
}

// take gives the first job that is free. If none is it says when one may be.
func (m *Memory) take(queue string) (d remote.Delivery, next time.Duration, changed chan struct{}) {
	m.mu.Lock()
	defer m.mu.Unlock()
	next = time.Hour
	for _, w := range m.jobs[queue] {
		if until := time.Until(w.free); until > 0 {
			next = min(next, until)
			continue
		}
		w.attempts++
		w.free, w.taken = time.Now().Add(m.wait), true
		return &held{m, queue, w, w.attempts}, 0, nil
	}
	return nil, next, m.changed
}

// held is a delivery of Memory.
type held struct {
	m       *Memory
	queue   string
	job     *waiting
	attempt int
}

func (h *held) Job() []byte         { return h.job.job }
func (h *held) Attempt() int        { return h.attempt }
func (h *held) Wait() time.Duration { return h.m.wait }

func (h *held) Working(ctx context.Context) error { return h.put(ctx, h.m.wait, true) }

func (h *held) Later(ctx context.Context, delay time.Duration) error { return h.put(ctx, delay, false) }

// put says when the job is free again, unless another worker has it by now.
func (h *held) put(ctx context.Context, after time.Duration, taken bool) error {
	h.m.mu.Lock()
	defer h.m.mu.Unlock()
	if h.job.attempts == h.attempt {
		h.job.free, h.job.taken = time.Now().Add(after), taken
		h.m.wake()
	}
	return context.Cause(ctx)
}

// Done takes the job off, also if another worker has it by now, as servers do that know a job by its place.
func (h *held) Done(ctx context.Context) error {
	h.m.mu.Lock()
	defer h.m.mu.Unlock()
	h.m.jobs[h.queue] = slices.DeleteFunc(h.m.jobs[h.queue], func(w *waiting) bool { return w == h.job })
	return context.Cause(ctx)
}

// Create implements [remote.Transport].
func (m *Memory) Create(ctx context.Context, s remote.Shelf, key string, value []byte) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, there := m.get(s, key); there || ctx.Err() != nil {
		return false, context.Cause(ctx)
	}
	m.keep(s, key, value)
	return true, nil
}

// Put implements [remote.Transport].
func (m *Memory) Put(ctx context.Context, s remote.Shelf, key string, value []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.keep(s, key, value)
	return context.Cause(ctx)
}

func (m *Memory) keep(s remote.Shelf, key string, value []byte) {
	k := kept{value: value}
	if s == remote.Workers {
		k.until = time.Now().Add(remote.Present)
	}
	m.values[s][key] = k
}

func (m *Memory) get(s remote.Shelf, key string) ([]byte, bool) {
	k, ok := m.values[s][key]
	return k.value, ok && (k.until.IsZero() || time.Now().Before(k.until))
}

// Get implements [remote.Transport].
func (m *Memory) Get(ctx context.Context, s remote.Shelf, key string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	value, ok := m.get(s, key)
	if !ok && ctx.Err() == nil {
		return nil, remote.ErrNone
	}
	return value, context.Cause(ctx)
}

// Keys implements [remote.Transport].
func (m *Memory) Keys(ctx context.Context, s remote.Shelf, name string) ([]string, error) {
	all, err := m.All(ctx, s, name)
	return slices.Sorted(maps.Keys(all)), err
}

// Count implements [remote.Transport].
func (m *Memory) Count(ctx context.Context, s remote.Shelf, name string) (int, error) {
	all, err := m.All(ctx, s, name)
	return len(all), err
}

// All implements [remote.Transport].
func (m *Memory) All(ctx context.Context, s remote.Shelf, name string) (map[string][]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := map[string][]byte{}
	for key := range m.values[s] {
		rest, of := strings.CutPrefix(key, name+".")
		if name == "" {
			rest, of = key, true
		}
		if value, there := m.get(s, key); of && there {
			all[rest] = value
		}
	}
	return all, context.Cause(ctx)
}

// Announce implements [remote.Transport].
func (m *Memory) Announce(ctx context.Context, queue, key string) error {
	m.mu.Lock()
	var all []func(string)
	for hear := range m.listeners[queue] {
		all = append(all, *hear)
	}
	m.mu.Unlock()
	for _, hear := range all {
		hear(key)
	}
	return context.Cause(ctx)
}

// Listen implements [remote.Transport].
func (m *Memory) Listen(ctx context.Context, queue string, hear func(key string)) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.listeners[queue] == nil {
		m.listeners[queue] = map[*func(string)]bool{}
	}
	m.listeners[queue][&hear] = true
	context.AfterFunc(ctx, func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		delete(m.listeners[queue], &hear)
	})
	return context.Cause(ctx)
}

// Load implements [remote.Transport].
func (m *Memory) Load(ctx context.Context, queue string) (l remote.Load, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, w := range m.jobs[queue] {
		if w.busy() {
			l.Working++
		} else {
			l.Waiting++
		}
	}
	return l, context.Cause(ctx)
}

// busy says whether a worker has the job.
func (w *waiting) busy() bool { return w.taken && time.Now().Before(w.free) }

// Purge implements [remote.Transport].
func (m *Memory) Purge(ctx context.Context, queue string) (n int, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n = len(m.jobs[queue])
	delete(m.jobs, queue)
	return n, context.Cause(ctx)
}

// Forget implements [remote.Transport].
func (m *Memory) Forget(ctx context.Context, s remote.Shelf, key string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.values[s], key)
	return context.Cause(ctx)
}
