package census

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/robustness/corruption"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// Record is what was measured of a cell under a seed.
type Record struct {
	Cell  int       `json:"cell"` // native index of the class's canonical member
	Seed  uint64    `json:"seed"`
	Again uint64    `json:"again,omitzero"`  // the seed that was used in its place, because the first try failed
	Train []float64 `json:"train,omitempty"` // accuracy and loss on the training images, after training
	Clean []float64 `json:"clean,omitempty"` // accuracy, confidence, loss
	Under []Scores  `json:"under,omitempty"` // the protocol's attacks
	// Corrupted are the protocol's corruptions.
	Corrupted []Scores `json:"corrupted,omitempty"`
	// Measured are the protocol's measures; null: it has none.
	Measured []*float64 `json:"measured,omitempty"`
	// Undefined says why a measure has no value, by its metric.
	Undefined map[string]string `json:"undefined,omitempty"`
	// Shorter are the protocol's fidelities.
	Shorter []Shorter `json:"shorter,omitempty"`
	Failed  string    `json:"failed,omitempty"` // why there is nothing
	// Warnings say which of the numbers may be better than the network is.
	Warnings []string `json:"warnings,omitempty"`

	Seconds float64 `json:"seconds"` // left out of the checksum
}

// Scores are accuracy, confidence and loss under an attack, one row an eps, or a corruption, one row a severity.
type Scores [][]float64

// Shorter is what was measured after a shorter training.
type Shorter struct {
	Clean  []float64 `json:"clean,omitempty"`  // accuracy, confidence, loss
	Under  []Scores  `json:"under,omitempty"`  // the fidelity's attacks
	Failed string    `json:"failed,omitempty"` // why there is nothing
}

func (r Record) piece() Piece { return Piece{r.Cell, r.Seed} }

// digits of confidences and losses that are kept.
const digits = 1e5

func rounded(v float64) float64 { return math.Round(v*digits) / digits }

func row(s live.Score) []float64 {
	return []float64{s.Accuracy, rounded(s.Confidence), rounded(s.Loss)}
}

// Measure trains and attacks one piece. An error is that of ctx; anything else that goes wrong is in the record.
func (p Plan) Measure(ctx context.Context, w Piece) (Record, error) {
	start := time.Now()
	r := Record{Cell: w.Cell, Seed: w.Seed}
	err := p.try(ctx, w.Seed, &r)
	if err != nil && ctx.Err() == nil {
		again := Record{Cell: r.Cell, Seed: r.Seed, Again: retrySeed(w.Seed)}
		if e := p.try(ctx, again.Again, &again); e != nil {
			again.Failed = errors.Join(err, e).Error()
		}
		r = again
	}
	r.Seconds = time.Since(start).Seconds()
	return r, context.Cause(ctx)
}

// try measures with a seed. A panic is an error.
func (p Plan) try(ctx context.Context, seed uint64, r *Record) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v", v)
		}
	}()
	c, err := nasbench201.FromIndex(r.Cell)
	if err != nil {
		return err
	}
	w, _, err := p.Lab.Train(ctx, c, seed, 1)
	if err != nil {
		return err
	}
	seen := p.Lab.Bench(w, p.Lab.Images.Train, seed)
	train, err := seen.Clean(ctx)
	if err = errors.Join(err, seen.Close()); err != nil {
		return err
	}
	b := p.Lab.Bench(w, p.Lab.Images.Test, seed)
	defer func() { err = errors.Join(err, b.Close()) }()
	under, err := p.attack(ctx, b, p.Lab.Attacks)
	if err != nil {
		return err
	}
	corrupted, err := p.corrupt(ctx, b)
	if err != nil {
		return err
	}
	clean, err := b.Clean(ctx)
	if err != nil {
		return err
	}
	r.Train, r.Clean = []float64{train.Accuracy, rounded(train.Loss)}, row(clean)
	r.Under, r.Corrupted = under, corrupted
	if err := p.take(ctx, b, r); err != nil {
		return err
	}
	r.Warnings = b.Warnings()
	for _, f := range p.Lab.Fidelities {
		short, err := p.shorter(ctx, c, seed, f)
		if err != nil {
			return err
		}
		r.Shorter = append(r.Shorter, short)
	}
	return nil
}

// attack runs attacks.
func (p Plan) attack(ctx context.Context, b *live.Bench, attacks []live.Attack) ([]Scores, error) {
	var under []Scores
	for _, a := range attacks {
		m, err := p.Lab.Method(a)
		if err != nil {
			return nil, err
		}
		scores, err := b.Attack(ctx, m, a.Images, a.At())
		if err != nil {
			return nil, err
		}
		var rows Scores
		for _, s := range scores {
			rows = append(rows, row(s))
		}
		under = append(under, rows)
	}
	return under, nil
}

// corrupt measures under the protocol's corruptions.
func (p Plan) corrupt(ctx context.Context, b *live.Bench) ([]Scores, error) {
	var all []Scores
	for _, of := range p.Lab.Corruptions {
		c, err := p.Lab.Corrupted.Named(of.Name)
		if err != nil {
			return nil, err
		}
		var rows Scores
		for severity := range corruption.Severities {
			s, err := b.Corrupt(ctx, c, severity+1, of.Images)
			if err != nil {
				return nil, err
			}
			rows = append(rows, row(s))
		}
		all = append(all, rows)
	}
	return all, nil
}

// covered is what the checksum covers: all but the measured time.
func (r Record) covered() Record {
	r.Seconds = 0
	return r
}
