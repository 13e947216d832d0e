package leaderboard

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/analysis/leaderboard"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/space"
)

// result is what the command found, for programs.
type result struct {
	Table   string              `json:"table"`
	Dataset string              `json:"dataset"`
	Split   string              `json:"split"`
	Attacks string              `json:"attacks"`
	Where   []string            `json:"where"`
	Of      int                 `json:"of"` // classes of the space
	Boards  []leaderboard.Board `json:"boards"`
	Own     []string            `json:"own"`    // what the networks of somebody's own are
	Doubts  []string            `json:"doubts"` // about comparing them with the table

	table *table.Table
	known objective.Catalogue
}

// rank makes the boards.
func (o *options) rank(ctx context.Context, t *table.Table, own []attacked) (r result, err error) {
	all := leaderboard.Threats(t.Available(), o.Known)
	for _, a := range own {
		if err := t.Space().Validate(a.Arch); err != nil { // a table may be of another space
			return r, fmt.Errorf("%s on table %s: %w", a.file, t.Info().Name, err)
		}
		for _, b := range a.within {
			all = leaderboard.With(all, b.setting, metrics(b.under)...)
		}
		if spoilt := a.spoilt(); len(spoilt) > 0 {
			all = leaderboard.WithCorruptions(all, metrics(spoilt)...)
		}
	}
	shown, err := o.threats(all, t)
	if err != nil {
		return r, err
	}
	bounds, err := o.scope.Constraints()
	if err != nil {
		return r, err
	}
	c, err := columns(ctx, t, shown, bounds)
	if err != nil {
		return r, err
	}
	info := t.Info()
	r = result{
		Table: info.Description, Dataset: info.Dataset, Split: info.Split, Attacks: info.Attacks, Where: []string{},
		Of: c.Classes, Own: []string{}, Doubts: []string{}, table: t, known: o.Known,
	}
	for _, b := range bounds {
		r.Where = append(r.Where, b.String())
	}
	for _, threat := range shown {
		var beside []leaderboard.Network
		for _, a := range own {
			if n := a.under(threat, t.Names()); n != nil {
				beside = append(beside, *n)
			}
		}
		if b := leaderboard.New(threat, c, beside, o.most); len(b.Networks) > 0 {
			r.Boards = append(r.Boards, b)
		}
	}
	if len(r.Boards) == 0 {
		return r, fmt.Errorf("table %s: no network within the bounds has all values under any of the threats", info.Name)
	}
	for _, a := range own {
		r.Own, r.Doubts = append(r.Own, a.about()), append(r.Doubts, a.doubts(t, shown)...)
	}
	return r, nil
}

func metrics(all []under) (list []objective.Metric) {
	for _, u := range all {
		list = append(list, u.metric)
	}
	return list
}

// columns reads at once all that boards need of a table.
func columns(
	ctx context.Context, t *table.Table, shown []leaderboard.Threat, bounds []objective.Constraint,
) (c leaderboard.Columns, err error) {
	names := leaderboard.Needs(shown)
	for _, m := range t.Available() {
		if slices.Contains([]string{"clean_acc", "params", "flops"}, m.Metric.Name) {
			names = append(names, m.Name())
		}
	}
	view, err := t.Select(ctx, names, table.Settings{})
	if err != nil {
		return c, err
	}
	within, err := inside(ctx, t, bounds)
	if err != nil {
		return c, err
	}
	at := map[string]int{}
	for i, name := range names {
		at[name] = i
	}
	value := func(class int, name string) *float64 {
		if i, ok := at[name]; ok {
			return known(view.Values(class)[i])
		}
		return nil
	}
	return leaderboard.Columns{
		Classes: t.Space().Classes(),
		Column: func(name string) func(class int) float64 {
			i := at[name]
			return func(class int) float64 { return view.Values(class)[i] }
		},
		Within: within,
		Network: func(class int) leaderboard.Network {
			arch := t.Representative(class)
			return leaderboard.Network{
				Arch: arch, Named: t.Names().Of(arch),
				Clean: value(class, "clean_acc"), Params: value(class, "params"), FLOPs: value(class, "flops"),
			}
		},
	}, nil
}

// inside returns whether classes are within bounds.
func inside(
	ctx context.Context, t *table.Table, bounds []objective.Constraint,
) (func(class int) bool, error) {
	views := make([]*table.View, len(bounds))
	for i, b := range bounds {
		var err error
		if views[i], err = t.Select(ctx, []string{b.Metric}, table.Settings{}); err != nil {
			return nil, usage.Mark(fmt.Errorf("--where: %w", err))
		}
	}
	return func(class int) bool {
		for i, b := range bounds {
			if !b.Holds(views[i].Values(class)[0]) {
				return false
			}
		}
		return true
	}, nil
}

// known is a number, or nothing for NaN.
func known(v float64) *float64 {
	if v != v {
		return nil
	}
	return &v
}

// doubts says what makes a network's results other than the table's.
func (a attacked) doubts(t *table.Table, shown []leaderboard.Threat) (all []string) {
	info := t.Info()
	if kind, _, _ := strings.Cut(a.Dataset, ":"); info.Dataset != "" && !strings.EqualFold(kind, info.Dataset) &&
		!strings.EqualFold(a.Dataset, info.Dataset) {
		all = append(all, fmt.Sprintf("%s was attacked on %s, the table is of %s.", a.name(), a.Dataset, info.Dataset))
	}
	if n := info.Network; n != nil && (n.Channels != a.Channels || n.Depth != a.Cells) {
		all = append(all, fmt.Sprintf("%s has C=%d N=%d, the networks of the table have C=%d N=%d.",
			a.name(), a.Channels, a.Cells, n.Channels, n.Depth))
	}
	for _, threat := range shown {
		if text := a.lacks(threat, t.Names()); text != "" {
			all = append(all, text)
		}
	}
	return all
}

// lacks says what a network's result does without under a threat that it was measured under.
func (a attacked) lacks(threat leaderboard.Threat, names space.Names) string {
	n := a.under(threat, names)
	switch {
	case n == nil && threat.Corrupts() && len(a.spoilt()) > 0:
		return a.name() + " is on no board of corruptions: its mean is not over those of the others."
	case n == nil || threat.Corrupts():
		return ""
	}
	var lacks []string
	for _, m := range threat.Metrics {
		if _, ok := n.Values[m.Name]; !ok {
			lacks = append(lacks, m.Name)
		}
	}
	if len(lacks) == 0 {
		return ""
	}
	return fmt.Sprintf("%s lacks %s at %s: its worst case is not over the table's attacks.",
		a.name(), strings.Join(lacks, " and "), threat.Name)
}
