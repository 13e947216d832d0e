package correlate

import (
	"math"

	"github.com/nassearch/nassearch/internal/figure"
)

// Result is how the metrics of a table order architectures, compared with each other or with those of another table.
type Result struct {
	Cells [][]Pair // by the metrics of either; there is one of each
	Self  bool     // each with the others
}

// Pairs lists the pairs, those of a table with itself once.
func (r Result) Pairs() []Pair {
	var pairs []Pair
	for i, row := range r.Cells {
		if r.Self {
			row = row[i+1:]
		}
		pairs = append(pairs, row...)
	}
	return pairs
}

// Foremost returns all pairs if there are at most so many, otherwise those of a metric with itself in the other table;
// of one table with itself, the first.
func (r Result) Foremost(most int) []Pair {
	pairs := r.Pairs()
	if len(pairs) <= most {
		return pairs
	}
	var same []Pair
	for _, p := range pairs {
		if p.A.Name == p.B.Name && !r.Self {
			same = append(same, p)
		}
	}
	if len(same) == 0 {
		same = pairs
	}
	return same[:min(most, len(same))]
}

// Architectures is the least and the most of them that a pair is over; zero if there are no pairs.
func (r Result) Architectures() (least, most int) {
	for i, p := range r.Pairs() {
		if i == 0 {
			least = p.N
		}
		least, most = min(least, p.N), max(most, p.N)
	}
	return least, most
}

// Statistic is a rank correlation by its name: kendall or spearman.
type Statistic string

// The statistics of a pair.
const (
	Kendall  Statistic = "kendall"
	Spearman Statistic = "spearman"
)

// Words names it in full.
func (s Statistic) Words() string {
	if s == Spearman {
		return "Spearman's rho"
	}
	return "Kendall's tau-b"
}

// Of is the statistic of a pair; NaN if it has none.
func (s Statistic) Of(p Pair) float64 {
	c := p.Kendall
	if s == Spearman {
		c = p.Spearman
	}
	if c == nil {
		return math.NaN()
	}
	return c.Value
}

// Heat is a statistic of all pairs, as a figure without a title.
func (r Result) Heat(s Statistic) figure.Heat {
	var h figure.Heat
	for _, p := range r.Cells[0] {
		h.Columns = append(h.Columns, p.B.Brief())
	}
	for _, row := range r.Cells {
		h.Rows = append(h.Rows, row[0].A.Brief())
		values := make([]float64, len(row))
		for j, p := range row {
			values[j] = s.Of(p)
		}
		h.Values = append(h.Values, values)
	}
	return h
}
