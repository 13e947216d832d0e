package table

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table/layout"
)

// Fidelity is a share of the full training at which a table has values.
type Fidelity struct {
	Share  float64 // what a request's fidelity is
	Epochs int     // that were trained; 0 if nobody says it
}

// lower is a fidelity with what the table has of it.
type lower struct {
	Fidelity
	cost    float64 // share of the full training's time
	content *Content
}

// lowerOf finds the lower fidelities of a data set.
func lowerOf(d *layout.Dataset) []lower {
	var all []lower
	for _, s := range d.Shorter {
		l := lower{Fidelity{s.Share, s.Epochs}, s.Share, Released(s.Dataset)}
		if full := d.Protocol.Epochs; full > 0 {
			l.cost = float64(s.Epochs) / float64(full)
		}
		all = append(all, l)
	}
	return all
}

// Fidelities lists those that the table has values at, ascending; the last is that of the full training.
func (t *Table) Fidelities() []Fidelity {
	var all []Fidelity
	for _, l := range t.lower {
		all = append(all, l.Fidelity)
	}
	return append(all, Fidelity{1, t.epochs})
}

// At returns the table of networks that were trained to a fidelity. Files are read when they are wanted. The error is
// an [*objective.FidelityError] where the table has no such networks.
func (t *Table) At(fidelity float64) (*Table, error) {
	if objective.SameFidelity(fidelity, 1) {
		return t, nil
	}
	has := make([]float64, 0, len(t.lower)+1)
	for _, l := range t.lower {
		if objective.SameFidelity(l.Share, fidelity) {
			return t.below(l), nil
		}
		has = append(has, l.Share)
	}
	return nil, &objective.FidelityError{Source: "table " + t.info.Name, Fidelity: fidelity, Has: append(has, 1)}
}

// below is the table of a lower fidelity.
func (t *Table) below(l lower) *Table {
	low := *t
	low.families, low.files, low.seeds = l.content.families, l.content.files, layout.Grid{}
	low.lower, low.epochs = nil, l.Epochs
	low.info.Description += fmt.Sprintf(" · fidelity %s (%s)",
		objective.FidelityText(l.Share), numeral.Count(l.Epochs, "epoch"))
	low.info.Notes = append(slices.Clone(t.info.Notes), l.content.Info.Notes...)
	low.info.Name += " at fidelity " + objective.FidelityText(l.Share)
	low.info.DefaultEps = usualEps(low.families, t.info.DefaultEps)
	if t.family("params") != nil && t.family("params").compute != nil {
		low.families = withSizes(low.families, t.sp)
	}
	low.index()
	return &low
}

// level is a lower fidelity of a view: values of the same metrics, which are read when they are asked for.
type level struct {
	share, cost float64
	read        func(context.Context) (*View, error)

	mutex  sync.Mutex
	values *View
}

// get returns the values, and reads them if nobody has done so.
func (l *level) get(ctx context.Context) (*View, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.values == nil {
		v, err := l.read(ctx)
		if err != nil {
			return nil, err
		}
		l.values = v
	}
	return l.values, nil
}

// levels are the lower fidelities at which the table has all of some metrics, at the same settings.
func (t *Table) levels(metrics []objective.Metric) []*level {
	names := make([]string, len(metrics))
	for i, m := range metrics {
		names[i] = m.Key()
	}
	var all []*level
	for _, l := range t.lower {
		low := t.below(l)
		picks, err := low.pickAll(names, Settings{})
		same := func(p pick, m objective.Metric) bool { return p.metric == m }
		if err != nil || !slices.EqualFunc(picks, metrics, same) {
			continue
		}
		all = append(all, &level{share: l.Share, cost: l.cost, read: func(ctx context.Context) (*View, error) {
			return low.Select(ctx, names, Settings{})
		}})
	}
	return all
}

// Fidelities lists the fidelities of the table at which it has all of the metrics, ascending; the last is 1.
func (v *View) Fidelities() []float64 {
	var all []float64
	for _, l := range v.lower {
		all = append(all, l.share)
	}
	return append(all, 1)
}

// level returns the level of a lower fidelity; nil if there is none.
func (v *View) level(fidelity float64) *level {
	for _, l := range v.lower {
		if objective.SameFidelity(l.share, fidelity) {
			return l
		}
	}
	return nil
}
