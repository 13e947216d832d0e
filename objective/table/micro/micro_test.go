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

func TestTableIsBelowAMegabyte(t *testing.T) {
	if len(content) > 1_000_000 {
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

func TestEveryClassHasEveryValue(t *testing.T) {
	for _, dataset := range []string{"", "fashion-mnist-8x8-seed1", "fashion-mnist-8x8-seed2"} {
		view := all(t, dataset)
		if view.Holes() > 0 || len(view.Metrics()) < 17 {
			t.Errorf("%q: %d metrics, %d holes", dataset, len(view.Metrics()), view.Holes())
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
		tolerance := 0.0
		if strings.HasSuffix(m.Name, "_loss") && !m.Setting.IsZero() {
			tolerance = 5e-3 + 5e-4 // rounded to two decimals, to three
		}
		for class := range nasbench201.Classes {
			if got, want := some.Values(class)[i], every.Values(class)[j]; !(math.Abs(got-want) <= tolerance+1e-9) {
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
