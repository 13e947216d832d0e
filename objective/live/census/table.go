package census

import (
	"cmp"
	"fmt"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/objective/table/layout"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// Table is a census as a table: numbers by file, by class.
type Table struct {
	Header
	Failed  []Record // that have no values, by cell and seed
	Warned  []Record // that have warnings
	Seconds float64  // that all measurements took, of the workers' time
	// Compact leaves out confidences under attack, all but accuracies under corruptions and of shorter trainings, and a
	// single seed's numbers there; it keeps two decimals of losses under attack, three of a single seed's accuracies, and
	// four digits of measures: a quarter of the size.
	Compact bool

	under   []layout.Source // the protocol's, in the released layout
	held    []live.Held     // its measures
	shorter []fidelity      // its fidelities
	records map[Piece]Record
}

// NewTable makes a table of a log's records, of what is known.
func NewTable(h Header, known objective.Catalogue, records []Record) (*Table, error) {
	t := &Table{Header: h, records: map[Piece]Record{}}
	if err := t.find(known); err != nil {
		return nil, err
	}
	for _, r := range records {
		t.Seconds += r.Seconds
		t.records[r.piece()] = r
		if r.Failed != "" {
			t.Failed = append(t.Failed, r)
		}
		if len(r.Warnings) > 0 {
			t.Warned = append(t.Warned, r)
		}
	}
	return t, nil
}

// Measured counts the classes that have values under every seed.
func (t *Table) Measured() int {
	n := 0
	for class := range nasbench201.Classes {
		if t.mean(class, t.Seeds, func(r Record) []float64 { return r.Clean }) != nil {
			n++
		}
	}
	return n
}

// mean returns a class's numbers, averaged over seeds; nil if one is missing.
func (t *Table) mean(class int, seeds []uint64, pick func(Record) []float64) []float64 {
	cell := nasbench201.Members(class)[0].Canonical().Index()
	var sum []float64
	for _, seed := range seeds {
		r, ok := t.records[Piece{cell, seed}]
		if !ok || r.Failed != "" {
			return nil
		}
		values := pick(r)
		if values == nil {
			return nil
		}
		if sum == nil {
			sum = make([]float64, len(values))
		}
		for i, v := range values {
			sum[i] += v / float64(len(seeds))
		}
	}
	return sum
}

// images is how many of the test images the first n are; 0 means all.
func (h Header) images(n int) int { return min(cmp.Or(n, h.Images.Tests), h.Images.Tests) }

// column is one number of every row.
func (s Scores) column(i int) []float64 {
	values := make([]float64, len(s))
	for k, row := range s {
		values[k] = row[i]
	}
	return values
}

// names lists the table's data sets: the means over all seeds, then each seed for itself.
func (t *Table) names() []string {
	name := live.ShortName(t.Protocol.Dataset)
	all := []string{name}
	if len(t.Seeds) > 1 {
		for _, s := range t.Seeds {
			all = append(all, fmt.Sprintf("%s-seed%d", name, s))
		}
	}
	return all
}
