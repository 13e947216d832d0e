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
// the class's other names ([NameColumns]) and sizes. Open reads it back to the same values; means are left out.
func (t *Table) Export(ctx context.Context, w io.Writer) error {
	picks, grids, err := t.everything(ctx, layout.Every)
	if err != nil {
		return err
	}
	picks = slices.DeleteFunc(picks, func(p pick) bool { return !p.measured() && p.compute == nil })
	b := bufio.NewWriter(w)
	t.info.writeComments(b)
	c := csv.NewWriter(b)
	names := t.names()
	record := slices.Clone(names)
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
			record[len(names)+i] = number(v)
			any = any || p.compute == nil && !math.IsNaN(v)
		}
		if !any {
			continue
		}
		for i, name := range names {
			record[i] = t.called(arch, name)
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

// names are those of [NameColumns] that the table's space has.
func (t *Table) names() []string {
	names := NameColumns()
	if _, ok := t.sp.(space.Indexer); !ok {
		names = names[:2]
	}
	return names
}

// called is an architecture under one of its names; empty where that is not known.
func (t *Table) called(arch space.Arch, name string) string {
	switch name {
	case archColumn:
		return string(arch)
	case "class":
		return string(space.Canonical(t.sp, arch))
	case "index":
		if s, ok := t.sp.(space.Indexer); ok {
			return strconv.Itoa(s.Index(arch))
		}
	case "id":
		if id, _, ok := t.OfficialID(arch); ok {
			return strconv.Itoa(id)
		}
	}
	return ""
}
