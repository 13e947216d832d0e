package table

import (
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table/layout"
)

// Export writes everything that was measured as CSV, one row a class that has any value, by its canonical member.
// Open reads it back to the same values; what is computed (means, params, flops) is left out.
func (t *Table) Export(ctx context.Context, w io.Writer) error {
	var own []*family
	var files []int
	for i := range t.families {
		f := &t.families[i]
		if f.missing == nil && !f.fixed && f.compute == nil {
			own = append(own, f)
			files = append(files, filesOf([]pick{{cells: cells(f.columns, f.label)}})...)
		}
	}
	grids, err := t.read(ctx, unique(files), t.store.all)
	if err != nil {
		return err
	}
	b := bufio.NewWriter(w)
	t.info.writeComments(b)
	c := csv.NewWriter(b)
	var columns []exportColumn
	for _, f := range own {
		columns = append(columns, f.exported(grids)...)
	}
	record := []string{archColumn}
	for _, e := range columns {
		record = append(record, e.header)
	}
	if err := c.Write(record); err != nil {
		return err
	}
	for class := range t.sp.Classes() {
		if err := ctx.Err(); err != nil {
			return err
		}
		if !fill(record, columns, grids, class) {
			continue
		}
		record[0] = string(t.sp.Class(class))
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

// exportColumn is a column of the CSV file.
type exportColumn struct {
	header string
	cell   cell
}

// exported lists the columns of a family.
func (f *family) exported(grids []layout.Grid) []exportColumn {
	var out []exportColumn
	for _, m := range f.members(grids) {
		for _, c := range f.columns {
			header := objective.Metric{Name: m.name, Goal: f.goal, Setting: c.setting}
			out = append(out, exportColumn{header.String(), cell{c.file, c.at, m.label}})
		}
	}
	return out
}

// fill writes the values of a class behind the first field; it is false if there is none.
func fill(record []string, columns []exportColumn, grids []layout.Grid, class int) bool {
	any := false
	for i, e := range columns {
		v := e.cell.of(grids[e.cell.file], class)
		record[i+1] = ""
		if !math.IsNaN(v) {
			record[i+1], any = strconv.FormatFloat(v, 'g', -1, 64), true
		}
	}
	return any
}

func (i Info) writeComments(w io.Writer) {
	for _, c := range [][2]string{
		{keyDataset, i.Dataset},
		{keyDescription, i.Description},
		{keySplit, i.Split},
		{keyTraining, i.Training},
		{keyAttacks, i.Attacks},
	} {
		writeComment(w, c[0], c[1])
	}
	if i.DefaultEps != 0 {
		writeComment(w, keyEps, i.DefaultEps.String())
	}
	for _, n := range i.Notes {
		writeComment(w, keyNote, n)
	}
}

// writeComment writes one line, if there is anything to say.
func writeComment(w io.Writer, key, text string) {
	if text != "" {
		fmt.Fprintf(w, "# %s: %s\n", key, strings.Join(strings.Fields(text), " "))
	}
}
