package queue

import (
	"context"
	"fmt"

	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective/remote"
)

// Source is how it stands with the workers of a kind.
type Source struct {
	Source   string            `json:"source"`
	Backend  string            `json:"backend"`
	Measures string            `json:"measures"`
	Waiting  int               `json:"waiting"` // jobs
	Working  int               `json:"working"`
	Answers  int               `json:"answers"`
	Slots    int               `json:"slots"` // of the workers that are there
	Busy     int               `json:"busy"`
	Done     int               `json:"done"` // by them
	Back     int               `json:"handed_back"`
	Lost     int               `json:"given_up"`
	Workers  []remote.Presence `json:"workers"`

	Gone  []remote.Presence `json:"-"` // workers that were there when a lookout looked before
	Offer remote.Offer      `json:"-"`
}

// Sources asks how it stands with what is offered.
func Sources(ctx context.Context, c *remote.Client, offers []remote.Offer) (all []Source, err error) {
	for _, o := range offers {
		s, err := c.Status(ctx, o.Queue())
		if err != nil {
			return nil, err
		}
		now := Source{
			Source: o.Queue(), Backend: o.Backend, Measures: o.Name, Waiting: s.Waiting, Working: s.Working, Answers: s.Answers,
			Workers: append([]remote.Presence{}, s.Workers...), Offer: o,
		}
		now.Slots, now.Busy = s.Slots()
		for _, w := range s.Workers {
			now.Done, now.Back, now.Lost = now.Done+w.Done, now.Back+w.Back, now.Lost+w.Lost
		}
		all = append(all, now)
	}
	return all, nil
}

// Words tell what is measured, and by whom.
func (s Source) Words() string { return s.Backend + " · " + s.Measures }

// Jobs tell in words how many there are.
func (s Source) Jobs() string {
	return fmt.Sprintf("%s waiting, %s being done, %s", numeral.Count(s.Waiting, "job"), numeral.Thousands(s.Working),
		numeral.Count(s.Answers, "answer"))
}
