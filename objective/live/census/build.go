package census

import (
	"context"

	"github.com/nassearch/nassearch/internal/pool"
)

// Progress is how far a census is.
type Progress struct {
	Done, All int // pieces, with those of earlier runs
	Before    int // of them, those of earlier runs
	Failed    int
}

// Build measures what the log does not have yet, on several workers, and appends it. Observe is called after each
// piece, by one goroutine at a time. When ctx ends Build returns its cause: what is in the log stays good.
func (p Plan) Build(ctx context.Context, log *Log, workers int, observe func(Progress)) error {
	todo, progress := p.todo(log)
	observe(progress)
	return pool.Each(ctx, todo, workers, p.Measure, func(r Record) error { return progress.take(log, r, observe) })
}

// take keeps a record and tells it.
func (p *Progress) take(log *Log, r Record, observe func(Progress)) error {
	p.Done++
	if r.Failed != "" {
		p.Failed++
	}
	err := log.add(r)
	observe(*p)
	return err
}

// todo lists what the log does not have yet.
func (p Plan) todo(log *Log) (todo []Piece, progress Progress) {
	for _, w := range p.pieces() {
		progress.All++
		r, ok := log.records[w]
		if !ok {
			todo = append(todo, w)
			continue
		}
		progress.Before++
		if r.Failed != "" {
			progress.Failed++
		}
	}
	progress.Done = progress.Before
	return todo, progress
}
