package census

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer/kernel"
)

// ParseHeader returns what a finished table was measured by, from the content of its protocol.json.
func ParseHeader(protocol []byte) (h Header, err error) {
	if err := json.Unmarshal(protocol, &h); err != nil {
		return h, err
	}
	if h.Format != format {
		return h, fmt.Errorf("census format %d: this program reads format %d", h.Format, format)
	}
	return h, h.Protocol.Validate()
}

// Plan returns the plan that the header is of, with a kernel that may be another one. The images must be the same.
func (h Header) Plan(k *kernel.Kernel) (Plan, error) {
	lab, err := live.NewLab(h.Protocol, k)
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
	Seed   uint64
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

// metric is a number of a record, as a table calls it.
type metric struct {
	name  string
	value func(Record) float64
}

// metrics lists a record's numbers.
func (h Header) metrics() []metric {
	var all []metric
	for i, measure := range []string{"acc", "conf", "loss"} {
		all = append(all, metric{"clean_" + measure, func(r Record) float64 { return r.Clean[i] }})
		for k, a := range h.Protocol.Attacks {
			for e, eps := range a.Eps {
				all = append(all, metric{a.Name + "_" + measure + "@" + eps.String(), func(r Record) float64 { return r.Under[k][e][i] }})
			}
		}
	}
	return append(all,
		metric{"train_acc", func(r Record) float64 { return r.Train[0] }},
		metric{"train_loss", func(r Record) float64 { return r.Train[1] }})
}

// Verify measures cells again and compares with a table, given by the views of its data sets, one for each seed, of
// the metrics that [Header.Metrics] names. Observe is called after each measurement.
func (p Plan) Verify(ctx context.Context, h Header, views []*table.View, workers int, observe func(done, all int)) (Verification, error) {
	v := Verification{Cells: len(p.Cells)}
	pieces := p.pieces()
	records := make([]Record, len(pieces))
	if err := p.each(ctx, pieces, workers, func(i int, r Record, done int) {
		records[i] = r
		observe(done, len(pieces))
	}); err != nil {
		return v, err
	}
	accuracies := 0
	for i, w := range pieces {
		if records[i].Failed != "" {
			return v, fmt.Errorf("%s with seed %d: %s", w.cell.Arch(), w.seed, records[i].Failed)
		}
		out, err := views[i%len(p.Seeds)].Evaluate(ctx, objective.Request{Arch: w.cell.Arch(), Fidelity: 1})
		if err != nil {
			return v, err
		}
		for k, m := range h.metrics() {
			was, now := out.Values[k], m.value(records[i])
			v.Numbers++
			if strings.Contains(m.name, "_acc") {
				accuracies++
				v.Mean += math.Abs(was - now)
				v.Accuracy = max(v.Accuracy, math.Abs(was-now))
			}
			if number(was) != number(now) {
				v.Differences = append(v.Differences, Difference{w.cell, w.seed, m.name, was, now})
			}
		}
	}
	v.Mean /= float64(max(1, accuracies))
	return v, nil
}

// Metrics lists the names of a record's numbers.
func (h Header) Metrics() []string {
	var names []string
	for _, m := range h.metrics() {
		names = append(names, m.name)
	}
	return names
}
