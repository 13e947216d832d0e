package remote

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Client files jobs and waits for their answers. It is safe for concurrent use.
type Client struct {
	Transport Transport
	// Fresh has everything done anew, also what has been answered before.
	Fresh bool
	// Sweep is how often what is waited for is looked after, because news may be lost, and jobs may; 0: [DefaultSweep].
	Sweep time.Duration
	// Missed is told each time that the queue does not answer, by several goroutines; nil: it is not.
	Missed func(error)

	mu      sync.Mutex
	salt    string
	waiting map[string]map[chan struct{}]bool // by queue and key
	heard   map[string]bool                   // queues that are listened to
	kept    sync.Map                          // documents that have been filed, by queue and key
}

// DefaultSweep is the usual one.
const DefaultSweep = 5 * time.Second

// Work is what jobs have in common.
type Work struct {
	Queue    string
	Kind     string
	Document json.RawMessage // that they are under
}

// Do files a job and waits for its value. Of a job that was given up it is a [*LostError]; other errors are of the
// queue, or what ends ctx.
func (c *Client) Do(ctx context.Context, w Work, ask json.RawMessage) (json.RawMessage, error) {
	job := Job{Kind: w.Kind, Under: keyOf(w.Document), Ask: ask, Salt: c.anew()}
	key := job.Key()
	text, err := marshal(job)
	if err != nil {
		return nil, err
	}
	news, forget := c.wait(w.Queue, key)
	defer forget()
	if err := c.listen(ctx, w.Queue); err != nil {
		return nil, err
	}
	for swept := false; ; swept = true {
		a, err := c.answer(ctx, w.Queue, key)
		switch {
		case err == nil && a.Lost != "":
			return nil, &LostError{a.Lost}
		case err == nil:
			return a.Value, nil
		case !errors.Is(err, ErrNone):
			return nil, err
		}
		if err := c.file(ctx, w, key, text, swept); err != nil {
			return nil, err
		}
		timer := time.NewTimer(cmp.Or(c.Sweep, DefaultSweep))
		select {
		case <-news:
		case <-timer.C:
		case <-ctx.Done():
		}
		timer.Stop()
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
	}
}

// anew is the salt of what is asked anew: another one for every client.
func (c *Client) anew() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.Fresh && c.salt == "" {
		c.salt = rand.Text()
	}
	return c.salt
}

// missed tells that the queue does not answer.
func (c *Client) missed(err error) {
	if c.Missed != nil {
		c.Missed(err)
	}
}

// answer returns what is kept of a job.
func (c *Client) answer(ctx context.Context, queue, key string) (a Answer, err error) {
	text, err := again(ctx, c.missed, func(ctx context.Context) ([]byte, error) {
		return c.Transport.Get(ctx, Answers, on(queue, key))
	})
	if err != nil {
		return a, err
	}
	if err := json.Unmarshal(text, &a); err != nil {
		return a, fmt.Errorf("queue %s: the answer to job %s is no JSON: %w", queue, key, err)
	}
	return a, nil
}

// file queues a job, if it is not there, behind its document, which is filed once, and when in doubt.
func (c *Client) file(ctx context.Context, w Work, key string, job []byte, doubt bool) error {
	document := on(w.Queue, keyOf(w.Document))
	_, err := again(ctx, c.missed, func(ctx context.Context) (struct{}, error) {
		if _, filed := c.kept.Load(document); doubt || !filed {
			if _, err := c.Transport.Create(ctx, Documents, document, w.Document); err != nil {
				return struct{}{}, err
			}
			c.kept.Store(document, true)
		}
		return struct{}{}, c.Transport.File(ctx, w.Queue, key, job)
	})
	return err
}

// wait returns what tells that there may be an answer, and what ends that.
func (c *Client) wait(queue, key string) (news chan struct{}, forget func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.waiting == nil {
		c.waiting, c.heard = map[string]map[chan struct{}]bool{}, map[string]bool{}
	}
	at := on(queue, key)
	if c.waiting[at] == nil {
		c.waiting[at] = map[chan struct{}]bool{}
	}
	news = make(chan struct{}, 1)
	c.waiting[at][news] = true
	return news, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if delete(c.waiting[at], news); len(c.waiting[at]) == 0 {
			delete(c.waiting, at)
		}
	}
}

// listen hears of answers of a queue, as long as the client is there.
func (c *Client) listen(ctx context.Context, queue string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.heard[queue] {
		return nil
	}
	_, err := again(ctx, c.missed, func(context.Context) (struct{}, error) {
		return struct{}{}, c.Transport.Listen(context.WithoutCancel(ctx), queue, func(key string) { c.hear(on(queue, key)) })
	})
	c.heard[queue] = err == nil
	return err
}

// hear wakes those who wait for an answer.
func (c *Client) hear(at string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for news := range c.waiting[at] {
		select {
		case news <- struct{}{}:
		default:
		}
	}
}
