package watch

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"sync"
	"time"

	"github.com/nassearch/nassearch/search/report/page"
)

// hub knows what the page shows, and tells those who watch that it has changed.
type hub struct {
	paths   []string // as they were named
	program string
	queues  *queues // of the workers who measure

	items    []*item   // of what is there, in the order of the page
	numbered int       // items so far, those that have gone among them
	search   time.Time // when it is looked again what is in folders
	together page.Part // of what was found when it was made

	mu      sync.Mutex
	shown   shown
	changed chan struct{} // closed when there is something new
}

// shown is what the page shows at a moment.
type shown struct {
	all   []page.Watched
	parts []page.Part
	same  string // by which a page knows that it is of this command, and of what is watched now
}

// newHub returns a hub of paths, which it has looked at once.
func newHub(ctx context.Context, paths []string, q *queues, version string) (*hub, error) {
	h := &hub{paths: paths, program: version, queues: q, changed: make(chan struct{})}
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
	h.find(ctx, now)
	changed := make([]bool, len(h.items))
	for i, one := range h.items {
		one.kept, changed[i] = one.follower.Next(now)
	}
	h.queues.look(ctx, h.items)
	whole := wholly(h.items)
	next := shown{same: h.same()}
	found := next.same != h.shown.same
	for i, one := range h.items {
		anew, err := one.show(ctx, changed[i], whole[one], h.queues.seen(one.kept))
		if err != nil {
			return err
		}
		found = found || anew
		next.all = append(next.all, one.shown)
	}
	list, err := page.Overview(next.all)
	if err != nil {
		return err
	}
	if found {
		if h.together, err = page.Together(ctx, next.all); err != nil {
			return err
		}
	}
	next.parts = append(next.parts, list, h.together)
	for _, one := range h.items {
		now, err := page.Now(one.shown)
		if err != nil {
			return err
		}
		next.parts = append(append(next.parts, now...), one.body...)
	}
	h.show(next)
	return nil
}

// same is another one for another command, and for other things that are watched.
func (h *hub) same() string {
	sum := fnv.New64a()
	fmt.Fprintf(sum, "%q", h.program)
	for _, one := range h.items {
		fmt.Fprintf(sum, "%d%q", one.at, one.path)
	}
	return fmt.Sprintf("%016x", sum.Sum64())
}

// show has those who watch see what is new.
func (h *hub) show(next shown) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if next.same == h.shown.same && slices.Equal(next.parts, h.shown.parts) {
		return
	}
	h.shown = next
	close(h.changed)
	h.changed = make(chan struct{})
}

// now returns what is shown, and a channel that is closed when that is old.
func (h *hub) now() (shown, <-chan struct{}) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.shown, h.changed
}
