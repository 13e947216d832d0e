// Package survey takes measures of every class of a space on weights that were not trained, and writes what it found as
// a table. The work is kept in a log, class by class: it can be cut anywhere and continued.
package survey

import (
	"context"
	"errors"

	"github.com/nassearch/nassearch/internal/pool"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/robustness/measure"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// Plan says what is measured: of each cell the weights that the seed draws, on the lab's images for training.
type Plan struct {
	Lab      *live.Lab
	Measures measure.Catalogue
	Seed     uint64
	Cells    []nasbench201.Cell // of different classes
}

// Progress is how far a survey is.
type Progress struct {
	Done, All int // classes, with those of earlier runs
	Before    int // of them, those of earlier runs
	Failed    int // that lack a value
}

// Run measures what the log does not have yet, on several workers, and appends it. Observe is called after each class,
// by one goroutine at a time. When ctx ends Run returns its cause: what is in the log stays good.
func (p Plan) Run(ctx context.Context, log *Log, workers int, observe func(Progress)) error {
	var todo []nasbench201.Cell
	now := Progress{All: len(p.Cells)}
	for _, c := range p.Cells {
		r, ok := log.records[c.Canonical().Index()]
		switch {
		case !ok:
			todo = append(todo, c.Canonical())
			continue
		case len(r.Failed) > 0:
			now.Failed++
		}
		now.Before++
	}
	now.Done = now.Before
	observe(now)
	var meter live.Meter
	benches := make(chan *live.Bench, max(1, workers)) // whose memory is large, and serves one class after the other
	for range cap(benches) {
		benches <- &live.Bench{Lab: p.Lab, Seed: p.Seed}
	}
	measure := func(ctx context.Context, c nasbench201.Cell) (Record, error) {
		b := (<-benches).Next(c)
		defer func() { benches <- b }()
		stop := meter.Start()
		r, err := p.measure(ctx, b)
		r.Seconds = stop().Seconds()
		return r, err
	}
	return pool.Each(ctx, todo, workers, measure, func(r Record) error {
		now.Done++
		if len(r.Failed) > 0 {
			now.Failed++
		}
		err := log.add(r)
		observe(now)
		return err
	})
}

// measure takes the measures of a bench's cell. An error is that of ctx; anything else that goes wrong is in the
// record.
func (p Plan) measure(ctx context.Context, b *live.Bench) (r Record, err error) {
	r = Record{Cell: b.Cell.Index(), Values: make([]*float64, len(p.Measures))}
	defer func() { err = errors.Join(err, b.Close()) }()
	for i, m := range p.Measures {
		v, err := b.Take(ctx, m, false)
		switch {
		case ctx.Err() != nil:
			return r, context.Cause(ctx)
		case err != nil:
			r.fail(m.Name, err)
		default:
			r.Values[i] = &v
		}
	}
	return r, nil
}
