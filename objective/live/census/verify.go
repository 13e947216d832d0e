package census

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/nassearch/nassearch/internal/pool"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/objective/table/layout"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer/kernel"
)

// ParseHeader returns what a finished table was measured by, from the content of its protocol.json. What it
// measures is of what is known.
func ParseHeader(text []byte, known objective.Catalogue) (Header, error) {
	var p protocol
	if err := json.Unmarshal(text, &p); err != nil {
		return p.Header, err
	}
	if p.Format != format {
		return p.Header, fmt.Errorf("census format %d: this program reads format %d", p.Format, format)
	}
	return p.Header, p.Protocol.Validate(known)
}

// Plan returns the plan that the header is of, with a kernel that may be another one. The images must be the same.
func (h Header) Plan(known objective.Catalogue, k *kernel.Kernel) (Plan, error) {
	lab, err := live.NewLab(h.Protocol, known, k)
	if err != nil {
		return Plan{}, err
	}
	p := Plan{Lab: lab, Seeds: h.Seeds}
	if lab.Images.Test == nil {
		return p, fmt.Errorf("data set %s: no test images to measure on", lab.Images.Name)
	}
	now := p.Header(h.Name, h.Version)
	if now.Images != h.Images {
		return p, fmt.Errorf("data set %s: these are not the images that the table was measured on", lab.Images.Name)
	}
	return p, nil
}

// Difference is a number that a table has otherwise than it was measured now.
type Difference struct {
	Cell   nasbench201.Cell
	Metric string
	Was    float64
	Now    float64
}

// Verification is the outcome of measuring a sample again.
type Verification struct {
	Cells, Numbers int
	Differences    []Difference
	Accuracy       float64 // the largest difference of an accuracy
	Mean           float64 // mean absolute difference of accuracies

	accuracies int // that both have
}

// Sample draws n of the table's measured cells.
func Sample(n int, seed uint64, has func(nasbench201.Cell) bool) []nasbench201.Cell {
	var cells []nasbench201.Cell
	r := rand.New(rand.NewPCG(seed, 0x7e51f7))
	for _, class := range r.Perm(nasbench201.Classes) {
		c := nasbench201.Members(class)[0].Canonical()
		if len(cells) < n && has(c) {
			cells = append(cells, c)
		}
	}
	return cells
}

// metrics lists the numbers of a class in the file, as a table calls them.
func (c column) metrics() []objective.Metric {
	if c.measure == layout.Score {
		return c.Scores
	}
	short := map[layout.Measure]string{layout.Accuracy: "acc", layout.Confidence: "conf", layout.Loss: "loss"}
	m := objective.Metric{Name: c.Name + "_" + short[c.measure]}
	if c.At == nil {
		return []objective.Metric{m}
	}
	var all []objective.Metric
	for _, m.Setting = range c.At {
		all = append(all, m)
	}
	return all
}

// Metrics lists the names of a class's numbers after the full training.
func (t *Table) Metrics() []string { return names(t.columns(false)) }

// names lists the names of a class's numbers in files.
func names(of []column) (all []string) {
	for _, c := range of {
		for _, m := range c.metrics() {
			all = append(all, m.Key())
		}
	}
	return all
}

// Verify measures the plan's cells again and compares the means over the seeds with a table as it was opened, whose
// header [ParseHeader] has read. Observe is called at the beginning and after each measurement.
func (p Plan) Verify(
	ctx context.Context, h Header, was *table.Table, workers int, observe func(done, all int),
) (Verification, error) {
	v := Verification{Cells: len(p.Cells)}
	var records []Record
	pieces := p.pieces()
	observe(0, len(pieces))
	err := pool.Each(ctx, pieces, workers, p.Measure, func(r Record) error {
		records = append(records, r)
		observe(len(records), len(pieces))
		return nil
	})
	if err != nil {
		return v, err
	}
	t, err := NewTable(h, p.Lab.Known, records)
	if err != nil {
		return v, err
	}
	t.Compact = was.Info().Compact
	for _, r := range t.Failed {
		return v, fmt.Errorf("cell %d with seed %d: %s", r.Cell, r.Seed, r.Failed)
	}
	for _, d := range t.datasets()[:1+len(t.shorter)] {
		low, err := was.At(d.share)
		if err != nil {
			return v, err
		}
		view, err := low.Select(ctx, names(d.columns), table.Settings{})
		if err != nil {
			return v, err
		}
		for _, c := range p.Cells {
			v.compare(c, d, t, view.Values(c.Class()))
		}
	}
	v.Mean /= float64(max(1, v.accuracies))
	return v, nil
}

// compare compares a cell's numbers in a data set with those that were measured now. What neither has is the same.
func (v *Verification) compare(c nasbench201.Cell, d dataset, t *Table, was []float64) {
	for _, of := range d.columns {
		metrics := of.metrics()
		now := t.mean(c.Class(), t.Seeds, of.pick)
		if now == nil {
			now = slices.Repeat([]float64{math.NaN()}, len(metrics))
		}
		for i, m := range metrics {
			was, now := was[i], now[i]
			v.Numbers++
			if of.measure == layout.Accuracy && !math.IsNaN(was-now) {
				v.accuracies++
				v.Mean += math.Abs(was - now)
				v.Accuracy = max(v.Accuracy, math.Abs(was-now))
			}
			if of.text(was) != of.text(now) {
				metric := m.Key()
				if d.share < 1 {
					metric += " at fidelity " + objective.FidelityText(d.share)
				}
				v.Differences = append(v.Differences, Difference{c, metric, was, now})
			}
		}
		was = was[len(metrics):]
	}
}
