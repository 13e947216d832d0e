package table

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/objective/table/layout"
)

// Rule says what is made of several rows of one class, whose networks compute the same function but were trained apart.
type Rule string

// The rules.
const (
	// Strict refuses rows that contradict one another.
	Strict Rule = "strict"
	// First takes the first row in the order of the file, or of released ids, with its holes: the values of one network.
	First Rule = "first"
	// Mean takes the mean of all values, metric by metric.
	Mean Rule = "mean"
	// Each lets every architecture have its own value: it is then the unit of a query, in the place of its class.
	Each Rule = "each"
)

// Rules lists them; the first is that of a table that does not say its own.
func Rules() []Rule { return []Rule{Strict, First, Mean, Each} }

// chooseRule says what to do about rows that contradict one another.
const chooseRule = "--rows first, --rows mean or --rows each says what counts"

// Check refuses what is no rule; an empty one is none yet.
func (r Rule) Check() error {
	if r == "" || slices.Contains(Rules(), r) {
		return nil
	}
	var names []string
	for _, known := range Rules() {
		names = append(names, string(known))
	}
	return fmt.Errorf("rows %q: want %s", string(r), strings.Join(names, ", "))
}

// rows are those of a file, in its order, until a rule makes one of those of a class.
type rows struct {
	rule    Rule
	classes int
	width   int
	values  []float64 // (rows, width), NaN for a hole
	class   []int32   // by row
	where   []int     // by row: its line, or id
	several int       // classes that have more than one row

	join func([]float64) float64 // makes one of different values; nil where there should be none
}

func newRows(rule Rule, classes, width int) *rows {
	r := &rows{rule: rule, classes: classes, width: width}
	if rule == Mean {
		r.join = mean
	}
	return r
}

// add appends a row of holes for a class, and returns it to be filled.
func (r *rows) add(class, line int) []float64 {
	r.class, r.where = append(r.class, int32(class)), append(r.where, line)
	for range r.width {
		r.values = append(r.values, math.NaN())
	}
	return r.row(len(r.class) - 1)
}

func (r *rows) row(i int) []float64 { return r.values[i*r.width : (i+1)*r.width] }

// contradiction is a value of a row that is not that of an earlier one of its class.
type contradiction struct {
	column, line, other int
	value, before       float64
}

// grid makes one row of those of each class. It is a contradiction if the rule allows none.
func (r *rows) grid() (layout.Grid, *contradiction) {
	g := layout.Grid{Width: r.width, Labels: 1, Rows: layout.NoRows(r.classes)}
	of := r.byClass()
	for i, class := range r.class {
		if of[class][0] != i {
			continue // with the first of its class
		}
		if len(of[class]) > 1 {
			r.several++
		}
		row, c := r.one(of[class])
		if c != nil {
			return g, c
		}
		g.Add(int(class), row)
	}
	return g, nil
}

// byClass lists the rows of each class that has any.
func (r *rows) byClass() map[int32][]int {
	of := make(map[int32][]int, len(r.class))
	for i, class := range r.class {
		of[class] = append(of[class], i)
	}
	return of
}

// one makes one row of several.
func (r *rows) one(of []int) ([]float64, *contradiction) {
	if len(of) == 1 || r.rule == First {
		return r.row(of[0]), nil
	}
	out := make([]float64, r.width)
	var values []float64
	for column := range out {
		values, out[column] = values[:0], math.NaN()
		first := -1
		for _, i := range of {
			v := r.row(i)[column]
			if math.IsNaN(v) {
				continue
			}
			if first < 0 {
				first = i
			}
			if before := r.row(first)[column]; v != before && r.join == nil {
				return nil, &contradiction{column, r.where[i], r.where[first], v, before}
			}
			values = append(values, v)
		}
		switch {
		case first < 0:
		case r.join != nil:
			out[column] = r.join(values)
		default:
			out[column] = values[0]
		}
	}
	return out, nil
}

// mean does not depend on the order of the values, which it changes, and is each of several equal ones.
func mean(values []float64) float64 {
	slices.Sort(values)
	n := float64(len(values))
	if values[0] == values[len(values)-1] {
		return values[0]
	}
	sum, parts := 0.0, 0.0
	for _, v := range values {
		sum, parts = sum+v, parts+v/n
	}
	if math.IsInf(sum, 0) {
		return parts
	}
	return sum / n
}

// told says what was made of several rows of one class; empty if nothing was.
func (i Info) told() string {
	switch {
	case i.Rows == "":
		return ""
	case i.Rows == Each:
		return " · a value for each cell"
	case i.Several == 1:
		return fmt.Sprintf(" · %s of the rows of a class (1 has several)", i.Rows)
	}
	return fmt.Sprintf(" · %s of the rows of a class (%d have several)", i.Rows, i.Several)
}
