package table_test

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/nassearch/nassearch/internal/sharedtest"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/space/nasbench201"
)

func nasbench(t testing.TB) nasbench201.Space {
	t.Helper()
	s, err := nasbench201.New(nasbench201.Benchmark(10, 32))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// officialTable opens the released dataset; the test is skipped where it is not at hand.
func officialTable(t testing.TB) *table.Table {
	t.Helper()
	tab, err := table.Open(sharedtest.Robustness(t), table.Options{Space: nasbench(t)})
	if err != nil {
		t.Fatal(err)
	}
	return tab
}

func mustSelect(t testing.TB, tab *table.Table, s table.Settings, names ...string) *table.View {
	t.Helper()
	v, err := tab.Select(context.Background(), names, s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func request(tab *table.Table, id int) objective.Request {
	a, _ := tab.ByOfficialID(id)
	return objective.Request{Arch: a, Fidelity: 1}
}

func TestReleasedValuesOfOneCell(t *testing.T) {
	tab := officialTable(t)
	v := mustSelect(t, tab, table.Settings{}, "clean_acc", "pgd_acc")
	out, err := v.Evaluate(context.Background(), request(tab, 13433))
	if err != nil {
		t.Fatal(err)
	}
	if out.Values[0] != .893 || out.Values[1] != .336 {
		t.Errorf("#13433: %v, want [0.893 0.336]", out.Values)
	}
}

func TestReleasedOptima(t *testing.T) {
	tab := officialTable(t)
	for _, c := range []struct {
		metric string
		value  float64
		id     int
	}{
		{"clean_acc", .946, 13714},
		{"fgsm_acc", .692, 655},
		{"pgd_acc", .588, 8865},
		{"apgd_acc", .540, 11933},
		{"square_acc", .736, 12029},
		{"corruption_acc", .58555, 3456},
	} {
		t.Run(c.metric, func(t *testing.T) {
			v := mustSelect(t, tab, table.Settings{}, c.metric)
			value, class, ok := v.Optimum(0)
			if !ok || math.Abs(value-c.value) > 5e-6 {
				t.Errorf("optimum %v, want %v", value, c.value)
			}
			if _, id, _ := tab.OfficialID(nasbench(t).Class(class)); id != c.id {
				t.Errorf("optimum at #%d, want #%d", id, c.id)
			}
			if v.Holes() != 0 {
				t.Errorf("%d holes in a complete file", v.Holes())
			}
			if v.Rank(0, value) != 1 {
				t.Errorf("the optimum has rank %d", v.Rank(0, value))
			}
		})
	}
}

// The paper's "20-41 %": the classes whose representative has two 3x3 and no 1x1 convolutions.
func TestReleasedMeanAdversarialRange(t *testing.T) {
	tab := officialTable(t)
	v := mustSelect(t, tab, table.Settings{}, "mean_adv_acc")
	n, low, high := 0, math.Inf(1), math.Inf(-1)
	for id := range nasbench201.Cells {
		a, ok := tab.ByOfficialID(id)
		if _, rep, _ := tab.OfficialID(a); !ok || rep != id {
			continue
		}
		cell, err := nasbench201.Parse(a)
		if err != nil {
			t.Fatal(err)
		}
		var three, one int
		for _, op := range cell {
			switch op {
			case nasbench201.Conv3x3:
				three++
			case nasbench201.Conv1x1:
				one++
			}
		}
		if three == 2 && one == 0 {
			x := v.Values(cell.Class())[0]
			n, low, high = n+1, min(low, x), max(high, x)
		}
	}
	if n != 405 || math.Abs(low-.2149) > 5e-5 || math.Abs(high-.4087) > 5e-5 {
		t.Errorf("%d classes from %.4f to %.4f, want 405 from .2149 to .4087", n, low, high)
	}
}

// Lookup finds single entries; Select parses whole files.
func TestReleasedLookupAgreesWithSelect(t *testing.T) {
	tab := officialTable(t)
	ids := []int{0, 13433, 15624, 11}
	var view *table.View
	for _, id := range ids {
		a, _ := tab.ByOfficialID(id)
		values, err := tab.Lookup(context.Background(), a)
		if err != nil {
			t.Fatal(err)
		}
		if len(values) != 138 { // 1 + 32 + 2 means + 15 x (5 + mean) + 11 of the confusion matrix + params, flops
			t.Errorf("#%d: %d values, want 138", id, len(values))
		}
		if view == nil {
			view = mustSelect(t, tab, table.Settings{}, namesOf(values)...)
		}
		out, err := view.Evaluate(context.Background(), objective.Request{Arch: a, Fidelity: 1})
		if err != nil {
			t.Fatal(err)
		}
		for i, m := range view.Metrics() {
			if v := values[i]; v.Metric != m || v.Number != out.Values[i] || v.Missing {
				t.Errorf("#%d: Lookup has %v %v, Select %v %v", id, v.Metric, v.Number, m, out.Values[i])
			}
		}
	}
}

// namesOf returns names that carry their settings.
func namesOf(values []table.Value) []string {
	var names []string
	for _, v := range values {
		names = append(names, v.Metric.Key())
	}
	return names
}

// The diagonal of the confusion matrix is the accuracy, to three digits.
func TestReleasedConfusionMatchesAccuracy(t *testing.T) {
	tab := officialTable(t)
	names := []string{"clean_acc"}
	for k := range 10 {
		names = append(names, fmt.Sprintf("clean_class%d_acc", k))
	}
	v := mustSelect(t, tab, table.Settings{}, names...)
	for class := range nasbench201.Classes {
		sum := 0.0
		for _, x := range v.Values(class)[1:] {
			sum += x
		}
		if math.Abs(sum/10-v.Values(class)[0]) > .0006 {
			t.Fatalf("class %d: mean over image classes %.4f, accuracy %v", class, sum/10, v.Values(class)[0])
		}
	}
}

func TestReleasedExportReadsBackTheSame(t *testing.T) {
	tab := officialTable(t)
	path := filepath.Join(t.TempDir(), "all.csv")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := tab.Export(context.Background(), f); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	back, err := table.Open(path, table.Options{Space: nasbench(t)})
	if err != nil {
		t.Fatal(err)
	}
	for _, names := range [][]string{{"pgd_acc"}, {"mean_adv_acc", "corruption_acc"}, {"fog_acc", "clean_worst_class_acc", "clean_class3_acc", "params"}} {
		want := mustSelect(t, tab, table.Settings{}, names...).Source()
		if got := mustSelect(t, back, table.Settings{}, names...).Source(); got != want {
			t.Errorf("%v: fingerprint %s of the CSV file, %s of the dataset", names, got, want)
		}
	}
}

func TestReleasedZipsHaveTheFoldersFingerprint(t *testing.T) {
	data := sharedtest.Robustness(t)
	read := func(names ...string) map[string]string {
		files := make(map[string]string)
		for _, name := range names {
			b, err := os.ReadFile(filepath.Join(data, filepath.FromSlash(name)))
			if err != nil {
				t.Fatal(err)
			}
			files[name] = string(b)
		}
		return files
	}
	dir := t.TempDir()
	same := func(name string) string { return name }
	pack(t, filepath.Join(dir, "meta.zip"), read("meta.json"), same)
	pack(t, filepath.Join(dir, "cifar10-accuracies.zip"), read("cifar10/clean_accuracy.json", "cifar10/pgd@Linf_accuracy.json"), same)
	zipped, err := table.Open(dir, table.Options{Space: nasbench(t)})
	if err != nil {
		t.Fatal(err)
	}
	want := mustSelect(t, officialTable(t), table.Settings{}, "pgd_acc", "clean_acc").Source()
	if got := mustSelect(t, zipped, table.Settings{}, "pgd_acc", "clean_acc").Source(); got != want {
		t.Errorf("fingerprint %s of the zip files, %s of the folder", got, want)
	}
}
