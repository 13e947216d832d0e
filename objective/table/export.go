package table

import (
	"bufio"
	"context"
	"encoding/csv"
	"io"
	"math"
	"slices"
	"strconv"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table/layout"
	"github.com/nassearch/nassearch/space"
)

// Export writes everything that was measured as a [CSV], with the sizes of networks; means are left out.
func (t *Table) Export(ctx context.Context, w io.Writer) error {
	out, err := t.Measured(ctx)
	if err != nil {
		return err
	}
	return out.Write(ctx, w)
}

// Measured returns everything that was measured, with the sizes of networks; means are left out.
func (t *Table) Measured(ctx context.Context) (CSV, error) {
	picks, grids, err := t.everything(ctx, layout.Every, nil)
	if err != nil {
		return CSV{}, err
	}
	picks = slices.DeleteFunc(picks, func(p pick) bool { return !p.measured() && p.compute == nil })
	out := CSV{Info: t.info, Space: t.sp, Names: t.Names()}
	for _, p := range picks {
		out.Metrics = append(out.Metrics, p.metric)
	}
	row := make([]float64, len(picks))
	out.Values = func(class int) []float64 {
		any := false
		for i, p := range picks {
			row[i] = p.value(t.sp.Class(class), grids, class)
			any = any || p.compute == nil && !math.IsNaN(row[i])
		}
		if !any {
			return nil
		}
		return row
	}
	return out, nil
}

// CSV is a table to be written as CSV, which Open reads back to the same values.
type CSV struct {
	Info    Info
	Space   Space
	Names   space.Names
	Metrics []objective.Metric
	// Values returns those of a class in the order of the metrics, NaN for a hole; nil leaves the class out.
	Values func(class int) []float64
}

// Write writes what the table is, and one row a class, by its canonical member, with its other names
// ([space.NameColumns]).
func (t CSV) Write(ctx context.Context, w io.Writer) error {
	b := bufio.NewWriter(w)
	t.Info.writeComments(b)
	c := csv.NewWriter(b)
	record := space.NameColumns()
	first := len(record)
	for _, m := range t.Metrics {
		record = append(record, m.String())
	}
	if err := c.Write(record); err != nil {
		return err
	}
	for class := range t.Space.Classes() {
		if err := ctx.Err(); err != nil {
			return err
		}
		values := t.Values(class)
		if values == nil {
			continue
		}
		copy(record, t.Names.Texts(t.Space.Class(class)))
		for i, v := range values {
			record[first+i] = number(v)
		}
		if err := c.Write(record); err != nil {
			return err
		}
	}
	c.Flush()
	if err := c.Error(); err != nil {
		return err
	}
	return b.Flush()
}

// number writes all digits, and nothing for NaN; whole numbers as such.
func number(v float64) string {
	switch {
	case math.IsNaN(v):
		return ""
	case v == math.Trunc(v) && math.Abs(v) < 1<<53 && (v != 0 || !math.Signbit(v)):
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// Names tells what architectures are called, with the released ids that the table knows.
func (t *Table) Names() space.Names {
	return space.Names{Space: t.sp, ID: func(a space.Arch) (int, bool) {
		id, _, ok := t.OfficialID(a)
		return id, ok
	}}
}
