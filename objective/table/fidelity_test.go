package table_test

import (
	"context"
	"errors"
	"iter"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/objectivetest"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/objective/table/layout"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
	"pgregory.net/rapid"
)

// full is the value of clean_acc of the cell of an index, and low that of an eighth and a third of the training.
func full(id int) float64           { return float64(id%1000) / 1000 }
func low(id int, of string) float64 { return full(id) / float64(1+len(of)) }

// shorterTable writes a table of our own of some cells, with lower fidelities of which only an eighth has PGD, and a
// hole in it; what decides the names of its files follows the data set's.
func shorterTable(t *testing.T, change func(*layout.Protocol)) (path string, cells []nasbench201.Cell) {
	t.Helper()
	for i := 0; i < nasbench201.Classes; i += 400 {
		cells = append(cells, nasbench201.Members(i)[0])
	}
	path = filepath.Join(t.TempDir(), "shorter.zip")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := layout.NewWriter(f)
	members := func(yield func(layout.Member) bool) {
		for _, c := range cells {
			if !yield(layout.Member{ID: c.Index(), Arch: c.Arch(), Isomorph: c.Index()}) {
				return
			}
		}
	}
	values := func(of func(id int) []float64) iter.Seq2[int, []float64] {
		return func(yield func(int, []float64) bool) {
			for _, c := range cells {
				if v := of(c.Index()); v != nil && !yield(c.Index(), v) {
					return
				}
			}
		}
	}
	one := func(v float64) []float64 { return []float64{v} }
	clean := layout.Source{Key: "clean", Name: "clean"}
	pgd := func(at ...objective.Eps) layout.Source {
		s := layout.Source{Key: "pgd@Linf", Name: "pgd"}
		for _, e := range at {
			s.At = append(s.At, objective.At(e))
		}
		return s
	}
	trained := layout.ScoreSource([]objective.Metric{{Name: "grad_norm", Setting: objective.InState(objective.Trained)}})
	for _, err := range []error{
		w.Meta(members, []layout.Source{pgd(8, 6)}),
		w.Values("d", clean, layout.Accuracy, 4, values(func(id int) []float64 { return one(full(id)) })),
		w.Values("d", pgd(8, 6), layout.Accuracy, 4, values(func(id int) []float64 { return []float64{full(id) / 4, full(id) / 2} })),
		w.Scores("d", trained, layout.Score, 7, values(func(id int) []float64 { return one(float64(id) * 10) })),
		w.Values("d@1of8", clean, layout.Accuracy, 4, values(func(id int) []float64 {
			if id == cells[1].Index() {
				return nil
			}
			return one(low(id, "8"))
		})),
		w.Values("d@1of8", pgd(6), layout.Accuracy, 4, values(func(id int) []float64 { return one(low(id, "8") / 2) })),
		w.Values("d@1of3", clean, layout.Accuracy, 4, values(func(id int) []float64 { return one(low(id, "of3")) })),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	network := nasbench201.Network{Channels: 4, Depth: 1, Classes: 10, Image: 8, Inputs: 1}
	p := layout.Protocol{
		Name: "short", Datasets: []string{"d"}, Description: "short", DefaultEps: 8, Network: network, Seeds: 1, Epochs: 20,
		Measures: trained.Scores,
		Fidelities: []layout.Fidelity{
			{Share: .125, Epochs: 3, Folder: "@1of8", Epsilons: map[string][]objective.Eps{"pgd@Linf": {6}}},
			{Share: 1. / 3, Epochs: 7, Folder: "@1of3"},
		},
		Files: w.Digests(),
	}
	if change != nil {
		change(&p)
	}
	if err := errors.Join(w.Protocol(map[string]any{"table": p}), w.Close()); err != nil {
		t.Fatal(err)
	}
	return path, cells
}

func openShorter(t *testing.T) (*table.Table, []nasbench201.Cell) {
	t.Helper()
	path, cells := shorterTable(t, nil)
	tab, err := table.Open(path, table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return tab, cells
}

// A view answers the fidelities at which the table has all that it is asked for, and no others.
func TestViewAnswersFidelitiesThatTheTableHas(t *testing.T) {
	tab, cells := openShorter(t)
	third := 1. / 3
	for _, c := range []struct {
		metrics []string
		want    []float64
	}{
		{[]string{"clean_acc"}, []float64{.125, third, 1}},
		{[]string{"clean_acc", "params"}, []float64{.125, third, 1}},
		{[]string{"pgd_acc@6/255", "clean_acc"}, []float64{.125, 1}},
		{[]string{"pgd_acc@8/255"}, []float64{1}}, {[]string{"pgd_acc"}, []float64{1}},
		{[]string{"grad_norm@trained"}, []float64{1}},
	} {
		v := mustSelect(t, tab, table.Settings{}, c.metrics...)
		if got := v.Fidelities(); !slices.Equal(got, c.want) || !slices.Equal(objective.FidelitiesOf(v), c.want) {
			t.Errorf("%v: fidelities %v, want %v", c.metrics, got, c.want)
		}
	}
	v := mustSelect(t, tab, table.Settings{}, "clean_acc")
	arch, id := cells[4].Arch(), cells[4].Index()
	for f, want := range map[float64]float64{1: full(id), .125: low(id, "8"), third: low(id, "of3"), .3333333333: low(id, "of3")} {
		out, err := v.Evaluate(t.Context(), objective.Request{Arch: arch, Fidelity: f})
		if err != nil || len(out.Values) != 1 || !nearly(out.Values[0], want) {
			t.Errorf("fidelity %v: %v, %v, want %v", f, out.Values, err, want)
		}
	}
	_, err := v.Evaluate(t.Context(), objective.Request{Arch: cells[1].Arch(), Fidelity: .125})
	if gap, ok := errors.AsType[*objective.MissingError](err); !ok || gap.Source != "table short at fidelity 1/8" {
		t.Errorf("a hole of a lower fidelity: %v", err)
	}
	for metric, want := range map[string]string{
		"clean_acc":     "fidelity 1/2 cannot be asked of table short: want one of 1/8, 1/3, 1",
		"pgd_acc@8/255": "fidelity 1/2 cannot be asked of table short, which has this of fully trained networks only: want 1",
	} {
		_, err := mustSelect(t, tab, table.Settings{}, metric).Evaluate(t.Context(), objective.Request{Arch: arch, Fidelity: .5})
		if _, ok := errors.AsType[*objective.FidelityError](err); !ok || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// nearly says whether two shares are the same in a table, which has four digits.
func nearly(a, b float64) bool { return math.Abs(a-b) < 6e-5 }

// The clock runs by the epochs that were trained: 3 and 7 of 20.
func TestLowerFidelityCostsItsShareOfTheEpochs(t *testing.T) {
	tab, cells := openShorter(t)
	v := mustSelect(t, tab, table.Settings{}, "clean_acc")
	cost := func(f float64) time.Duration { return v.Cost(objective.Request{Arch: cells[9].Arch(), Fidelity: f}) }
	whole := cost(1)
	for f, epochs := range map[float64]float64{.125: 3, 1. / 3: 7} {
		if want := time.Duration(float64(whole) * (epochs / 20)); cost(f) != want || want == 0 {
			t.Errorf("fidelity %v costs %v, want %v of %v", f, cost(f), want, whole)
		}
	}
}

// Nothing of a lower fidelity is read before it is asked for, and what a search that does not ask sees is the same.
func TestLowerFidelitiesAreReadWhenAskedFor(t *testing.T) {
	path, cells := shorterTable(t, func(p *layout.Protocol) { p.Files["d@1of8/clean_accuracy.json"] = strings.Repeat("0", 64) })
	tab, err := table.Open(path, table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	v := mustSelect(t, tab, table.Settings{}, "clean_acc")
	if _, err := v.Evaluate(t.Context(), objective.Request{Arch: cells[2].Arch(), Fidelity: 1}); err != nil {
		t.Error(err)
	}
	for range 2 { // what could not be read is tried again
		_, err = v.Evaluate(t.Context(), objective.Request{Arch: cells[2].Arch(), Fidelity: .125})
		if _, ok := errors.AsType[*table.FormatError](err); !ok {
			t.Errorf("a damaged file of a lower fidelity: %v", err)
		}
	}
	without, _ := shorterTable(t, func(p *layout.Protocol) { p.Fidelities, p.Files = nil, nil })
	plain, err := table.Open(without, table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if w := mustSelect(t, plain, table.Settings{}, "clean_acc"); w.Source() != v.Source() || len(w.Fidelities()) != 1 {
		t.Errorf("sources %s and %s, fidelities %v", w.Source(), v.Source(), w.Fidelities())
	}
}

// The table of a lower fidelity is one that can be asked for everything that a table can.
func TestTableAtAFidelity(t *testing.T) {
	tab, cells := openShorter(t)
	if got := tab.Fidelities(); !slices.Equal(got, []table.Fidelity{{Share: .125, Epochs: 3}, {Share: 1. / 3, Epochs: 7}, {Share: 1, Epochs: 20}}) {
		t.Errorf("fidelities %v", got)
	}
	if same, err := tab.At(1); err != nil || same != tab {
		t.Errorf("the full training: %v", err)
	}
	if _, err := tab.At(.5); err == nil {
		t.Error("half of the training is there")
	}
	eighth, err := tab.At(.125)
	if err != nil {
		t.Fatal(err)
	}
	if i := eighth.Info(); i.Description != "short · fidelity 1/8 (3 epochs)" || i.DefaultEps != 6 || i.Dataset != "d" {
		t.Errorf("%+v", i)
	}
	var names []string
	for _, m := range eighth.Available() {
		names = append(names, m.Metric.Key())
	}
	if want := []string{"clean_acc", "pgd_acc@6/255", "params", "flops"}; !slices.Equal(names, want) {
		t.Errorf("metrics %v, want %v", names, want)
	}
	values, err := eighth.Lookup(t.Context(), cells[3].Arch())
	if err != nil || !nearly(values[0].Number, low(cells[3].Index(), "8")) {
		t.Errorf("%v, %v", values, err)
	}
	if v := mustSelect(t, eighth, table.Settings{}, "pgd_acc"); v.Metrics()[0].Setting != objective.At(6) {
		t.Errorf("pgd_acc is %v", v.Metrics()[0])
	}
}

func TestViewWithFidelitiesKeepsTheRules(t *testing.T) {
	tab, cells := openShorter(t)
	var archs []space.Arch
	for _, c := range cells {
		archs = append(archs, c.Arch())
	}
	objectivetest.Run(t, tab.Space(), mustSelect(t, tab, table.Settings{}, "clean_acc", "pgd_acc@6/255"), archs...)
}

// Whatever fidelity is asked for, it is answered or refused as the list says.
func TestAnyFidelityIsAnsweredOrRefused(t *testing.T) {
	tab, cells := openShorter(t)
	v := mustSelect(t, tab, table.Settings{}, "clean_acc")
	rapid.Check(t, func(t *rapid.T) {
		near := rapid.SampledFrom(v.Fidelities()).Draw(t, "near") + rapid.Float64Range(-2e-9, 2e-9).Draw(t, "off")
		f := rapid.OneOf(rapid.Just(near), rapid.Float64Range(1e-6, 1)).Draw(t, "fidelity")
		listed := slices.ContainsFunc(v.Fidelities(), func(g float64) bool { return objective.SameFidelity(f, g) })
		_, err := v.Evaluate(context.Background(), objective.Request{Arch: cells[5].Arch(), Fidelity: f})
		if _, refused := errors.AsType[*objective.FidelityError](err); refused == listed || err != nil && !refused {
			t.Fatalf("fidelity %v of %v: %v", f, v.Fidelities(), err)
		}
	})
}
