package frame

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/internal/sharedtest"
	"github.com/parquet-go/parquet-go"
	"pgregory.net/rapid"
)

// of returns a frame of rows.
func of(columns []Column, rows [][]any) *Frame {
	f := &Frame{About: map[string]string{"study": `{"seed":1}`}, Rows: all(rows)}
	for _, c := range columns {
		f.Add(c.Name, c.Kind)
	}
	return f
}

func all(rows [][]any) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		for _, row := range rows {
			if !yield(append([]any{}, row...), nil) {
				return
			}
		}
	}
}

// drawn draws columns with odd names and rows with holes.
func drawn(r *rapid.T) (columns []Column, rows [][]any) {
	name := rapid.StringOfN(rapid.RuneFrom([]rune(`aZ_.@/:,;"'#%\ é中`)), 1, 8, -1)
	for range rapid.IntRange(1, 6).Draw(r, "columns") {
		columns = append(columns, Column{name.Draw(r, "name"), Kind(rapid.IntRange(0, 3).Draw(r, "kind"))})
	}
	// What CSV readers take for the end of a line, and what C takes for the end of a text, is left to other tests.
	letters := rapid.StringOf(rapid.Rune().Filter(func(c rune) bool { return c >= ' ' && c != '\u0085' }))
	for range rapid.IntRange(0, 20).Draw(r, "rows") {
		row := make([]any, len(columns))
		for i, c := range columns {
			if rapid.Bool().Draw(r, "missing") {
				continue
			}
			row[i] = []func() any{
				func() any { return letters.Draw(r, "text") }, func() any { return rapid.Int64().Draw(r, "whole") },
				func() any { return rapid.Float64().Draw(r, "real") }, func() any { return rapid.Bool().Draw(r, "truth") },
			}[c.Kind]()
		}
		rows = append(rows, row)
	}
	return columns, rows
}

// Whatever the names and holes, the file says the same as the rows, in their order.
func TestParquetHoldsTheRows(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		columns, rows := drawn(r)
		f := of(columns, rows)
		var b bytes.Buffer
		if err := f.Parquet(&b); err != nil {
			r.Fatal(err)
		}
		file, err := parquet.OpenFile(bytes.NewReader(b.Bytes()), int64(b.Len()))
		if err != nil {
			r.Fatal(err)
		}
		for i, field := range file.Root().Columns() {
			if field.Name() != f.Columns()[i].Name {
				r.Fatalf("column %d is %q, want %q", i, field.Name(), f.Columns()[i].Name)
			}
		}
		if about, _ := file.Lookup("study"); about != `{"seed":1}` {
			r.Fatalf("about %q", about)
		}
		read := parquet.NewReader(file)
		defer read.Close()
		got := make([]parquet.Row, len(rows)+1)
		if n, _ := read.ReadRows(got); n != len(rows) {
			r.Fatalf("%d rows, want %d", n, len(rows))
		}
		for i, row := range rows {
			for k, want := range row {
				if v := got[i][k]; !same(v, want) {
					r.Fatalf("row %d, column %d: %v, want %v", i, k, v, want)
				}
			}
		}
	})
}

func same(v parquet.Value, want any) bool {
	switch want := want.(type) {
	case string:
		return !v.IsNull() && v.String() == want
	case int64:
		return !v.IsNull() && v.Int64() == want
	case float64:
		return math.IsInf(want, 0) && v.IsNull() || !v.IsNull() && math.Float64bits(v.Double()) == math.Float64bits(want)
	case bool:
		return !v.IsNull() && v.Boolean() == want
	}
	return v.IsNull()
}

