package trials_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/internal/sharedtest"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/report/trials"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/parquet-go/parquet-go"
)

const arch = space.Arch("|nor_conv_1x1~0|+|none~0|skip_connect~1|+|avg_pool_3x3~0|nor_conv_3x3~1|none~2|")

// study has a success with a record, a short training, a failure with another record, and a duplicate; one of its
// metrics is called as a column is, another has odd letters.
func study() search.Result {
	return search.Result{
		Study: search.Description{Space: "nasbench201", Strategy: "random", Seed: 1<<63 + 1, Objective: []objective.Metric{
			{Name: "pgd_acc", Setting: objective.At(8)}, {Name: "trial"}, {Name: `é,"x".y`},
		}},
		Trials: []search.Trial{
			{ID: 3, Arch: arch, Values: []float64{.5, 1e-300, -0.25}, Of: -1, End: time.Hour, Wall: 1500 * time.Millisecond,
				Record: []byte(`{"loss":0.1,"passes":{"forward":7},"kernel":"generic","ok":true,"list":[1,2],"mixed":1,"none":null}`)},
			{ID: 4, Arch: arch, Fidelity: .125, Values: []float64{0, 1, 2}, Of: -1, Start: time.Hour, End: 2 * time.Hour},
			{ID: 7, Arch: arch, Fidelity: 1, Failure: "it said\n\"no\"", Cause: objective.NotFinite, Of: -1, Record: []byte(`{"mixed":"two"}`)},
			{ID: 9, Arch: arch, Fidelity: 1, Values: []float64{.5, 1e-300, -0.25}, Of: 3},
		},
	}
}

func names(t *testing.T) space.Names {
	t.Helper()
	sp, err := nasbench201.New(nasbench201.Benchmark(10, 32))
	if err != nil {
		t.Fatal(err)
	}
	return space.Names{Space: sp, ID: func(space.Arch) (int, bool) { return 0, true }}
}

func TestEveryTrialIsARow(t *testing.T) {
	var b bytes.Buffer
	if err := trials.CSV(&b, study(), names(t)); err != nil {
		t.Fatal(err)
	}
	got, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	class := string(space.Canonical(names(t).Space, arch))
	named := func(row ...string) []string {
		return append([]string{row[0], row[1], string(arch), class, "6490", "0"}, row[2:]...)
	}
	want := [][]string{
		{"trial", "query", "arch", "class", "index", "id", "duplicate_of", "fidelity", "start_seconds", "end_seconds", "wall_seconds",
			"pgd_acc@8/255", "trial_2", `é,"x".y`, "failure", "cause", "kernel", "list", "loss", "mixed", "ok", "passes.forward"},
		named("3", "1", "", "1", "0", "3600", "1.5", "0.5", "1e-300", "-0.25", "", "", "generic", "[1,2]", "0.1", "1", "true", "7"),
		named("4", "2", "", "0.125", "3600", "7200", "0", "0", "1", "2", "", "", "", "", "", "", "", ""),
		named("7", "3", "", "1", "0", "0", "0", "", "", "", `it said\n"no"`, "not finite", "", "", "", "two", "", ""),
		named("9", "4", "3", "1", "0", "0", "0", "0.5", "1e-300", "-0.25", "", "", "", "", "", "", "", ""),
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
}

// A study without trials has all of its columns.
func TestNoTrials(t *testing.T) {
	r := study()
	r.Trials = nil
	var text, file bytes.Buffer
	if err := trials.CSV(&text, r, space.Names{}); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(text.String(), "\n"); lines != 1 {
		t.Errorf("%d lines, want the header", lines)
	}
	if err := trials.Parquet(&file, r, space.Names{}); err != nil {
		t.Fatal(err)
	}
	f, err := parquet.OpenFile(bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil {
		t.Fatal(err)
	}
	about, _ := f.Lookup("nassearch.study")
	var d search.Description
	if err := json.Unmarshal([]byte(about), &d); err != nil || d.Seed != r.Study.Seed || f.NumRows() != 0 || len(f.Root().Columns()) != 16 {
		t.Errorf("%d rows, %d columns, about %s, %v", f.NumRows(), len(f.Root().Columns()), about, err)
	}
}

const readElsewhere = `
import sys, duckdb, pandas
p = pandas.read_parquet(sys.argv[1], dtype_backend="pyarrow")
assert list(p["trial"]) == [3, 4, 7, 9] and list(p["fidelity"]) == [1, .125, 1, 1], p
assert p["pgd_acc@8/255"].isna().tolist() == [False, False, True, False], p
assert str(p.dtypes["trial"]) == "int64[pyarrow]" and str(p.dtypes["ok"]) == "bool[pyarrow]", p.dtypes
failed, = duckdb.sql(f"select failure, \"trial_2\" from '{sys.argv[1]}' where failure is not null").fetchall()
assert failed == ('it said\\n"no"', None), failed
best, = duckdb.sql(f"select max(\"pgd_acc@8/255\"), min(\"é,\"\"x\"\".y\"), sum(loss) from '{sys.argv[1]}'").fetchall()
assert best == (.5, -.25, .1), best
c = pandas.read_csv(sys.argv[2])
assert list(c.columns) == list(p.columns) and c["wall_seconds"].tolist() == [1.5, 0, 0, 0], c
print("read")
`

func TestPandasAndDuckDBAskTheRows(t *testing.T) {
	python := sharedtest.Python(t, "pandas", "duckdb", "pyarrow")
	dir := t.TempDir()
	paths := []string{filepath.Join(dir, "run.parquet"), filepath.Join(dir, "run.csv")}
	var file, text bytes.Buffer
	if err := trials.Parquet(&file, study(), names(t)); err != nil {
		t.Fatal(err)
	}
	if err := trials.CSV(&text, study(), names(t)); err != nil {
		t.Fatal(err)
	}
	for i, b := range []bytes.Buffer{file, text} {
		if err := os.WriteFile(paths[i], b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, err := exec.CommandContext(t.Context(), python, "-c", readElsewhere, paths[0], paths[1]).CombinedOutput()
	if err != nil || string(out) != "read\n" {
		t.Fatalf("%v\n%s", err, out)
	}
}
