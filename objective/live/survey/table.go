package survey

import (
	"fmt"
	"math"

	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/robustness/measure"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// Failure is why classes have no value of a measure.
type Failure struct {
	Measure, Reason string
	Cells           []nasbench201.Cell // the first one first
}

// Failures lists what records lack, measure by measure in the header's order, and reason by reason.
func (h Header) Failures(records []Record) (all []Failure, err error) {
	for _, name := range h.Measures {
		at := map[string]int{} // of a reason
		for _, r := range records {
			reason, failed := r.Failed[name]
			if !failed {
				continue
			}
			c, err := nasbench201.FromIndex(r.Cell)
			if err != nil {
				return nil, err
			}
			i, there := at[reason]
			if !there {
				i, all = len(all), append(all, Failure{Measure: name, Reason: reason})
				at[reason] = i
			}
			all[i].Cells = append(all[i].Cells, c)
		}
	}
	return all, nil
}

// Space has the cells in the header's network.
func (h Header) Space() (nasbench201.Space, error) {
	return nasbench201.New(nasbench201.Network(h.Network))
}

// Table returns the records as a table of the header's space, whose measures are of the catalogue.
func (h Header) Table(names space.Names, known measure.Catalogue, records []Record) (table.CSV, error) {
	sp, err := h.Space()
	if err != nil {
		return table.CSV{}, err
	}
	out := table.CSV{Space: sp, Names: names, Metrics: h.metrics(known)}
	if out.Info, err = h.about(records); err != nil {
		return out, err
	}
	rows := map[int][]float64{} // by class
	for _, r := range records {
		c, err := nasbench201.FromIndex(r.Cell)
		if err != nil {
			return out, err
		}
		rows[c.Class()] = r.row()
	}
	out.Values = func(class int) []float64 { return rows[class] }
	return out, nil
}

// row has the values, NaN where there is none.
func (r Record) row() (row []float64) {
	for _, v := range r.Values {
		if v == nil {
			v = new(math.NaN())
		}
		row = append(row, *v)
	}
	return row
}

// metrics are the columns.
func (h Header) metrics(known measure.Catalogue) (all []objective.Metric) {
	for _, name := range h.Measures {
		metric := objective.Metric{Name: name, Goal: objective.UsualGoal(name)}
		if m, ok := known.Find(name); ok {
			metric = objective.MetricOf(m)
		}
		all = append(all, metric)
	}
	return all
}

// about says what the table is.
func (h Header) about(records []Record) (table.Info, error) {
	n := nasbench201.Network(h.Network)
	drawn := "the first"
	if h.Images.SampleSeed != 0 {
		drawn = fmt.Sprintf("by seed %d", h.Images.SampleSeed)
	}
	info := table.Info{
		Dataset: live.ShortName(h.Dataset),
		Description: fmt.Sprintf("%s: %s, C=%d, N=%d, measures of %s weights by nassearch %s",
			h.Preset, live.Title(h.Dataset, n.Image), n.Channels, n.Depth, h.Weights, h.Version),
		Split: fmt.Sprintf("training images, %s %s of %s (digest %.8s)", drawn, numeral.Thousands(h.Images.Number),
			numeral.Thousands(h.Images.Of), h.Images.Digest),
		Training: fmt.Sprintf("none: weights as seed %d draws them", h.Seed),
		Network:  &n,
		Notes:    []string{fmt.Sprintf("preset %s, data set %s, kernel %s in float64", h.Preset, h.Dataset, h.Kernel)},
	}
	failures, err := h.Failures(records)
	info.Notes = append(info.Notes, Lacking(failures)...)
	return info, err
}

// Lacking tells failures in a line a measure: of how many classes there is no value, and why not of the first.
func Lacking(failures []Failure) (lines []string) {
	for i := 0; i < len(failures); {
		f, classes, reasons := failures[i], 0, 0
		for ; i < len(failures) && failures[i].Measure == f.Measure; i++ {
			classes, reasons = classes+len(failures[i].Cells), reasons+1
		}
		text := fmt.Sprintf("no %s of %s", f.Measure, f.Cells[0].Arch())
		if classes > 1 {
			text = fmt.Sprintf("no %s of %s classes, first %s", f.Measure, numeral.Thousands(classes), f.Cells[0].Arch())
		}
		text += ": " + f.Reason
		if reasons > 1 {
			text += fmt.Sprintf(" (others for %d other reasons)", reasons-1)
		}
		lines = append(lines, text)
	}
	return lines
}
