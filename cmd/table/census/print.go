package census

import (
	"fmt"
	"io"
	"path/filepath"

	"github.com/nassearch/nassearch/internal/atomicfile"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective/live/census"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// tableFile is the table in a folder.
const tableFile = "table.zip"

// conclude writes the table of what was measured, and says what it has.
func conclude(
	w io.Writer, methods robustness.Catalogue, dir string, h census.Header, records []census.Record, compact bool,
) error {
	t, err := census.NewTable(h, methods, records)
	if err != nil {
		return err
	}
	t.Compact = compact
	path := filepath.Join(dir, tableFile)
	if err := atomicfile.Write(path, t.Write); err != nil {
		return err
	}
	measured := t.Measured()
	fmt.Fprintf(w, "table    %s · %s of %s classes · %.1f core-hours\n",
		path, numeral.Thousands(measured), numeral.Thousands(nasbench201.Classes), t.Seconds/3600)
	for _, r := range t.Failed {
		c, err := nasbench201.FromIndex(r.Cell)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "failed   %s with seed %d: %s\n", c.Arch(), r.Seed, r.Failed)
	}
	if left := nasbench201.Classes - measured; left > 0 {
		fmt.Fprintf(w, "missing  %s classes: a search warns of them, and a query of one fails\n", numeral.Thousands(left))
	}
	return nil
}
