package remote

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
)

// Status is how it stands with a queue.
type Status struct {
	Load
	Workers []Presence // that are there
	Answers int        // that are kept, about
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
		if s.Answers, err = c.Transport.Count(ctx, Answers, queue); err != nil {
			return s, err
		}
		s.Workers, err = c.workers(ctx, queue)
		return s, err
	})
}

// workers lists those of a queue, by name.
func (c *Client) workers(ctx context.Context, queue string) (all []Presence, err error) {
	texts, err := c.Transport.All(ctx, Workers, queue)
	if err != nil {
		return nil, err
	}
	for _, text := range texts {
		var p Presence
		if err := json.Unmarshal(text, &p); err == nil { // of another version it may be none
			all = append(all, p)
		}
	}
	slices.SortFunc(all, func(a, b Presence) int { return strings.Compare(a.Name, b.Name) })
	return all, nil
}
