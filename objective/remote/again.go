package remote

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"time"
)

// The first and the longest time between two tries.
const (
	firstPause   = 50 * time.Millisecond
	longestPause = 2 * time.Second
)

// again calls f until the queue answers, or ctx ends. Missed is told each time that it does not.
func again[T any](ctx context.Context, missed func(error), f func(context.Context) (T, error)) (T, error) {
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		v, err := f(ctx)
		if _, ok := errors.AsType[*UnreachableError](err); !ok {
			return v, err
		}
		if ctx.Err() != nil {
			return v, context.Cause(ctx)
		}
		missed(err)
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return v, context.Cause(ctx)
		}
	}
}

// marshal is JSON that leaves inner JSON as it is, but for spaces between its parts.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSpace(b.Bytes()), err
}
