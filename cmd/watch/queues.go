package watch

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/nassearch/nassearch/cmd/internal/kept"
	"github.com/nassearch/nassearch/cmd/internal/queue"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective/remote"
	"github.com/nassearch/nassearch/search/report/page"
	"github.com/nassearch/nassearch/search/report/sheet"
)

// queues look how it stands with those who measure what is watched.
type queues struct {
	flags *queue.Flags
	named queue.Connect // to the queue that the flags name; nil if they name none
	all   map[string]*queue.Lookout
}

// newQueues returns those of flags. Named says that they name one, at which all that is watched is measured then; else
// it is the one that is kept beside each study, if that takes anybody who comes.
func newQueues(flags *queue.Flags, named bool, given func(flag string) bool) (q *queues, err error) {
	q = &queues{flags: flags, all: map[string]*queue.Lookout{}}
	if named {
		q.named, err = flags.Looks("watch", given)
	}
	return q, err
}

// address is where something is measured; empty if nobody knows, or it is on that machine itself.
func (q *queues) address(k kept.Kept) string {
	switch elsewhere := k.Queue.Address != "" || queue.Elsewhere(k.Result.Study); {
	case !elsewhere:
		return ""
	case q.named != nil:
		return q.flags.Address()
	}
	return k.Queue.Address
}

// asks says whether something is measured by the workers of an offer.
func asks(k kept.Kept, o remote.Offer) bool {
	if k.Queue.Address != "" {
		return slices.Contains(k.Queue.Sources, o.Queue())
	}
	return queue.Suits(o, k.Result.Study)
}

// look has lookouts see what is of use for items. They do so until ctx ends.
func (q *queues) look(ctx context.Context, items []*item) {
	at := map[string][]kept.Kept{}
	for _, one := range items {
		if address := q.address(one.kept); address != "" {
			at[address] = append(at[address], one.kept)
		}
	}
	for address, all := range at {
		if q.all[address] == nil {
			connect := q.named
			if connect == nil {
				connect = q.flags.Anybody("watch", address)
			}
			q.all[address] = queue.NewLookout(address, connect)
			go q.all[address].Run(ctx)
		}
		q.all[address].Want(func(o remote.Offer) bool {
			return slices.ContainsFunc(all, func(k kept.Kept) bool { return asks(k, o) })
		})
	}
}

// seen tells how it stands with those who measure something; nil if nobody else does.
func (q *queues) seen(k kept.Kept) *page.Queue {
	address := q.address(k)
	if address == "" {
		return nil
	}
	now, view := q.all[address].Now(), &page.Queue{Address: address}
	switch {
	case !now.Looked:
		view.Problem = "queue " + address + ": it is being asked"
	case now.Err != nil:
		view.Problem = fmt.Sprintf("not seen now, and asked again: %v", now.Err)
	}
	for _, s := range now.Sources {
		if asks(k, s.Offer) {
			view.Kinds = append(view.Kinds, kind(s))
		}
	}
	if view.Problem == "" && len(view.Kinds) == 0 {
		view.Problem = "queue " + address + ": no worker that measures this has ever come"
	}
	return view
}

// kind tells of workers of a kind, and of their jobs.
func kind(s queue.Source) page.Kind {
	workers := fmt.Sprintf("%s, %d of %d busy, %s done", numeral.Count(len(s.Workers), "worker"), s.Busy, s.Slots,
		numeral.Count(s.Done, "job"))
	if s.Back+s.Lost > 0 {
		workers += fmt.Sprintf(", %d handed back, %d given up", s.Back, s.Lost)
	}
	k := page.Kind{Name: s.Source, Measures: s.Words(), Jobs: s.Jobs(), Workers: workers}
	k.Each = sheet.New("worker", "state", "busy", "slots", "done", "handed back", "given up", "since", "last seen")
	for i, w := range append(slices.Clone(s.Workers), s.Gone...) {
		state := "idle"
		switch {
		case i >= len(s.Workers):
			state, w.Busy = "gone", 0
		case w.Busy > 0:
			state = "working"
		}
		k.Each.Add(sheet.Text(w.Name), sheet.Text(state), sheet.Int(w.Busy), sheet.Int(w.Slots), sheet.Int(w.Done),
			sheet.Int(w.Back), sheet.Int(w.Lost), sheet.Text(moment(w.Since)), sheet.Text(moment(w.Seen)))
	}
	return k
}

// moment is a time on this machine's clock; empty if nobody knows it.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Local().Format(time.DateTime)
}