func TestCSVHoldsTheRows(t *testing.T) {
	f := of([]Column{{"a,b", Text}, {"n", Whole}, {"x", Real}, {"ok", Truth}}, [][]any{
		{"one\n\"two\"", int64(-1 << 62), .1, true}, {nil, nil, math.NaN(), nil}, {"", int64(0), math.Inf(1), false}, {"x", nil, 3., nil},
	})
	var b bytes.Buffer
	if err := f.CSV(&b); err != nil {
		t.Fatal(err)
	}
	got, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"a,b", "n", "x", "ok"}, {"one\n\"two\"", "-4611686018427387904", "0.1", "true"}, {"", "", "", ""}, {"", "0", "", "false"}, {"x", "", "3", ""},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
}

func TestColumnsHaveDifferentNames(t *testing.T) {
	var f Frame
	for _, name := range []string{"trial", "acc", "Acc", "acc", "acc_2", "trial"} {
		f.Add(name, Real)
	}
	var got []string
	for _, c := range f.Columns() {
		got = append(got, c.Name)
	}
	if d := cmp.Diff([]string{"trial", "acc", "Acc_2", "acc_3", "acc_2_2", "trial_2"}, got); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
}

func TestMistakesEndAFrame(t *testing.T) {
	failed := errors.New("failed")
	for _, c := range []struct {
		rows iter.Seq2[[]any, error]
		want string
	}{
		{all([][]any{{1}}), "column a: a value of type int"}, {all([][]any{{}}), "a row of 0 values for 1 columns"},
		{func(yield func([]any, error) bool) { yield(nil, failed) }, "failed"},
	} {
		for _, write := range []func(*Frame) error{
			func(f *Frame) error { return f.CSV(new(bytes.Buffer)) }, func(f *Frame) error { return f.Parquet(new(bytes.Buffer)) },
		} {
			f := &Frame{Rows: c.rows}
			f.Add("a", Text)
			if err := write(f); err == nil || err.Error() != c.want {
				t.Errorf("%v, want %s", err, c.want)
			}
		}
	}
}

// What pandas and DuckDB read is what was written.
const readElsewhere = `
import glob, json, sys
import duckdb, pandas
for path in sorted(glob.glob(sys.argv[1] + "/*.parquet")):
    want = json.load(open(path + ".json"))
    for rows in (pandas.read_parquet(path, dtype_backend="pyarrow"), duckdb.sql(f"select * from '{path}'").df()):
        assert list(rows.columns) == want["names"], (list(rows.columns), want["names"])
        assert len(rows) == len(want["rows"]), path
        for i, row in enumerate(want["rows"]):
            for k, value in enumerate(row):
                got = rows.iat[i, k]
                assert pandas.isna(got) if value is None else got == value, (path, i, k, got, value)
    print("read")
`

func TestPandasAndDuckDBReadTheSame(t *testing.T) {
	python := sharedtest.Python(t, "pandas", "duckdb", "pyarrow")
	dir, count := t.TempDir(), 0
	rapid.Check(t, func(r *rapid.T) {
		if count == 20 { // as many as one program reads within seconds
			return
		}
		columns, rows := drawn(r)
		f := of(columns, rows)
		path := filepath.Join(dir, fmt.Sprintf("%03d.parquet", count))
		count++
		var b bytes.Buffer
		if err := f.Parquet(&b); err != nil {
			r.Fatal(err)
		}
		want := struct {
			Names []string `json:"names"`
			Rows  [][]any  `json:"rows"`
		}{Rows: append([][]any{}, rows...)}
		for _, c := range f.Columns() {
			want.Names = append(want.Names, c.Name)
		}
		text, err := json.Marshal(want)
		if err != nil {
			r.Fatal(err)
		}
		if err := errors.Join(os.WriteFile(path, b.Bytes(), 0o600), os.WriteFile(path+".json", text, 0o600)); err != nil {
			r.Fatal(err)
		}
	})
	out, err := exec.CommandContext(t.Context(), python, "-c", readElsewhere, dir).CombinedOutput()
	if err != nil || strings.Count(string(out), "read") != count {
		t.Fatalf("%v\n%s", err, out)
	}
}
