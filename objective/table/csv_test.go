package table_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table"
)

// openText opens CSV or JSON text as a file of a name.
func openText(t testing.TB, name, text string, o table.Options) (*table.Table, error) {
	t.Helper()
	o.Space = pairs{}
	return table.Open(filepath.Join(write(t, map[string]string{name: text}), name), o)
}

const ownTable = "\ufeff# My own measurements.\r\n" + `# dataset: cells
# description: three cells
# split: validation
# training: 3 epochs
# attacks: PGD, 10 steps
# default eps: 8/255
# note: by hand
arch,pgd_acc@8/255,pgd_acc@4/255,fog_acc@severity1,fog_acc@severity3,latency:min,score
"0,0",0.1,0.2,0.5,0.4,12.5,-3
"1,0",0.3,0.4,,0.2,1e3,
"0,1",0.3,,,0.2,1000,
`

func TestCSVOfAnotherSpace(t *testing.T) {
	tab, err := openText(t, "mine.csv", ownTable, table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	info := table.Info{
		Name: "cells", Dataset: "cells", Format: "CSV", Description: "three cells", Split: "validation",
		Training: "3 epochs", Attacks: "PGD, 10 steps", DefaultEps: 8, Classes: 6, Notes: []string{"by hand"},
	}
	if diff := cmp.Diff(info, tab.Info()); diff != "" {
		t.Error(diff)
	}
	for _, c := range []struct {
		metric string
		want   []float64
		m      objective.Metric
	}{
		{"pgd_acc", []float64{.1, .3, nan, nan, nan, nan}, objective.Metric{Name: "pgd_acc", Setting: objective.At(8)}},
		{"pgd_acc@4/255", []float64{.2, .4, nan, nan, nan, nan}, objective.Metric{Name: "pgd_acc", Setting: objective.At(4)}},
		{"fog_acc", []float64{.45, nan, nan, nan, nan, nan}, objective.Metric{Name: "fog_acc", Setting: objective.MeanOverSeverities(2)}},
		{"latency", []float64{12.5, 1000, nan, nan, nan, nan}, objective.Metric{Name: "latency", Goal: objective.Minimize}},
		{"score", []float64{-3, nan, nan, nan, nan, nan}, objective.Metric{Name: "score"}},
	} {
		v := mustSelect(t, tab, table.Settings{}, c.metric)
		if diff := cmp.Diff(c.want, column(v), cmpopts.EquateNaNs(), cmpopts.EquateApprox(0, 1e-15)); diff != "" {
			t.Errorf("%s: %s", c.metric, diff)
		}
		if v.Metrics()[0] != c.m {
			t.Errorf("%s: %v, want %v", c.metric, v.Metrics()[0], c.m)
		}
	}
}

func TestCSVColumnsStandInAnyOrder(t *testing.T) {
	var values [2][]float64
	for i, text := range []string{
		"arch,clean_acc,class,latency:min\n\"0,0\",0.1,x,2\n\"1,0\",0.3,y,\n",
		"latency:min,class,clean_acc,arch\n2,x,0.1,\"0,0\"\n,y,0.3,\"1,0\"\n",
	} {
		tab, err := openText(t, "mine.csv", text, table.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, metric := range []string{"clean_acc", "latency"} {
			values[i] = append(values[i], column(mustSelect(t, tab, table.Settings{}, metric))...)
		}
	}
	if diff := cmp.Diff(values[0], values[1], cmpopts.EquateNaNs()); diff != "" {
		t.Error(diff)
	}
}

func TestCSVWithoutCommentsDescribesItself(t *testing.T) {
	tab, err := openText(t, "mine.csv", "arch,pgd_acc@4/255,pgd_acc@2/255\n\"0,0\",0.5,0.75\n", table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := table.Info{Name: "mine", Format: "CSV", Description: "mine", DefaultEps: 2, Classes: 6}
	if diff := cmp.Diff(want, tab.Info()); diff != "" {
		t.Error(diff)
	}
}

func TestCSVColumnsSummariseLikeTheDataset(t *testing.T) {
	tab, err := openText(t, "mine.csv", "arch,fgsm_acc@1/255,fgsm_acc@255/255,pgd_acc@1/255,apgd_acc@1/255,square_acc@1/255\n\"0,0\",0.5,0,0.25,0.125,0.125\n", table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	v := mustSelect(t, tab, table.Settings{}, "mean_adv_acc")
	if v.Values(0)[0] != .25 || v.Metrics()[0].Setting != (objective.Setting{MeanOf: 4}) {
		t.Errorf("%v %v", v.Metrics()[0], v.Values(0))
	}
}

func TestCSVAttackWithoutEpsIsNotAskedForOne(t *testing.T) {
	tab, err := openText(t, "mine.csv", "arch,pgd_acc\n\"0,0\",0.5\n", table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	mustSelect(t, tab, table.Settings{}, "pgd_acc")
	_, err = tab.Select(context.Background(), []string{"pgd_acc"}, table.Settings{Eps: "8/255"})
	var eps *table.EpsError
	if !errors.As(err, &eps) {
		t.Errorf("%v, want an *EpsError", err)
	}
}

func TestCSVOwnSizesGoBeforeComputedOnes(t *testing.T) {
	path := filepath.Join(write(t, map[string]string{"a.csv": "arch,params\n\"2,1\",7\n"}), "a.csv")
	tab, err := table.Open(path, table.Options{Space: sizedPairs{}})
	if err != nil {
		t.Fatal(err)
	}
	v := mustSelect(t, tab, table.Settings{}, "params", "flops")
	if got := v.Values(4); got[0] != 7 || got[1] != 12000 || v.Metrics()[0].Goal != objective.Minimize {
		t.Errorf("%v of %v", got, v.Metrics())
	}
}

// Whoever asks for another goal than a file's column has is told where to say it.
func TestCSVSaysWhereAGoalIsWritten(t *testing.T) {
	tab, err := openText(t, "mine.csv", "arch,lat\n\"0,0\",1\n", table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = tab.Select(t.Context(), []string{"lat:min"}, table.Settings{})
	if _, ok := errors.AsType[*objective.GoalError](err); !ok || !strings.HasSuffix(err.Error(), "leave the goal out, or title its column lat:min") {
		t.Errorf("%v, want where to say that lat is minimized", err)
	}
}

func TestDamagedCSVSaysLineAndColumn(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", ": line 1: no header, want arch,metric,..."},
		{"only comments", "# split: test\n", ": line 2: no header, want arch,metric,..."},
		{"no arch", "clean_acc,cell\n", `: line 1: want a header arch,metric,...: it begins with "clean_acc" and has 2 columns`},
		{"no metric", "arch\n", `: line 1: want a header arch,metric,...: it begins with "arch" and has 1 columns`},
		{"short row", "# a\narch,clean_acc,b\n\"0,0\",0.5\n", ": line 3: 2 fields, want 3 as in the header"},
		{"unknown arch", "arch,clean_acc\n\"0,0\",0.5\n\"0,7\",0.5\n", `: line 3: column arch: "0,7" is no pair`},
		{"index", "arch,clean_acc\n5,0.5\n", `: line 2: column arch: "5" is a number, which benchmarks give out in different orders: write the cell's text; 'nassearch space list -o csv' has that of each index`},
		{"text", "arch,clean_acc\n\"0,0\",high\n", `: line 2: column clean_acc: "high" is no number`},
		{"NaN", "arch,clean_acc\n\"0,0\",NaN\n", `: line 2: column clean_acc: "NaN": leave the field empty where there is no value`},
		{"Inf", "arch,loss\n\"0,0\",-Inf\n", `: line 2: column loss: "-Inf": leave the field empty where there is no value`},
		{"percent", "arch,pgd_acc@8/255\n\"0,0\",45\n", `: line 2: column pgd_acc@8/255: value 45 is outside [0, 1]: if it is in percent, divide by 100`},
		{"contradiction", "arch,clean_acc\n\"1,0\",0.5\n\"0,1\",0.6\n", `: line 3: column clean_acc: value 0.6 contradicts 0.5 of line 2, which is of the same class: --rows first, --rows mean or --rows each says what counts`},
		{"column twice", "arch,a@1/255,a@0.00392\n", `: line 1: column a@0.00392: a second column for the same metric`},
		{"two goals", "arch,a@1/255:min,a@2/255:max\n", `: line 1: column a@2/255:max: another goal than a has before`},
		{"no goal", "arch,a:up\n", `: line 1: column a:up: goal "up": want min or max`},
		{"no eps", "arch,a@8\n", `: line 1: column a@8: "a@8": eps "8": write it as "8/255", or as a share of the pixel range below 1`},
		{"no name", "arch,@8/255\n", `: line 1: column @8/255: "@8/255": want the name of a metric, without spaces`},
		{"not UTF-8", "arch,caf\xe9\n", ": line 1: column caf\xe9: \"caf\\xe9\" is not UTF-8"},
		{"quote", "arch,a\n\"0,0,1\n", `: line 2: extraneous or missing " in quoted-field`},
		{"default eps", "# default eps: 8\narch,a\n", `: line 1: eps "8": write it as "8/255", or as a share of the pixel range below 1`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := openText(t, "x.csv", c.text, table.Options{})
			var format *table.FormatError
			if !errors.As(err, &format) {
				t.Fatalf("%v, want a *FormatError", err)
			}
			if !strings.HasSuffix(err.Error(), "x.csv"+c.want) {
				t.Errorf("\n got %s\nwant x.csv%s", err, c.want)
			}
		})
	}
}

func TestCSVOfAnotherDatasetIsRefused(t *testing.T) {
	_, err := openText(t, "x.csv", ownTable, table.Options{Dataset: "cifar10"})
	var dataset *table.DatasetError
	if !errors.As(err, &dataset) || dataset.Has[0] != "cells" {
		t.Errorf("%v, want a *DatasetError", err)
	}
}

// Any table that can be written as CSV reads back the same, to the bit.
func TestExportReadsBackTheSame(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(r *rapid.T) {
		names := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{
			"clean_acc", "pgd_acc@8/255", "pgd_acc@0.1/255", "fog_acc@severity1", "fog_acc@severity2", "latency:min", "score", "params", "size@4/255:min",
		}), 1, 9, rapid.ID[string]).Draw(r, "columns")
		var b strings.Builder
		b.WriteString("# dataset: d\n# note: one\n# note: two\narch," + strings.Join(names, ",") + "\n")
		for class := range pairClasses {
			if rapid.Bool().Draw(r, "no row") {
				continue
			}
			b.WriteString(`"` + string(pairs{}.Class(class)) + `"`)
			for _, name := range names {
				value := rapid.Float64Range(0, 1)
				if !strings.Contains(name, "_acc") {
					value = rapid.Float64Range(-math.MaxFloat64, math.MaxFloat64)
				}
				b.WriteString("," + rapid.OneOf(rapid.Just(""), rapid.Map(value, formatFloat)).Draw(r, name))
			}
			b.WriteString("\n")
		}
		first, second := filepath.Join(dir, "a.csv"), filepath.Join(dir, "b.csv")
		if err := os.WriteFile(first, []byte(b.String()), 0o644); err != nil {
			r.Fatal(err)
		}
		one := exportOf(r, first)
		if err := os.WriteFile(second, one.text, 0o644); err != nil {
			r.Fatal(err)
		}
		two := exportOf(r, second)
		if !bytes.Equal(one.text, two.text) {
			r.Fatalf("exported\n%s\nthen\n%s", one.text, two.text)
		}
		if one.print != two.print {
			r.Fatalf("another fingerprint after %s", one.text)
		}
	})
}

type exported struct {
	text  []byte
	print string // of all metrics at all settings
}

// exportOf opens a CSV file and exports it again.
func exportOf(t rapid.TB, path string) exported {
	tab, err := table.Open(path, table.Options{Space: pairs{}})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := tab.Export(context.Background(), &out); err != nil {
		t.Fatal(err)
	}
	values, err := tab.Lookup(context.Background(), "0,0")
	if err != nil {
		t.Fatal(err)
	}
	v, err := tab.Select(context.Background(), namesOf(values), table.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	return exported{out.Bytes(), v.Source()}
}
