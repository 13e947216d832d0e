package watch

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/nassearch/nassearch/cmd/internal/kept"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/search/report/page"
	"github.com/nassearch/nassearch/search/report/sheet"
)

// item is something that is watched.
type item struct {
	path     string
	at       int // the number by which its parts are called
	follower *kept.Follower
	kept     kept.Kept
	shown    page.Watched
	body     []page.Part // nil before it was shown once
}

// searchEvery and searchShare are how often it is looked what is in folders, at the most, and how much longer than
// that takes the hub waits for the next time.
const (
	searchEvery = 2 * time.Second
	searchShare = 20
)

// find lists what is watched: what paths name, and what is in those that are folders of studies.
func (h *hub) find(ctx context.Context, now time.Time) {
	if now.Before(h.search) {
		return
	}
	began := time.Now()
	known := map[string]*item{}
	for _, one := range h.items {
		known[one.path] = one
	}
	var items []*item
	seen := map[string]bool{}
	for _, path := range h.paths {
		for _, found := range kept.Behind(ctx, path) {
			if seen[filepath.Clean(found)] {
				continue
			}
			seen[filepath.Clean(found)] = true
			one := known[found]
			if one == nil {
				one = &item{path: found, at: h.numbered, follower: kept.Follow(found)}
				h.numbered++
			}
			items = append(items, one)
		}
	}
	if ctx.Err() == nil {
		h.items = items
	}
	h.search = now.Add(max(searchEvery, searchShare*time.Since(began)))
}

// mostWhole are the things that are shown whole. Of more of them the others have what is told of all.
const mostWhole = 30

// wholly chooses what is shown whole: what runs before what does not, of these what was written last, and what is
// whole and runs stays so.
func wholly(items []*item) map[*item]bool {
	order := slices.Clone(items)
	if len(order) > mostWhole {
		rank := func(i *item) int {
			switch {
			case i.kept.State != kept.Running:
				return 2
			case i.body != nil && !i.shown.Brief:
				return 0
			}
			return 1
		}
		slices.SortStableFunc(order, func(a, b *item) int {
			return cmp.Or(cmp.Compare(rank(a), rank(b)), b.kept.Wrote.Compare(a.kept.Wrote))
		})
	}
	whole := map[*item]bool{}
	for _, i := range order[:min(len(order), mostWhole)] {
		whole[i] = true
	}
	return whole
}

// show makes anew what is told of an item; what it has found only if that has changed, which it says.
func (i *item) show(ctx context.Context, changed, whole bool, q *page.Queue) (found bool, err error) {
	w := told(i.kept)
	w.At, w.Brief, w.Queue = i.at, !whole, q
	if !changed && i.body != nil && w.Brief == i.shown.Brief {
		w.Summary = i.shown.Summary
		i.shown = w
		return false, nil
	}
	if w.Summary, err = summary(ctx, i.kept); err != nil {
		return false, err
	}
	i.shown = w
	i.body, err = page.Body(ctx, w)
	return true, err
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
	if k.Underway != nil {
		w.Underway = underway(k, k.Underway())
	}
	if k.Left > 0 {
		w.Left = "about " + numeral.Duration(k.Left)
	}
	if k.Err != nil {
		w.Problem = k.Err.Error()
	}
	if k.State == kept.Missing {
		if info, err := os.Stat(k.Path); err == nil && info.IsDir() {
			w.Problem = fmt.Sprintf("folder %s: nothing is kept there yet", k.Path)
		}
	}
	return w
}

// underway lists runs of a comparison that are not finished; nil if there are none.
func underway(k kept.Kept, all []compare.Underway) *sheet.Sheet {
	if len(all) == 0 {
		return nil
	}
	each := cmp.Or(k.Goal.Each, k.Compare.Budget)
	s := sheet.New("strategy", "seed", "problem", "queries", "of", "best so far", "by query", "failed", "state")
	for _, u := range all {
		of, query := sheet.Cell{}, sheet.Cell{}
		if each >= u.Result.Queries && each > 0 {
			of = sheet.Int(each)
		}
		best := kept.Kept{Result: u.Result}.Best()
		if best.Query > 0 {
			query = sheet.Int(best.Query)
		}
		state := string(kept.Stopped)
		switch {
		case u.Running:
			state = string(kept.Running)
		case u.Err != nil:
			state = u.Err.Error()
		}
		s.Add(sheet.Text(u.Strategy), sheet.Text(strconv.FormatUint(u.Seed, 10)), sheet.Text(u.Problem),
			sheet.Int(u.Result.Queries), of, sheet.Text(best.String()), query, sheet.Int(u.Result.Failed), sheet.Text(state))
	}
	return s
}

// summary sums up a study, or a census that is told as one; nil if there is no header yet.
func summary(ctx context.Context, k kept.Kept) (*report.Summary, error) {
	d := k.Result.Study
	if len(d.Objective) == 0 {
		return nil, nil
	}
	s, err := report.New(ctx, k.Result, report.Context{
		Budget: k.Total, TimeBudget: k.Goal.Time, Space: k.Space, Settings: d.Settings,
	})
	return &s, err
}
