package jetstream

import (
	"context"
	"errors"
	"time"

	"github.com/nassearch/nassearch/objective/remote"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// File implements [remote.Transport].
func (t *Transport) File(ctx context.Context, queue, key string, job []byte) error {
	_, err := t.js.Publish(ctx, t.subject("jobs", queue)+"."+key, job, jetstream.WithMsgID(queue+"."+key))
	if queued(err) {
		return nil
	}
	return t.wrap(ctx, err)
}

// Take implements [remote.Transport].
func (t *Transport) Take(ctx context.Context, queue string) (remote.Delivery, error) {
	for silent := 0; ; {
		c, err := t.consumer(ctx, queue)
		if err != nil {
			return nil, err
		}
		m, err := t.next(ctx, c)
		switch {
		case err == nil:
			return t.delivery(c, m)
		case ctx.Err() != nil:
			return nil, context.Cause(ctx)
		case errors.Is(err, nats.ErrTimeout) || errors.Is(err, context.DeadlineExceeded):
			if silent, err = t.stalled(ctx, queue, c, silent); err != nil {
				return nil, err
			}
		default:
			t.drop(queue, c) // it may have been taken away, or the server have been another
			if gone(err) {
				continue
			}
			return nil, t.wrap(ctx, err)
		}
	}
}

// next waits for a message.
func (t *Transport) next(ctx context.Context, c jetstream.Consumer) (jetstream.Msg, error) {
	ctx, cancel := context.WithTimeout(ctx, t.options.Poll)
	defer cancel()
	return c.Next(jetstream.FetchContext(ctx))
}

// gone says whether a consumer is not there any more, or does not hear.
func gone(err error) bool {
	return errors.Is(err, jetstream.ErrConsumerDeleted) || errors.Is(err, jetstream.ErrConsumerNotFound) ||
		errors.Is(err, jetstream.ErrConsumerDoesNotExist) || errors.Is(err, nats.ErrNoResponders)
}

// How many silent times in a row, with messages waiting, a consumer is given before it is set up again, and before
// it is made anew, which gives jobs to others that workers have.
const (
	repair  = 2
	replace = 4
)

// stalled looks after a consumer that has delivered nothing for a while. If messages wait it is set up again, and if
// that does not help it is made anew. It returns how often in a row that was so.
func (t *Transport) stalled(ctx context.Context, queue string, c jetstream.Consumer, silent int) (int, error) {
	info, err := c.Info(ctx)
	if err != nil {
		t.drop(queue, c)
		if gone(err) {
			return 0, nil
		}
		return silent, t.wrap(ctx, err)
	}
	if info.NumPending == 0 || info.Paused {
		return 0, nil
	}
	silent++
	if silent >= repair {
		t.drop(queue, c)
	}
	if silent >= replace {
		silent = 0
		err = t.jobs.DeleteConsumer(ctx, queue)
		if errors.Is(err, jetstream.ErrConsumerNotFound) { // somebody else has
			err = nil
		}
	}
	return silent, t.wrap(ctx, err)
}

// delivery is a job that came as a message.
type delivery struct {
	jetstream.Msg
	attempt int
	wait    time.Duration
	t       *Transport
}

func (t *Transport) delivery(c jetstream.Consumer, m jetstream.Msg) (remote.Delivery, error) {
	about, err := m.Metadata()
	if err != nil {
		return nil, err
	}
	return &delivery{m, int(about.NumDelivered), c.CachedInfo().Config.AckWait, t}, nil
}

func (d *delivery) Job() []byte         { return d.Data() }
func (d *delivery) Attempt() int        { return d.attempt }
func (d *delivery) Wait() time.Duration { return d.wait }

func (d *delivery) Working(ctx context.Context) error { return d.t.wrap(ctx, d.InProgress()) }

func (d *delivery) Later(ctx context.Context, delay time.Duration) error {
	return d.t.wrap(ctx, d.NakWithDelay(delay))
}

func (d *delivery) Done(ctx context.Context) error { return d.t.wrap(ctx, d.Ack()) }

// Load implements [remote.Transport].
func (t *Transport) Load(ctx context.Context, queue string) (l remote.Load, err error) {
	info, err := t.jobs.Info(ctx, jetstream.WithSubjectFilter(t.subject("jobs", queue)+".*"))
	if err != nil {
		return l, t.wrap(ctx, err)
	}
	l.Waiting = len(info.State.Subjects)
	c, err := t.jobs.Consumer(ctx, queue)
	if errors.Is(err, jetstream.ErrConsumerNotFound) {
		return l, nil // no worker has ever come
	}
	if err != nil {
		return l, t.wrap(ctx, err)
	}
	l.Working = min(c.CachedInfo().NumAckPending, l.Waiting)
	l.Waiting -= l.Working
	return l, nil
}

// Purge implements [remote.Transport].
func (t *Transport) Purge(ctx context.Context, queue string) (int, error) {
	l, err := t.Load(ctx, queue)
	if err != nil {
		return 0, err
	}
	err = t.jobs.Purge(ctx, jetstream.WithPurgeSubject(t.subject("jobs", queue)+".*"))
	return l.Waiting + l.Working, t.wrap(ctx, err)
}
