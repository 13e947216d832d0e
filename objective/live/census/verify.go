package census

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"

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

// Metrics lists the names of a class's numbers.
func (t *Table) Metrics() []string {
	var names []string
	for _, c := range t.columns(false) {
		for _, m := range c.metrics() {
			names = append(names, m.Key())
		}
	}
	return names
}

// Verify measures the plan's cells again and compares the means over the seeds with a view of the table, of the metrics
// that [Table.Metrics] names; the table says whether it is compact. Observe is called at the beginning and after each
// measurement.
func (p Plan) Verify(
	ctx context.Context, of *Table, view *table.View, workers int, observe func(done, all int),
) (Verification, error) {
	v := Verification{Cells: len(p.Cells)}
	var records []Record
	pieces := p.pieces()
	observe(0, len(pieces))
	err := pool.Each(ctx, pieces, workers, p.measure, func(r Record) error {
		records = append(records, r)
		observe(len(records), len(pieces))
		return nil
	})
	if err != nil {
		return v, err
	}
	t, err := NewTable(of.Header, p.Lab.Known, records)
	if err != nil {
		return v, err
	}
	t.Compact = of.Compact
	for _, r := range t.Failed {
		return v, fmt.Errorf("cell %d with seed %d: %s", r.Cell, r.Seed, r.Failed)
	}
	accuracies := 0
	for _, c := range p.Cells {
		out, err := view.Evaluate(ctx, objective.Request{Arch: c.Arch(), Fidelity: 1})
		if err != nil {
			return v, err
		}
		was := out.Values
		for _, of := range t.columns(false) {
			now := t.mean(c.Class(), t.Seeds, of.pick)
			for i, m := range of.metrics() {
				v.Numbers++
				if of.measure == layout.Accuracy {
					accuracies++
					v.Mean += math.Abs(was[i] - now[i])
					v.Accuracy = max(v.Accuracy, math.Abs(was[i]-now[i]))
				}
				if layout.Number(was[i], of.decimals) != layout.Number(now[i], of.decimals) {
					v.Differences = append(v.Differences, Difference{c, m.Key(), was[i], now[i]})
				}
			}
			was = was[len(now):]
		}
	}
	v.Mean /= float64(max(1, accuracies))
	return v, nil
}
