package external

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Slots are places where trials run, one at a time in each, whichever evaluator they are of.
type Slots struct {
	names []string
	free  chan int // of those that have names

	mutex sync.Mutex
	taken []bool // of those that have none
}

// NewSlots returns slots with names, such as "cuda:0"; without names as many as are asked for at the same time. A name
// may stand several times: so many trials run there.
func NewSlots(names ...string) *Slots {
	s := &Slots{names: names, free: make(chan int, len(names))}
	for i := range names {
		s.free <- i
	}
	return s
}

// ParseSlots reads names with commas between them.
func ParseSlots(list string) ([]string, error) {
	if list == "" {
		return nil, nil
	}
	var names []string
	for name := range strings.SplitSeq(list, ",") {
		name = strings.TrimSpace(name)
		if name == "" || name == device || strings.ContainsAny(name, "\x00\n") {
			return nil, fmt.Errorf("%q: want names with commas between them, such as cuda:0,cuda:1", list)
		}
		names = append(names, name)
	}
	return names, nil
}

// slot is one that a trial has.
type slot struct {
	number int // from 0
	name   string
}

// take waits for a slot.
func (s *Slots) take(ctx context.Context) (slot, error) {
	if ctx.Err() != nil {
		return slot{}, context.Cause(ctx)
	}
	if len(s.names) > 0 {
		select {
		case i := <-s.free:
			return slot{i, s.names[i]}, nil
		case <-ctx.Done():
			return slot{}, context.Cause(ctx)
		}
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	i := slices.Index(s.taken, false)
	if i < 0 {
		i = len(s.taken)
		s.taken = append(s.taken, false)
	}
	s.taken[i] = true
	return slot{number: i}, nil
}

// give gives a slot back.
func (s *Slots) give(of slot) {
	if len(s.names) > 0 {
		s.free <- of.number
		return
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.taken[of.number] = false
}

// device is how the name of a slot begins that is a graphics card, or several with a + between their numbers.
const device = "cuda:"

// env is what a program in the slot sees of it.
func (of slot) env() []string {
	if of.name == "" {
		return nil
	}
	all := []string{"NASSEARCH_SLOT=" + of.name}
	if cards, ok := strings.CutPrefix(of.name, device); ok {
		all = append(all, "CUDA_VISIBLE_DEVICES="+strings.ReplaceAll(cards, "+", ","))
	}
	return all
}
