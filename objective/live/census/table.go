package census

import (
	"cmp"
	"fmt"
	"math"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/objective/table/layout"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/robustness/corruption"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// Table is a census as a table: numbers by file, by class.
type Table struct {
	Header
	Failed  []Record // that have no values, by cell and seed
	Warned  []Record // that have warnings
	Seconds float64  // that all measurements took, of the workers' time
	// Compact leaves out confidences under attack and corruptions, and keeps two decimals of losses there and three of a
	// single seed's accuracies: a fifth smaller.
	Compact bool

	sources []layout.Source // the protocol's attacks, then its corruptions, in the released layout
	records map[piece]Record
}

// NewTable makes a table of a log's records, of what is known.
func NewTable(h Header, known objective.Catalogue, records []Record) (*Table, error) {
	t := &Table{Header: h, records: map[piece]Record{}}
	for _, a := range h.Protocol.Attacks {
		m, err := a.Method(known.Attacks)
		if err != nil {
			return nil, err
		}
		s := layout.Source{Key: m.Released(robustness.Linf), Name: m.Metric, At: a.At()}
		t.sources = append(t.sources, s)
	}
	severities := objective.Severities(corruption.Severities)
	for _, c := range h.Protocol.Corruptions {
		t.sources = append(t.sources, layout.Source{Key: c.Name, Name: c.Name, At: severities})
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
		r, ok := t.records[piece{cell, seed}]
		if !ok || r.Failed != "" {
			return nil
		}
		values := pick(r)
		if sum == nil {
			sum = make([]float64, len(values))
		}
		for i, v := range values {
			sum[i] += v / float64(len(seeds))
		}
	}
	return sum
}

// column is a file of a data set: what is picked of a record.
type column struct {
	layout.Source
	measure  layout.Measure
	decimals int
	pick     func(Record) []float64
}

// decimals of confidences and losses in a table, and of losses under attack and corruptions in a compact one.
const (
	decimals    = 3
	fewDecimals = 2
)

// shareDecimals tells shares of so many images apart; at least 4.
func shareDecimals(images int) int { return max(4, int(math.Ceil(math.Log10(float64(images))))) }

// columns lists the files of a data set, by measure; a single seed's has accuracies only.
func (t *Table) columns(single bool) []column {
	var all []column
	add := func(s layout.Source, m layout.Measure, images int, pick func(Record) []float64) {
		c, changed := column{s, m, decimals, pick}, s.At != nil
		switch {
		case single && m != layout.Accuracy, t.Compact && changed && m == layout.Confidence:
			return
		case t.Compact && changed && m == layout.Loss:
			c.decimals = fewDecimals
		case m == layout.Accuracy && !(single && t.Compact):
			c.decimals = shareDecimals(images * len(t.Seeds))
		}
		all = append(all, c)
	}
	for i, measure := range []layout.Measure{layout.Accuracy, layout.Confidence, layout.Loss} {
		clean := layout.Source{Key: "clean", Name: "clean"}
		add(clean, measure, t.Images.Tests, func(r Record) []float64 { return r.Clean[i : i+1] })
		for k, a := range t.Protocol.Attacks {
			add(t.sources[k], measure, t.images(a.Images), func(r Record) []float64 { return r.Under[k].column(i) })
		}
		for k, c := range t.Protocol.Corruptions {
			s := t.sources[len(t.Protocol.Attacks)+k]
			add(s, measure, t.images(c.Images), func(r Record) []float64 { return r.Corrupted[k].column(i) })
		}
	}
	for i, measure := range []layout.Measure{layout.Accuracy, layout.Loss} {
		train := layout.Source{Key: "train", Name: "train"}
		add(train, measure, t.Images.Trains, func(r Record) []float64 { return r.Train[i : i+1] })
	}
	return all
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

// datasets lists the table's data sets with the seeds that each is the mean of: first all, then each for itself, of
// which there are accuracies only.
func (t *Table) datasets() (names []string, seeds [][]uint64) {
	name := live.ShortName(t.Protocol.Dataset)
	names, seeds = []string{name}, [][]uint64{t.Seeds}
	if len(t.Seeds) > 1 {
		for _, s := range t.Seeds {
			names, seeds = append(names, fmt.Sprintf("%s-seed%d", name, s)), append(seeds, []uint64{s})
		}
	}
	return names, seeds
}
