package export

import (
	"bytes"
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/objective/table/micro"
	"github.com/parquet-go/parquet-go"
)

// The rows of Parquet are those of CSV, of any table: of the whole one in the program, and of one with holes, odd names
// and a few classes.
func TestParquetHasTheRowsOfCSV(t *testing.T) {
	partial := filepath.Join(t.TempDir(), "partial.csv")
	const text = "# dataset: cifar10\n# split: test\narch,clean_acc,pgd_acc@1/255,\"odd\"\"é.name\",lat:min\n" +
		"|none~0|+|none~0|none~1|+|none~0|none~1|none~2|,0.1,,1e-300,\n" +
		"|skip_connect~0|+|none~0|none~1|+|none~0|none~1|skip_connect~2|,,0.25,,-3\n"
	if err := os.WriteFile(partial, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, classes := range map[string]int{micro.Path: 6466, partial: 2} {
		opened, err := table.Open(path, table.Options{Formats: []table.Format{micro.Format()}})
		if err != nil {
			t.Fatal(err)
		}
		var flat, typed bytes.Buffer
		if err := opened.Export(t.Context(), &flat); err != nil {
			t.Fatal(err)
		}
		if err := writeParquet(t.Context(), &typed, opened); err != nil {
			t.Fatal(err)
		}
		lines := csv.NewReader(&flat)
		lines.Comment = '#'
		want, err := lines.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		file, err := parquet.OpenFile(bytes.NewReader(typed.Bytes()), int64(typed.Len()))
		if err != nil {
			t.Fatal(err)
		}
		if about, _ := file.Lookup("nassearch.split"); about != opened.Info().Split || about == "" {
			t.Errorf("%s: split %q, want %q", path, about, opened.Info().Split)
		}
		for i, c := range file.Root().Columns() {
			if c.Name() != want[0][i] {
				t.Errorf("%s: column %d is %s, want %s", path, i, c.Name(), want[0][i])
			}
		}
		if got := int(file.NumRows()); got != classes || got != len(want)-1 {
			t.Fatalf("%s: %d rows, %d lines, want %d", path, got, len(want)-1, classes)
		}
		rows := make([]parquet.Row, classes)
		read := parquet.NewReader(file)
		if n, _ := read.ReadRows(rows); n != classes {
			t.Fatalf("%s: read %d rows", path, n)
		}
		for i, row := range rows {
			for k, v := range row {
				if !same(v, want[i+1][k]) {
					t.Fatalf("%s: row %d, column %d: %v, want %s", path, i, k, v, want[i+1][k])
				}
			}
		}
	}
}

// same says whether a value is that of a field of CSV, where nothing is a hole.
func same(v parquet.Value, field string) bool {
	if field == "" || v.IsNull() {
		return field == "" && v.IsNull()
	}
	if v.Kind() != parquet.Double {
		return strings.TrimSpace(v.String()) == field
	}
	number, err := strconv.ParseFloat(field, 64)
	return err == nil && math.Float64bits(number) == math.Float64bits(v.Double())
}
