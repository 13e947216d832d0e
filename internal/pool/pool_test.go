package pool_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/nassearch/nassearch/internal/pool"
)

func square(_ context.Context, n int) (int, error) { return n * n, nil }

func TestEachHandsOverEveryResult(t *testing.T) {
	for _, workers := range []int{-1, 0, 1, 3, 100} {
		var got, want []int
		var pieces []int
		for i := range 50 {
			pieces, want = append(pieces, i), append(want, i*i)
		}
		err := pool.Each(t.Context(), pieces, workers, square, func(r int) error { got = append(got, r); return nil })
		if slices.Sort(got); err != nil || !slices.Equal(got, want) {
			t.Errorf("%d workers: %v, %v", workers, got, err)
		}
	}
	if err := pool.Each(t.Context(), nil, 2, square, func(int) error { return io.EOF }); err != nil {
		t.Errorf("no pieces: %v", err)
	}
}

// Whoever fails ends the work: what has not begun does not begin.
func TestEachEndsWithTheFirstError(t *testing.T) {
	for name, c := range map[string]struct {
		do   error
		take error
	}{"work": {do: io.EOF}, "hand over": {take: io.EOF}} {
		var done atomic.Int32
		err := pool.Each(t.Context(), make([]int, 1000), 2, func(context.Context, int) (int, error) {
			done.Add(1)
			return 0, c.do
		}, func(int) error { return c.take })
		if !errors.Is(err, io.EOF) || done.Load() > 10 {
			t.Errorf("%s: error %v after %d pieces", name, err, done.Load())
		}
	}
}

func TestEachEndsWithItsContext(t *testing.T) {
	stop := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	taken := 0
	err := pool.Each(ctx, make([]int, 100), 1, square, func(int) error {
		taken++
		cancel(stop)
		return nil
	})
	if !errors.Is(err, stop) || taken != 1 {
		t.Errorf("error %v after %d pieces", err, taken)
	}
	if err := pool.Each(ctx, []int{}, 1, square, nil); !errors.Is(err, stop) {
		t.Errorf("nothing to do under a context that has ended: %v", err)
	}
}

func TestRunWaitsForAll(t *testing.T) {
	for _, n := range []int{0, 1, 7} {
		done := make([]bool, n)
		err := pool.Run(t.Context(), n, func(_ context.Context, i int) error {
			done[i] = true
			return nil
		})
		if err != nil || slices.Contains(done, false) {
			t.Errorf("%d: done %v, error %v", n, done, err)
		}
	}
}

// untilEnded is work that nothing but the end of its context ends.
func untilEnded(ctx context.Context) error {
	<-ctx.Done()
	return context.Cause(ctx)
}

func TestRunEndsWithTheFirstError(t *testing.T) {
	err := pool.Run(t.Context(), 3, func(ctx context.Context, i int) error {
		if i == 1 {
			return io.EOF
		}
		return untilEnded(ctx)
	})
	if !errors.Is(err, io.EOF) {
		t.Errorf("error %v", err)
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	stop := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(stop)
	if err := pool.Run(ctx, 2, func(context.Context, int) error { return nil }); !errors.Is(err, stop) {
		t.Errorf("error %v", err)
	}
}

// A panic is the caller's, and ends the others.
func TestRunPanicsInItsCaller(t *testing.T) {
	defer func() {
		if p := recover(); p != "broken" {
			t.Errorf("panic %v", p)
		}
	}()
	err := pool.Run(t.Context(), 3, func(ctx context.Context, i int) error {
		if i == 2 {
			panic("broken")
		}
		return untilEnded(ctx)
	})
	t.Errorf("no panic, error %v", err)
}
