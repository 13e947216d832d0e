package table_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/nassearch/nassearch/internal/sharedtest"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table"
)

// robBench writes a file of NAS-RobBench-201 beside a meta.json for pairs, and opens it.
func robBench(t testing.TB, text string, o table.Options) (*table.Table, error) {
	t.Helper()
	dir := write(t, map[string]string{"meta.json": pairsMeta(), "robbench.json": text})
	o.Space = pairs{}
	return table.Open(filepath.Join(dir, "robbench.json"), o)
}

const robBenchText = `{
  "cifar100": {"0": {"val_acc": {"0": 0.1}}},
  "cifar10": {
    "0": {"val_acc": {"0": 0.5, "1": 0.25, "2": 0.75}, "val_fgsm_3.0_acc": {"1": 0.125}, "val_fgsm_8.0_acc": {"1": 0.0625}, "val_loss": {"1": 2.5}},
    "7": {"val_acc": {"0": 0.7}, "val_aa_8.0": {"0": 0.07}},
    "5": {"val_acc": {"0": 0.5, "1": 0.25, "threeseed": 0.9}, "val_aa_8.0": {"0": 0.05}},
    "8": {"val_acc": {"threeseed": 0.875}, "val_pgd_3.0_acc": {"0": 1}}
  }
}`

func TestRobBenchNamesAndMeans(t *testing.T) {
	tab, err := robBench(t, robBenchText, table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		metric  string
		want    []float64
		setting string
	}{
		{"clean_acc", []float64{.875, .375, nan, nan, nan, .5}, ""},
		{"fgsm_acc", []float64{nan, nan, nan, nan, nan, .125}, "3/255"},
		{"fgsm_acc@8/255", []float64{nan, nan, nan, nan, nan, .0625}, "8/255"},
		{"pgd_acc", []float64{1, nan, nan, nan, nan, nan}, "3/255"},
		{"aa_acc@8/255", []float64{nan, .05, nan, nan, nan, nan}, "8/255"},
		{"val_loss", []float64{nan, nan, nan, nan, nan, 2.5}, ""},
	} {
		v := mustSelect(t, tab, table.Settings{}, c.metric)
		if diff := cmp.Diff(c.want, column(v), cmpopts.EquateNaNs()); diff != "" {
			t.Errorf("%s: %s", c.metric, diff)
		}
		if got := v.Metrics()[0].Setting.String(); got != c.setting {
			t.Errorf("%s: setting %q, want %q", c.metric, got, c.setting)
		}
	}
	info := tab.Info()
	if info.DefaultEps != 3 || info.Dataset != "cifar10" || len(info.Notes) != 1 || info.Notes[0] != "1 ids left out: a smaller id is of the same class" {
		t.Errorf("%+v", info)
	}
	var names []string
	for _, m := range tab.Metrics() {
		names = append(names, m.Metric.Words())
	}
	if diff := cmp.Diff([]string{"clean_acc", "fgsm_acc at 3/255", "pgd_acc at 3/255", "aa_acc", "val_loss"}, names); diff != "" {
		t.Error(diff)
	}
}

