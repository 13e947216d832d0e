package watch

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"sync"
	"time"

	"github.com/nassearch/nassearch/cmd/internal/kept"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/search/report/page"
)

// hub knows what the page shows, and tells those who watch that it has changed.
type hub struct {
	followers []*kept.Follower
	all       []page.Watched
	bodies    [][]page.Part // of each
	same      string        // by which a page knows that it is of this command
	program   string

	mu      sync.Mutex
	shown   []page.Watched
	parts   []page.Part
	changed chan struct{} // closed when there is something new
}

// newHub returns a hub of paths, which it has looked at once.
func newHub(ctx context.Context, paths []string, version string) (*hub, error) {
	h := &hub{program: version, changed: make(chan struct{})}
	sum := fnv.New64a()
	for _, path := range append(slices.Clone(paths), version) {
		fmt.Fprintf(sum, "%q", path)
	}
	h.same = fmt.Sprintf("%016x", sum.Sum64())
	for _, path := range paths {
		h.followers = append(h.followers, kept.Follow(path))
	}
	h.all, h.bodies = make([]page.Watched, len(paths)), make([][]page.Part, len(paths))
	return h, h.update(ctx, time.Now())
}

// idleShare is how much longer than a look takes the hub waits for the next one.
const idleShare = 5

// look looks at the files again and again, until ctx ends. At large ones, which take long to be shown, it does so less
// often. What cannot be shown leaves what was shown before.
func (h *hub) look(ctx context.Context, every time.Duration, fail func(error)) {
	wait := every
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		began := time.Now()
		if err := h.update(ctx, began); err != nil && ctx.Err() == nil {
			fail(err)
		}
		wait = max(every, idleShare*time.Since(began))
	}
}

// update looks at all files, and makes anew what has changed.
func (h *hub) update(ctx context.Context, now time.Time) error {
	for i, f := range h.followers {
		k, changed := f.Next(now)
		w := told(k)
		if !changed && h.bodies[i] != nil {
			w.Summary = h.all[i].Summary
			h.all[i] = w
			continue
		}
		var err error
		if w.Summary, err = summary(ctx, k); err != nil {
			return err
		}
		h.all[i] = w
		if h.bodies[i], err = page.Body(w, i); err != nil {
			return err
		}
	}
	parts, err := page.Overview(h.all)
	if err != nil {
		return err
	}
	for i, w := range h.all {
		head, err := page.Head(w, i)
		if err != nil {
			return err
		}
		parts = append(append(parts, head), h.bodies[i]...)
	}
	h.show(parts)
	return nil
}

// show has those who watch see parts, if any is new.
func (h *hub) show(parts []page.Part) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if slices.Equal(parts, h.parts) {
		return
	}
	h.parts, h.shown = parts, slices.Clone(h.all)
	close(h.changed)
	h.changed = make(chan struct{})
}

// now returns what is shown, and a channel that is closed when that is old.
func (h *hub) now() (shown []page.Watched, parts []page.Part, changed <-chan struct{}) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.shown, h.parts, h.changed
}

// told tells in words what was found.
func told(k kept.Kept) page.Watched {
	w := page.Watched{
		Path: k.Path, Kind: string(k.Kind), State: string(k.State), Said: k.Progress(), Best: k.Best().String(),
		Failed: k.Failed, Share: -1, Compare: k.Compare,
	}
	if share, ok := k.Share(); ok {
		w.Share = share
	}
	if k.Left > 0 {
		w.Left = "about " + numeral.Duration(k.Left)
	}
	if k.Err != nil {
		w.Problem = k.Err.Error()
	}
	return w
}

// mostMeasured are the trials of a study up to which its hypervolume is told: after each it has to be found anew.
const mostMeasured = 1000

// summary sums up a study, or a census that is told as one; nil if there is no header yet.
func summary(ctx context.Context, k kept.Kept) (*report.Summary, error) {
	d := k.Result.Study
	if len(d.Objective) == 0 {
		return nil, nil
	}
	if len(d.Objective) > 1 && len(k.Result.Trials) > mostMeasured {
		var cancel context.CancelFunc
		ctx, cancel = context.WithCancel(ctx)
		cancel() // which leaves hypervolumes out
	}
	s, err := report.New(ctx, k.Result, report.Context{Budget: k.Total, Space: k.Space, Settings: d.Settings})
	return &s, err
}
