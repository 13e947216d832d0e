package live

import (
	"sync"
	"time"
)

// Meter divides the process's core time among the trials under way, evenly at every moment: over all trials the sum is
// right, whatever the machine was busy with.
type Meter struct {
	mu     sync.Mutex
	active int
	last   time.Duration // core time of the process at the last change
	each   time.Duration // that a trial would have had which had always been under way
}

// Start begins a trial and returns what ends it.
func (m *Meter) Start() (stop func() time.Duration) {
	begin := m.change(1)
	return func() time.Duration { return m.change(-1) - begin }
}

func (m *Meter) change(n int) time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	now, _ := usage()
	if m.active > 0 {
		m.each += (now - m.last) / time.Duration(m.active)
	}
	m.last = now
	m.active += n
	return m.each
}
