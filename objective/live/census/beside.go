package census

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/objective/table/layout"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// figures are the significant digits of measures that are kept.
const figures = 7

// scores lists the record's measures, NaN where it has none.
func (r Record) scores() []float64 {
	values := make([]float64, len(r.Measured))
	for i, v := range r.Measured {
		values[i] = math.NaN()
		if v != nil {
			values[i] = *v
		}
	}
	return values
}

// take takes the protocol's measures. One that has no value leaves its reason: an error is that of ctx.
func (p Plan) take(ctx context.Context, b *live.Bench, r *Record) error {
	held, err := p.Lab.Held(p.Lab.Known.Measures)
	if err != nil {
		return err
	}
	for _, h := range held {
		metric := h.Metric.Key()
		v, err := b.Take(ctx, h.Measure, h.Trained)
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case err == nil:
			v = layout.Rounded(v, figures)
			r.Measured = append(r.Measured, &v)
			continue
		case r.Undefined == nil:
			r.Undefined = map[string]string{}
		}
		r.Measured, r.Undefined[metric] = append(r.Measured, nil), err.Error()
	}
	return nil
}

// shorter measures a cell at a fidelity. Whatever goes wrong is in what it returns: an error is that of ctx.
func (p Plan) shorter(ctx context.Context, c nasbench201.Cell, seed uint64, f live.Fidelity) (Shorter, error) {
	s, err := p.tryShorter(ctx, c, seed, f)
	switch {
	case ctx.Err() != nil:
		return Shorter{}, context.Cause(ctx)
	case err != nil:
		return Shorter{Failed: err.Error()}, nil
	}
	return s, nil
}

// tryShorter trains a cell at a fidelity and attacks it. A panic is an error.
func (p Plan) tryShorter(ctx context.Context, c nasbench201.Cell, seed uint64, f live.Fidelity) (s Shorter, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v", v)
		}
	}()
	at, err := p.Lab.At(f)
	if err != nil {
		return s, err
	}
	w, _, err := p.Lab.Train(ctx, c, seed, f.Share.Value())
	if err != nil {
		return s, err
	}
	b := p.Lab.Bench(w, p.Lab.Images.Test, seed)
	defer func() { err = errors.Join(err, b.Close()) }()
	if s.Under, err = p.attack(ctx, b, at.Attacks); err != nil {
		return s, err
	}
	clean, err := b.Clean(ctx)
	s.Clean = row(clean)
	return s, err
}
