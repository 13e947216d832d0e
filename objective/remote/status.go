package remote

import (
	"context"
	"encoding/json"
	"errors"
)

// Status is how it stands with a queue.
type Status struct {
	Load
	Workers []Presence // that are there
	Answers int        // that are kept
}

// Slots counts what the workers can do side by side, and how much of it they do.
func (s Status) Slots() (all, busy int) {
	for _, w := range s.Workers {
		all, busy = all+w.Slots, busy+w.Busy
	}
	return all, busy
}

// Status tells how it stands with a queue.
func (c *Client) Status(ctx context.Context, queue string) (s Status, err error) {
	return again(ctx, c.missed, func(ctx context.Context) (s Status, err error) {
		if s.Load, err = c.Transport.Load(ctx, queue); err != nil {
			return s, err
		}
		answers, err := c.Transport.Keys(ctx, Answers, queue)
		if err != nil {
			return s, err
		}
		s.Answers = len(answers)
		s.Workers, err = c.workers(ctx, queue)
		return s, err
	})
}

// workers lists those of a queue, by name.
func (c *Client) workers(ctx context.Context, queue string) (all []Presence, err error) {
	names, err := c.Transport.Keys(ctx, Workers, queue)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		text, err := c.Transport.Get(ctx, Workers, on(queue, name))
		if errors.Is(err, ErrNone) {
			continue // it went away in between
		}
		if err != nil {
			return nil, err
		}
		var p Presence
		if err := json.Unmarshal(text, &p); err == nil { // of another version it may be none
			all = append(all, p)
		}
	}
	return all, nil
}
