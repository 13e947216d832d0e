package jetstream

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/nassearch/nassearch/objective/remote"
	"github.com/nats-io/nats.go/jetstream"
)

// twice is how long a job that was filed is known by its number: while it is there, it is by its subject.
const twice = 2 * time.Second

// prepare makes the streams that are not there, and sees that those that are there are ours.
func (t *Transport) prepare(ctx context.Context) (err error) {
	// A job has a subject of its own, which has room for one message: filed again while it is there, it is refused.
	t.jobs, err = t.stream(ctx, jetstream.StreamConfig{
		Name: t.name("jobs"), Subjects: []string{t.subject("jobs", "*.*")}, Storage: jetstream.FileStorage,
		Retention: jetstream.WorkQueuePolicy, MaxMsgsPerSubject: 1, Discard: jetstream.DiscardNew,
		DiscardNewPerSubject: true, Duplicates: twice, Replicas: t.options.Replicas,
	})
	if err != nil {
		return err
	}
	for _, s := range remote.Shelves() {
		bucket := t.name(string(s))
		config := jetstream.StreamConfig{
			Name: "KV_" + bucket, Subjects: []string{"$KV." + bucket + ".>"}, Storage: jetstream.FileStorage,
			MaxMsgsPerSubject: 1, Discard: jetstream.DiscardNew, AllowRollup: true, DenyDelete: true,
			Replicas: t.options.Replicas,
			// Replicas that are asked directly may answer with what was true a while ago.
			AllowDirect: t.options.Replicas == 1,
		}
		if s == remote.Workers {
			config.Storage, config.MaxAge = jetstream.MemoryStorage, remote.Present
		}
		if _, err := t.stream(ctx, config); err != nil {
			return err
		}
		if t.shelves[s], err = t.js.KeyValue(ctx, bucket); err != nil {
			return t.wrap(ctx, err)
		}
	}
	return nil
}

// ForeignError says that a stream has the name of one of the queue's, and is none.
type ForeignError struct{ Stream string }

func (e *ForeignError) Error() string {
	return fmt.Sprintf("the server has a stream %s which is another program's: choose another prefix for this queue's "+
		"names, or take that stream away", e.Stream)
}

// stream opens a stream, or makes it for who does not only look.
func (t *Transport) stream(ctx context.Context, c jetstream.StreamConfig) (jetstream.Stream, error) {
	s, err := t.js.Stream(ctx, c.Name)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		if t.options.Look {
			return nil, &AbsentError{address(t.options.URL)}
		}
		s, err = t.js.CreateStream(ctx, c)
		if errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) { // made in between
			s, err = t.js.Stream(ctx, c.Name)
		}
	}
	if err != nil {
		return nil, t.wrap(ctx, err)
	}
	is := s.CachedInfo().Config
	if !slices.Equal(is.Subjects, c.Subjects) || is.Retention != c.Retention ||
		is.MaxMsgsPerSubject != c.MaxMsgsPerSubject || is.DiscardNewPerSubject != c.DiscardNewPerSubject {
		return nil, &ForeignError{c.Name}
	}
	return s, nil
}

// consumer returns that of a queue, which all of its workers share.
func (t *Transport) consumer(ctx context.Context, queue string) (jetstream.Consumer, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if c, ok := t.consumers[queue]; ok {
		return c, nil
	}
	c, err := t.jobs.Consumer(ctx, queue)
	switch {
	case errors.Is(err, jetstream.ErrConsumerNotFound):
		c, err = t.jobs.CreateOrUpdateConsumer(ctx, t.consumerConfig(queue, t.options.Wait))
	case err == nil && !t.serves(c, queue):
		c, err = t.jobs.CreateOrUpdateConsumer(ctx, t.consumerConfig(queue, c.CachedInfo().Config.AckWait))
	}
	if err != nil {
		return nil, t.wrap(ctx, err)
	}
	t.consumers[queue] = c
	return c, nil
}

// serves says whether a consumer is set up as it should be.
func (t *Transport) serves(c jetstream.Consumer, queue string) bool {
	is := c.CachedInfo().Config
	want := t.consumerConfig(queue, is.AckWait)
	return is.FilterSubject == want.FilterSubject && is.MaxDeliver == want.MaxDeliver &&
		is.MaxAckPending == want.MaxAckPending && is.MaxWaiting == want.MaxWaiting && len(is.BackOff) == 0
}

// Limits of a consumer: more than there are workers.
const (
	mostPulls = 1 << 14
	mostHeld  = 1 << 20
)

// consumerConfig is that of a queue's consumer. A message may be delivered any number of times, as the server would
// keep one that was delivered too often and tell nobody who is not there: workers give it up, see [remote.Worker].
func (t *Transport) consumerConfig(queue string, wait time.Duration) jetstream.ConsumerConfig {
	return jetstream.ConsumerConfig{
		Durable: queue, FilterSubject: t.subject("jobs", queue) + ".*", AckPolicy: jetstream.AckExplicitPolicy,
		AckWait: wait, MaxDeliver: -1, MaxAckPending: mostHeld, MaxWaiting: mostPulls,
	}
}

// drop forgets the consumer of a queue, if it is still this one: it is looked for again.
func (t *Transport) drop(queue string, c jetstream.Consumer) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.consumers[queue] == c {
		delete(t.consumers, queue)
	}
}
