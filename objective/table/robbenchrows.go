package table

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table/layout"
)

// sorted lists the columns with clean accuracy first, attacks as we list them, then the others by name, each in the
// order of its eps.
func (b *robBench) sorted() []int {
	order := append([]string{"clean"}, objective.Usual().Attacks.Metrics()...)
	rank := func(c robBenchColumn) int {
		i := slices.Index(order, strings.TrimSuffix(c.Name, "_acc"))
		if i < 0 {
			return len(order)
		}
		return i
	}
	sorted := make([]int, len(b.columns))
	for i := range sorted {
		sorted[i] = i
	}
	slices.SortFunc(sorted, func(i, j int) int {
		x, y := b.columns[i], b.columns[j]
		return cmp.Or(rank(x)-rank(y), strings.Compare(x.Name, y.Name), cmp.Compare(x.Setting.Eps, y.Setting.Eps))
	})
	return sorted
}

// fill makes the metrics and values. Of several members of a class the smallest id counts, unless a rule says
// otherwise.
func (b *robBench) fill(c *Content, o Options) (err error) {
	sp := o.Space
	if o.Rows == Each {
		if sp, err = each(sp); err != nil {
			return err
		}
	}
	sorted := b.sorted()
	place := make([]int, len(sorted))
	for i, column := range sorted {
		c.Metrics = append(c.Metrics, b.columns[column].Metric)
		place[column] = i
	}
	rule := cmp.Or(o.Rows, First)
	values, seeds := newRows(rule, sp.Classes(), len(sorted)), newRows(rule, sp.Classes(), len(sorted))
	seeds.join = total
	slices.Sort(b.ids)
	for _, id := range b.ids {
		arch, _ := b.meta.Arch(id)
		class, err := sp.ClassOf(arch)
		if err != nil {
			return err
		}
		row, of := values.add(class, id), seeds.add(class, id)
		for _, s := range b.rows[id] {
			row[place[s.column]], of[place[s.column]] = s.value, float64(s.seeds)
		}
	}
	var wrong *contradiction
	if c.measured, wrong = values.grid(); wrong != nil {
		b.Key, b.ID = b.columns[sorted[wrong.column]].original, strconv.Itoa(wrong.line)
		return b.Fail("value %v contradicts %v of id %d, which is of the same class: %s",
			wrong.value, wrong.before, wrong.other, chooseRule)
	}
	c.seeds, _ = seeds.grid()
	b.count(c.seeds)
	if o.Rows != "" {
		c.Info.rowsOf(rule, values.several)
	} else if left := len(b.ids) - len(c.measured.Values)/max(1, len(sorted)); left > 0 && len(sorted) > 0 {
		c.Info.Notes = append(c.Info.Notes, fmt.Sprintf("%d ids left out: a smaller id is of the same class", left))
	}
	return nil
}

// total is the sum.
func total(values []float64) (sum float64) {
	for _, v := range values {
		sum += v
	}
	return sum
}

// count notes the least and the most seeds that a value is the mean of, if it is known of all.
func (b *robBench) count(seeds layout.Grid) {
	for _, n := range seeds.Values {
		switch {
		case math.IsNaN(n):
		case n == 0:
			b.seeds = Seeds{}
			return
		default:
			b.seeds = b.seeds.with(int(n))
		}
	}
}
