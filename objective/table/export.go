package table

import (
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/objective/table/layout"
)

// Export writes everything that was measured as CSV, one row a class that has any value, by its canonical member.
// Open reads it back to the same values; what is computed (means, params, flops) is left out.
func (t *Table) Export(ctx context.Context, w io.Writer) error {
	picks, grids, err := t.everything(ctx, layout.Every)
	if err != nil {
		return err
	}
	picks = slices.DeleteFunc(picks, func(p pick) bool { return !p.measured() })
	b := bufio.NewWriter(w)
	t.info.writeComments(b)
	c := csv.NewWriter(b)
	record := []string{archColumn}
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
		record[0] = string(t.sp.Class(class))
		any := false
		for i, p := range picks {
			record[i+1] = ""
			if v := p.columns[0].of(grids, class); !math.IsNaN(v) {
				record[i+1], any = strconv.FormatFloat(v, 'g', -1, 64), true
			}
		}
		if !any {
			continue
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

func (i Info) writeComments(w io.Writer) {
	for _, c := range i.comments() {
		writeComment(w, c.key, *c.text)
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
