package remote_test

import (
	"context"
	"sync"
	"testing"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/remote"
	"github.com/nassearch/nassearch/objective/remote/remotetest"
)

// counter counts how often what is asked is measured.
type counter struct {
	mu    sync.Mutex
	asked map[objective.Request]int
}

func (c *counter) count(q objective.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.asked == nil {
		c.asked = map[objective.Request]int{}
	}
	c.asked[q]++
}

func (c *counter) of(q objective.Request) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.asked[q]
}

// serve runs a worker until the test ends.
func serve(t *testing.T, w *remote.Worker, s *remotetest.Synthetic) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- remote.Serve(ctx, w, s.Offer(), s.Measure) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// ask returns the evaluator of a question.
func ask(t *testing.T, c *remote.Client, o remote.Offer, metrics ...string) *remote.Evaluator {
	t.Helper()
	terms, err := c.Terms(t.Context(), o, remote.Question{Objective: metrics})
	if err != nil {
		t.Fatal(err)
	}
	e, err := c.Evaluator(o, terms)
	if err != nil {
		t.Fatal(err)
	}
	return e
}
