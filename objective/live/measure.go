package live

import (
	"context"
	"errors"
	"fmt"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/dataset"
	"github.com/nassearch/nassearch/trainer/kernel"
)

// Score is what a network makes of some images: its accuracy, the mean probability of the class that it gives, the mean
// cross-entropy. Under attack loss and confidence are those of [robustness.Means].
type Score struct {
	Accuracy   float64 `json:"accuracy"`
	Confidence float64 `json:"confidence"`
	Loss       float64 `json:"loss"`
}

// Point is the score under an attack.
type Point struct {
	Attack string        `json:"attack"`
	Eps    objective.Eps `json:"eps"`
	Images int           `json:"images"`
	Score
}

// Measurement is how a network stands its attacks.
type Measurement struct {
	Clean  Score
	Points []Point // in the order of the attacks and their eps
	Passes robustness.Passes
}

// Measure attacks a network on the first images of a set, and measures its clean accuracy on all of them.
func (l *Lab) Measure(ctx context.Context, w *trainer.Weights, set *dataset.Set, attacks []Attack, seed uint64) (m Measurement, err error) {
	if set == nil || set.Len() == 0 {
		return m, fmt.Errorf("data set %s: no images to measure on", l.Images.Name)
	}
	models, closeAll, err := l.models(w)
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, closeAll()) }()
	known := false
	for _, a := range attacks {
		n := a.count(set)
		r, err := a.run(ctx, models, set, n, seed)
		if err != nil {
			return m, fmt.Errorf("attack %s: %w", a.Name, err)
		}
		m.add(r)
		for i, result := range r.Results {
			m.Points = append(m.Points, Point{a.Name, a.Eps[i], n, score(result.Accuracy, result.Means)})
		}
		if n == set.Len() {
			m.Clean, known = score(r.CleanAccuracy, r.CleanMeans), true
		}
	}
	if known {
		return m, nil
	}
	r, err := robustness.Evaluation{Batch: kernel.Lanes}.Run(ctx, models, trainer.Images(set, 0, set.Len()), set.Labels)
	if err != nil {
		return m, fmt.Errorf("clean images: %w", err)
	}
	m.add(r)
	m.Clean = score(r.CleanAccuracy, r.CleanMeans)
	return m, nil
}

func score(accuracy float64, m robustness.Means) Score { return Score{accuracy, m.Confidence, m.Loss} }

// add counts the passes of an evaluation.
func (m *Measurement) add(r *robustness.Report) {
	m.Passes.Forward += r.Passes.Forward
	m.Passes.Backward += r.Passes.Backward
	for _, result := range r.Results {
		m.Passes.Forward += result.Passes.Forward
		m.Passes.Backward += result.Passes.Backward
	}
}

// count is the number of a set's images that the attack is run on.
func (a Attack) count(set *dataset.Set) int {
	if a.Images == 0 {
		return set.Len()
	}
	return min(a.Images, set.Len())
}

// run attacks the first n images.
func (a Attack) run(ctx context.Context, models []robustness.Model, set *dataset.Set, n int, seed uint64) (*robustness.Report, error) {
	method, err := a.method()
	if err != nil {
		return nil, err
	}
	e := robustness.Evaluation{Methods: []robustness.Method{method}, Seed: seed, Batch: kernel.Lanes}
	for _, eps := range a.Eps {
		e.Threats = append(e.Threats, robustness.Threat{Norm: robustness.Linf, Eps: float64(eps) / 255})
	}
	return e.Run(ctx, models, trainer.Images(set, 0, n), set.Labels[:n])
}

// models returns networks on the same weights, one a thread.
func (l *Lab) models(w *trainer.Weights) (models []robustness.Model, closeAll func() error, err error) {
	closeAll = func() (err error) {
		for _, m := range models {
			err = errors.Join(err, m.(*trainer.Network).Close())
		}
		return err
	}
	for range l.threads(w.Cell) {
		n, err := trainer.NewNetwork(w, kernel.Lanes, trainer.Engine{Kernel: l.Kernel, Threads: 1})
		if err != nil {
			return nil, nil, errors.Join(err, closeAll())
		}
		models = append(models, n)
	}
	return models, closeAll, nil
}
