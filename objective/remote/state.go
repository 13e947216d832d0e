package remote

import (
	"context"
	"encoding/json"
	"os"
	"sync"
	"time"
)

// Presence is what a worker tells of itself.
type Presence struct {
	Name  string    `json:"name"`
	Host  string    `json:"host"`
	Queue string    `json:"queue"`
	Since time.Time `json:"since"`
	Seen  time.Time `json:"seen,omitzero"` // when it said this, by its own clock
	Slots int       `json:"slots"`
	Busy  int       `json:"busy"`     // of them
	Done  int       `json:"done"`     // jobs
	Back  int       `json:"back"`     // jobs that it handed back
	Lost  int       `json:"given_up"` // jobs that it found given to too many
}

// state is the presence of a worker under way.
type state struct {
	mu  sync.Mutex
	now Presence
}

func (s *state) begin(name, queue string, slots int) {
	host, _ := os.Hostname() // without one it has no name
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = Presence{Name: name, Host: host, Queue: queue, Since: time.Now(), Slots: slots}
}

func (s *state) count(e Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch e.What {
	case Done:
		s.now.Done++
	case Back:
		s.now.Back++
	case GivenUp:
		s.now.Lost++
	}
}

// busy counts one slot more, or less.
func (s *state) busy(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now.Busy += n
}

// Presence returns what the worker has done so far.
func (w *Worker) Presence() Presence {
	w.state.mu.Lock()
	defer w.state.mu.Unlock()
	return w.state.now
}

// show says from time to time that the worker is there. What is not heard is said again.
func (w *Worker) show(ctx context.Context) error {
	t := time.NewTicker(pulse)
	defer t.Stop()
	key := on(w.Queue, keyOf(w.Name))
	for {
		now := w.Presence()
		now.Seen = time.Now()
		text, err := json.Marshal(now)
		if err != nil {
			return err
		}
		_ = w.Transport.Put(ctx, Workers, key, text)
		select {
		case <-t.C:
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
			defer cancel()
			_ = w.Transport.Forget(last, Workers, key)
			return context.Cause(ctx)
		}
	}
}
