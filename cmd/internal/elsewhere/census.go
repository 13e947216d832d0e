// Package elsewhere has pieces of a census measured by the workers of a queue.
package elsewhere

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/live/census"
	"github.com/nassearch/nassearch/objective/remote"
)

// kind is that of a job that is a piece of a census.
const kind = "census"

// Pieces is the work of censuses, for workers. Images are read from where data says, or where a census has them; what
// can be measured is of what is known.
func Pieces(data string, known objective.Catalogue) map[string]remote.Opener {
	return map[string]remote.Opener{kind: func(_ context.Context, order json.RawMessage) (remote.Doer, error) {
		plan, err := census.Fill(order, data, known)
		if err != nil {
			return nil, fmt.Errorf("a census: %w", err)
		}
		return func(ctx context.Context, ask json.RawMessage) (json.RawMessage, error) {
			var piece census.Piece
			if err := json.Unmarshal(ask, &piece); err != nil {
				return nil, fmt.Errorf("a piece of a census: %w", err)
			}
			r, err := plan.Measure(ctx, piece)
			if err != nil {
				return nil, err
			}
			return json.Marshal(r)
		}, nil
	}}
}

// Measure returns what has a queue's workers measure pieces of a log of the header. A piece that no worker came back
// from is a record that says so.
func Measure(c *remote.Client, queue string, h census.Header) (census.Measure, error) {
	order, err := h.Order()
	if err != nil {
		return nil, err
	}
	work := remote.Work{Queue: queue, Kind: kind, Document: order}
	return func(ctx context.Context, piece census.Piece) (r census.Record, err error) {
		ask, err := json.Marshal(piece)
		if err != nil {
			return r, err
		}
		value, err := c.Do(ctx, work, ask)
		if lost, ok := errors.AsType[*remote.LostError](err); ok {
			return census.Record{Cell: piece.Cell, Seed: piece.Seed, Failed: lost.Why}, nil
		}
		if err != nil {
			return r, err
		}
		if err := json.Unmarshal(value, &r); err != nil {
			err = fmt.Errorf("a worker's record of cell %d with seed %d: %w", piece.Cell, piece.Seed, err)
			return r, err
		}
		return r, nil
	}, nil
}
