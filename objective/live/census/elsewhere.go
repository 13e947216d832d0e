package census

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/nassearch/nassearch/internal/pool"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/trainer/kernel"
)

// Measure is [Plan.Measure], here or elsewhere.
type Measure func(context.Context, Piece) (Record, error)

// BuildElsewhere is [Plan.Build] with pieces measured by a function, so many at a time, for a log that may be of
// another kernel than the plan. What comes before its turn is kept back: the log has the order of the plan, as that of
// one worker has.
func (p Plan) BuildElsewhere(
	ctx context.Context, log *Log, atOnce int, measure Measure, observe func(Progress),
) error {
	todo, progress := p.todo(log)
	observe(progress)
	checked := func(ctx context.Context, w Piece) (Record, error) {
		r, err := measure(ctx, w)
		if err == nil && r.piece() != w {
			err = fmt.Errorf("cell %d with seed %d was asked for, and cell %d with seed %d came", w.Cell, w.Seed, r.Cell, r.Seed)
		}
		if err == nil {
			err = log.check(r)
		}
		return r, err
	}
	early := map[Piece]Record{}
	return pool.Each(ctx, todo, atOnce, checked, func(r Record) error {
		early[r.piece()] = r
		for len(todo) > 0 {
			next, there := early[todo[0]]
			if !there {
				break
			}
			delete(early, todo[0])
			todo = todo[1:]
			if err := progress.take(log, next, observe); err != nil {
				return err
			}
		}
		return nil
	})
}

// Order is all that pieces depend on, for who measures them elsewhere: equal orders have equal texts.
func (h Header) Order() (json.RawMessage, error) {
	h.Version, h.Name, h.Seeds = "", "", nil
	return json.Marshal(h)
}

// Fill returns the plan of an order, for [Plan.Measure]. Its error says why pieces measured here would be others. The
// images are read from where data says; empty: from where the order has them.
func Fill(order json.RawMessage, data string, known objective.Catalogue) (p Plan, err error) {
	var h Header
	if err := json.Unmarshal(order, &h); err != nil {
		return p, fmt.Errorf("order of a census: %w", err)
	}
	k, err := kernel.Choose(h.Kernel)
	if err != nil {
		return p, err
	}
	named := h.Protocol.Dataset
	if data != "" {
		h.Protocol.Dataset = data
	}
	if err := h.Protocol.Validate(known); err != nil {
		return p, err
	}
	if p, err = h.Plan(known, k); err != nil {
		return p, err
	}
	now := p.Header("", "")
	now.Protocol.Dataset, h.Protocol.Dataset = named, named
	different, err := h.differences(now)
	if err == nil && len(different) > 0 {
		d := different[0]
		err = fmt.Errorf("%s is %s there and %s here: one of the two is of another version", d.Setting, d.Was, d.Now)
	}
	return p, err
}
