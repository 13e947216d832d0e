package table

import (
	"bufio"
	"context"
	"encoding/csv"
	"io"
	"math"
	"slices"
	"strconv"

	"github.com/nassearch/nassearch/objective/table/layout"
	"github.com/nassearch/nassearch/space"
)

// Export writes everything that was measured as CSV, one row a class that has any value, by its canonical member, with
// the class's other names ([space.NameColumns]) and sizes. Open reads it back to the same values; means are left out.
func (t *Table) Export(ctx context.Context, w io.Writer) error {
	picks, grids, err := t.everything(ctx, layout.Every)
	if err != nil {
		return err
	}
	picks = slices.DeleteFunc(picks, func(p pick) bool { return !p.measured() && p.compute == nil })
	b := bufio.NewWriter(w)
	t.info.writeComments(b)
	c := csv.NewWriter(b)
	record, names := space.NameColumns(), t.Names()
	first := len(record)
	for _, p := range picks {
		record = append(record, p.metric.String())
	}
	if err := c.Write(record); err != nil {
		return err
	}
	for class := range t.sp.Classes() {
		if err := ctx.Err(); err != nil {
			return err
		}
		arch := t.sp.Class(class)
		any := false
		for i, p := range picks {
			v := p.value(arch, grids, class)
			record[first+i] = number(v)
			any = any || p.compute == nil && !math.IsNaN(v)
		}
		if !any {
			continue
		}
		copy(record, names.Texts(arch))
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
