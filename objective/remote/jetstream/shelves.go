package jetstream

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/objective/remote"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Create implements [remote.Transport].
func (t *Transport) Create(ctx context.Context, s remote.Shelf, key string, value []byte) (bool, error) {
	_, err := t.shelves[s].Create(ctx, key, value)
	if errors.Is(err, jetstream.ErrKeyExists) {
		return false, nil
	}
	return err == nil, t.wrap(ctx, err)
}

// Put implements [remote.Transport].
func (t *Transport) Put(ctx context.Context, s remote.Shelf, key string, value []byte) error {
	_, err := t.shelves[s].Put(ctx, key, value)
	return t.wrap(ctx, err)
}

// Get implements [remote.Transport].
func (t *Transport) Get(ctx context.Context, s remote.Shelf, key string) ([]byte, error) {
	e, err := t.shelves[s].Get(ctx, key)
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return nil, remote.ErrNone
	}
	if err != nil {
		return nil, t.wrap(ctx, err)
	}
	return e.Value(), nil
}

// Keys implements [remote.Transport].
func (t *Transport) Keys(ctx context.Context, s remote.Shelf, name string) (keys []string, err error) {
	filter, before := under(name)
	all, err := t.shelves[s].ListKeysFiltered(ctx, filter)
	if err != nil {
		return nil, t.wrap(ctx, err)
	}
	for key := range all.Keys() {
		keys = append(keys, strings.TrimPrefix(key, before))
	}
	slices.Sort(keys)
	return keys, t.wrap(ctx, ctx.Err())
}

// under is the filter of the keys that begin with a name, and how they begin.
func under(name string) (filter, before string) {
	if name == "" {
		return ">", ""
	}
	return name + ".*", name + "."
}

// Forget implements [remote.Transport].
func (t *Transport) Forget(ctx context.Context, s remote.Shelf, key string) error {
	return t.wrap(ctx, t.shelves[s].Delete(ctx, key))
}

// Announce implements [remote.Transport].
func (t *Transport) Announce(ctx context.Context, queue, key string) error {
	return t.wrap(ctx, t.conn.Publish(t.subject("done", queue), []byte(key)))
}

// Listen implements [remote.Transport].
func (t *Transport) Listen(ctx context.Context, queue string, hear func(key string)) error {
	s, err := t.conn.Subscribe(t.subject("done", queue), func(m *nats.Msg) { hear(string(m.Data)) })
	if err != nil {
		return t.wrap(ctx, err)
	}
	context.AfterFunc(ctx, func() { _ = s.Unsubscribe() }) // of a connection that may be closed
	return nil
}
