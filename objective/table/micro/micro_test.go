package micro

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/objectivetest"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/space/nasbench201"
)

func TestTableIsOfThreeMegabytesAtMost(t *testing.T) {
	if len(content) > 3_000_000 {
		t.Errorf("%d bytes", len(content))
	}
}

// all selects every metric at every eps.
func all(t testing.TB, dataset string) *table.View {
	t.Helper()
	tab, err := Open(dataset)
	if err != nil {
		t.Fatal(err)
	}
	return everything(t, tab)
}

func everything(t testing.TB, tab *table.Table) *table.View {
	t.Helper()
	var names []string
	for _, m := range tab.Metrics() {
		if len(m.Attacks()) == 0 {
			names = append(names, m.Metric.Name)
		}
		for _, s := range m.Attacks() {
			names = append(names, objective.Metric{Name: m.Metric.Name, Setting: s}.Key())
		}
	}
	view, err := tab.Select(t.Context(), names, table.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	return view
}

// Only measures may have no value, and only of cells that no path leads through, which learn nothing.
func TestEveryClassHasEveryValue(t *testing.T) {
	for _, dataset := range []string{"", "fashion-mnist-8x8-seed1", "fashion-mnist-8x8-seed2"} {
		view := all(t, dataset)
		if len(view.Metrics()) < 17 {
			t.Errorf("%q: %d metrics", dataset, len(view.Metrics()))
		}
		clean := position(t, view, "clean_acc")
		for i, m := range view.Metrics() {
			for class := range nasbench201.Classes {
				values := view.Values(class)
				if math.IsNaN(values[i]) && (!measure(m) || values[clean] > .11) {
					t.Fatalf("%q: class %d has no %v", dataset, class, m)
				}
			}
		}
	}
}

// measure reports whether a metric is neither measured on images nor the size of the network.
func measure(m objective.Metric) bool {
	return m.Name != "params" && m.Name != "flops" && !strings.Contains(m.Name, "_acc") &&
		!strings.HasSuffix(m.Name, "_loss") && !strings.HasSuffix(m.Name, "_conf")
}

// Shorter trainings say as much of every class, by both seeds' mean.
func TestEveryClassHasShorterTrainings(t *testing.T) {
	tab, err := Open("")
	if err != nil {
		t.Fatal(err)
	}
	view, err := tab.Select(t.Context(), []string{"clean_acc", "fgsm_acc", "pgd_acc"}, table.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	for _, fidelity := range []float64{1. / 8, 1. / 3, 1} {
		for class := range nasbench201.Classes {
			arch := tab.Space().Class(class)
			o, err := view.Evaluate(t.Context(), objective.Request{Arch: arch, Fidelity: fidelity})
			if err != nil {
				t.Fatalf("class %d at fidelity %g: %v", class, fidelity, err)
			}
			for i, v := range o.Values {
				if !(v > 0 && v < 1) {
					t.Errorf("class %d at fidelity %g: %v is %g", class, fidelity, view.Metrics()[i], v)
				}
			}
		}
	}
}

// The table in the program says the same as the one with all that was measured, rounded.
func TestFullTableHasTheSameValues(t *testing.T) {
	compact, err := Open("")
	if err != nil {
		t.Fatal(err)
	}
	full, err := table.Open("full.zip", table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(full.Info(), compact.Info(), cmpopts.IgnoreFields(table.Info{}, "Compact")); diff != "" {
		t.Error(diff)
	}
	some, every := everything(t, compact), everything(t, full)
	for i, m := range some.Metrics() {
		j := position(t, every, m.String())
		absolute, relative := 1e-9, 0.0
		switch {
		case strings.HasSuffix(m.Name, "_loss") && !m.Setting.IsZero():
			absolute = 5e-3 + 5e-4 // rounded to two decimals, to three
		case measure(m):
			relative = 5e-4 // four digits
		}
		for class := range nasbench201.Classes {
			got, want := some.Values(class)[i], every.Values(class)[j]
			if math.IsNaN(got) && math.IsNaN(want) {
				continue
			}
			if !(math.Abs(got-want) <= absolute+relative*math.Abs(want)) {
				t.Fatalf("%v of class %d is %v, want %v", m, class, got, want)
			}
		}
	}
}

// Seeds are kept to three decimals, means to four.
func TestValuesAreTheMeansOfTheSeeds(t *testing.T) {
	mean, one, two := all(t, ""), all(t, "fashion-mnist-8x8-seed1"), all(t, "fashion-mnist-8x8-seed2")
	for j, m := range one.Metrics() {
		i := position(t, mean, m.String())
		for class := range nasbench201.Classes {
			got, want := mean.Values(class)[i], (one.Values(class)[j]+two.Values(class)[j])/2
			if math.Abs(got-want) > 5e-4+5e-5+1e-9 {
				t.Fatalf("%v of class %d is %v, its seeds' mean %v", m, class, got, want)
			}
		}
	}
}

func position(t *testing.T, v *table.View, name string) int {
	t.Helper()
	for i, m := range v.Metrics() {
		if m.String() == name {
			return i
		}
	}
	t.Fatalf("no %s", name)
	return 0
}

func TestEqualValuesHaveOneRank(t *testing.T) {
	tab, err := Open("")
	if err != nil {
		t.Fatal(err)
	}
	view, err := tab.Select(t.Context(), []string{"pgd_acc@8/255"}, table.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	best, _, _ := view.Optimum(0)
	next := 0.0
	for class := range nasbench201.Classes {
		if v := view.Values(class)[0]; v < best {
			next = max(next, v)
		}
	}
	const four = 4 // classes that compute one function
	if view.Rank(0, best) != 1 || view.AtLeast(0, best) != four || view.Rank(0, next) != four+1 {
		t.Errorf("the best has rank %d among %d as good, the next %d", view.Rank(0, best), view.AtLeast(0, best), view.Rank(0, next))
	}
}

func TestOtherDataSetIsRefused(t *testing.T) {
	_, err := Open("cifar10")
	if _, ok := errors.AsType[*table.DatasetError](err); !ok {
		t.Errorf("%v, want a *DatasetError", err)
	}
}

// BenchmarkOpen opens the table and reads one metric, as a search does.
func BenchmarkOpen(b *testing.B) {
	for b.Loop() {
		tab, err := Open("")
		if err != nil {
			b.Fatal(err)
		}
		if _, err := tab.Select(b.Context(), []string{"pgd_acc"}, table.Settings{}); err != nil {
			b.Fatal(err)
		}
	}
}

func TestTableKeepsTheContract(t *testing.T) {
	tab, err := Open("")
	if err != nil {
		t.Fatal(err)
	}
	objectivetest.Run(t, tab.Space(), everything(t, tab))
}
