package jetstream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/nassearch/nassearch/internal/pool"
	"github.com/nassearch/nassearch/objective/remote"
	"github.com/nats-io/nats.go/jetstream"
)

// AbsentError says that a server has no queue, of one who only looks and therefore makes none.
type AbsentError struct{ At string }

func (e *AbsentError) Error() string {
	return fmt.Sprintf("queue %s: there is none yet: the first worker or search makes it", e.At)
}

// subjects are some of those of a stream that have messages.
type subjects struct {
	Total int // of all
	State struct {
		Subjects map[string]uint64 // how many messages each has
	}
	Error *jetstream.APIError
}

// subjects asks for those of a shelf under a filter, in their order, from a place on. Whoever asks changes nothing, as
// who lists keys by a consumer does.
func (t *Transport) subjects(ctx context.Context, s remote.Shelf, filter string, from int) (found subjects, err error) {
	bucket := t.name(string(s))
	ask, err := json.Marshal(map[string]any{"subjects_filter": "$KV." + bucket + "." + filter, "offset": from})
	if err != nil {
		return found, err
	}
	waiting, cancel := context.WithTimeout(ctx, request)
	defer cancel()
	m, err := t.conn.RequestWithContext(waiting, "$JS.API.STREAM.INFO.KV_"+bucket, ask)
	if err == nil {
		err = json.Unmarshal(m.Data, &found)
	}
	if err == nil && found.Error != nil {
		err = found.Error
	}
	return found, t.wrap(ctx, err)
}

// Count implements [remote.Transport]. Keys that were forgotten and are still known of are among them.
func (t *Transport) Count(ctx context.Context, s remote.Shelf, name string) (int, error) {
	filter, _ := under(name)
	found, err := t.subjects(ctx, s, filter, math.MaxInt32) // behind the last, so that none is named
	return found.Total, err
}

// readers are how many values are asked for side by side.
const readers = 32

// All implements [remote.Transport].
func (t *Transport) All(ctx context.Context, s remote.Shelf, name string) (map[string][]byte, error) {
	filter, before := under(name)
	var keys []string
	for {
		found, err := t.subjects(ctx, s, filter, len(keys))
		if err != nil {
			return nil, err
		}
		for subject := range found.State.Subjects {
			keys = append(keys, strings.TrimPrefix(subject, "$KV."+t.name(string(s))+"."))
		}
		if len(found.State.Subjects) == 0 || len(keys) >= found.Total {
			break
		}
	}
	type kept struct {
		key   string
		value []byte
		there bool
	}
	all := map[string][]byte{}
	err := pool.Each(ctx, keys, readers, func(ctx context.Context, key string) (kept, error) {
		value, err := t.Get(ctx, s, key)
		if errors.Is(err, remote.ErrNone) { // it was forgotten, or has gone in between
			return kept{}, nil
		}
		return kept{key, value, true}, err
	}, func(k kept) error {
		if k.there {
			all[strings.TrimPrefix(k.key, before)] = k.value
		}
		return nil
	})
	return all, err
}