func TestRobBenchDatasets(t *testing.T) {
	tab, err := robBench(t, robBenchText, table.Options{Dataset: "cifar100"})
	if err != nil {
		t.Fatal(err)
	}
	if v := mustSelect(t, tab, table.Settings{}, "clean_acc"); v.Values(5)[0] != .1 {
		t.Errorf("%v", v.Values(5))
	}
	tab, err = robBench(t, `{"imagenet": {"0": {"val_fgsm_8.0_acc": {"0": 0.3}}}}`, table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if info := tab.Info(); info.Dataset != "imagenet" || info.DefaultEps != 8 {
		t.Errorf("%+v", info)
	}
	_, err = robBench(t, robBenchText, table.Options{Dataset: "imagenet"})
	var dataset *table.DatasetError
	if !errors.As(err, &dataset) || strings.Join(dataset.Has, " ") != "cifar100 cifar10" {
		t.Errorf("%v, want a *DatasetError", err)
	}
}

func TestDamagedRobBenchSaysWhatAndWhere(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"truncated", robBenchText[:60], `: key cifar10: truncated: it ends after 60 bytes, inside of a value`},
		{"percent", `{"cifar10": {"0": {"val_fgsm_3.0_acc": {"0": 67.3}}}}`,
			`: key cifar10/val_fgsm_3.0_acc: id 0: value 67.3 is outside [0, 1]: if it is in percent, divide by 100`},
		{"percent of AutoAttack", `{"cifar10": {"0": {"val_aa_8.0": {"0": 30.1}}}}`,
			`: key cifar10/val_aa_8.0: id 0: value 30.1 is outside [0, 1]: if it is in percent, divide by 100`},
		{"unknown id", `{"cifar10": {"9": {}}}`, `: key cifar10: id 9: it is not in meta.json`},
		{"id twice", `{"cifar10": {"7": {}, "5": {}, "7": {}}}`, `: key cifar10: id 7: it is there twice`},
		{"metric twice", `{"cifar10": {"0": {"a": {"0": 1}, "a": {"0": 1}}}}`, `: key cifar10/a: id 0: it is there twice`},
		{"seed twice", `{"cifar10": {"0": {"a": {"0": 1, "0": 1}}}}`, `: key cifar10/a: id 0: seed 0 is there twice`},
		{"dataset twice", `{"cifar10": {}, "cifar10": {}}`, `: key cifar10: it is there twice`},
		{"no seeds", `{"cifar10": {"0": {"a": {}}}}`, `: key cifar10/a: id 0: want values by seed`},
		{"no seed level", `{"cifar10": {"0": {"a": 0.5}}}`, `: key cifar10/a: id 0: a number, want an object`},
		{"NaN", `{"cifar10": {"0": {"a": {"0": NaN}}}}`, `: key cifar10/a: id 0: NaN, want a finite number: leave out what has no value`},
		{"two names of one metric", `{"cifar10": {"0": {"val_aa_8.0": {"0": 1}, "val_aa_8.0_acc": {"0": 1}}}}`,
			`: key cifar10/val_aa_8.0_acc: id 0: the same metric as val_aa_8.0`},
		{"name with a space", `{"cifar10": {"0": {"my acc": {"0": 1}}}}`,
			`: key cifar10/my acc: id 0: the name of a metric should have no spaces, commas, colons or quotes`},
		{"a file of the robustness dataset", `{"cifar10": {"clean": {"accuracy": {"0": 0.5}}}}`, `: key cifar10: id clean: it is not in meta.json`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := robBench(t, c.text, table.Options{})
			var format *table.FormatError
			if !errors.As(err, &format) {
				t.Fatalf("%v, want a *FormatError", err)
			}
			if !strings.HasSuffix(err.Error(), "robbench.json"+c.want) {
				t.Errorf("\n got %s\nwant robbench.json%s", err, c.want)
			}
		})
	}
}

func TestRobBenchNeedsMeta(t *testing.T) {
	dir := write(t, map[string]string{"robbench.json": robBenchText})
	_, err := table.Open(filepath.Join(dir, "robbench.json"), table.Options{Space: pairs{}})
	var file *table.FileError
	if !errors.As(err, &file) || file.File != "meta.json" {
		t.Errorf("%v, want a *FileError of meta.json", err)
	}
}

// The values that the authors give for architecture 1000, as they are in the file for one seed, with the
// released meta.json.
func TestRobBenchOfTheReleasedIDs(t *testing.T) {
	path := filepath.Join(t.TempDir(), "NAS-RobBench-201_all.json")
	var b strings.Builder
	b.WriteString(`{"cifar10": {`)
	official := officialTable(t)
	for id := range 15625 {
		a, _ := official.ByOfficialID(id)
		if _, rep, _ := official.OfficialID(a); rep != id {
			continue
		}
		fgsm, pgd := .25+float64(id%100)/1000, .125+float64(id%50)/1000
		if id == 1000 {
			fgsm, pgd = 0.6729999780654907, 0.6680999994277954
		}
		if id > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, `"%d": {"val_acc": {"1": 0.5}, "val_fgsm_3.0_acc": {"1": %v}, "val_pgd_3.0_acc": {"1": %v}}`, id, fgsm, pgd)
	}
	b.WriteString(`}}`)
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	meta := filepath.Join(sharedtest.Robustness(t), "meta.json")
	tab, err := table.Open(path, table.Options{Space: nasbench(t), Meta: meta})
	if err != nil {
		t.Fatal(err)
	}
	v := mustSelect(t, tab, table.Settings{}, "fgsm_acc", "pgd_acc")
	out, err := v.Evaluate(context.Background(), request(tab, 1000))
	if err != nil {
		t.Fatal(err)
	}
	want := objective.Outcome{Values: []float64{.673, .6681}}
	if diff := cmp.Diff(want, out, cmpopts.EquateApprox(0, 5e-8)); diff != "" {
		t.Error(diff)
	}
	if v.Holes() != 0 {
		t.Errorf("%d holes", v.Holes())
	}
}
