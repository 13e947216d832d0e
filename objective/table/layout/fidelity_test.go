package layout

import (
	"bytes"
	"errors"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// digitsWriter writes a table of digits: clean accuracies of the full training and of an eighth, of which there is PGD
// too, and two scores.
func digitsWriter(t *testing.T, table Protocol) []byte {
	t.Helper()
	var b bytes.Buffer
	w := NewWriter(&b)
	members := func(yield func(Member) bool) {
		for i := range 3 {
			if !yield(Member{ID: i, Arch: digits{}.Class(i), Isomorph: i}) {
				return
			}
		}
	}
	clean := Source{Key: "clean", Name: "clean"}
	pgd := Source{Key: "pgd@Linf", Name: "pgd", At: []objective.Setting{objective.At(6)}}
	full := pgd
	full.At = []objective.Setting{objective.At(8), objective.At(6)}
	scores := ScoreSource(table.Measures)
	values := func(of ...float64) iter.Seq2[int, []float64] {
		return func(yield func(int, []float64) bool) {
			for i := range 3 {
				v := slices.Clone(of)
				v[0] += float64(i)
				if !yield(i, v) {
					return
				}
			}
		}
	}
	shares := func(of ...float64) iter.Seq2[int, []float64] {
		return func(yield func(int, []float64) bool) { yield(1, of) }
	}
	for _, err := range []error{
		w.Meta(members, []Source{full}),
		w.Values("own", clean, Accuracy, 4, shares(.5)),
		w.Values("own", full, Accuracy, 4, shares(.25, .375)),
		w.Scores("own", scores, Score, 7, values(1000.5, -1e-9)),
		w.Values("own@1of8", clean, Accuracy, 4, shares(.125)),
		w.Values("own@1of8", pgd, Accuracy, 4, shares(.0625)),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	table.Files = w.Digests()
	if err := w.Protocol(map[string]any{"table": table}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// ownTable is what a table of digits says of itself.
func ownTable() Protocol {
	return Protocol{
		Name: "own", Datasets: []string{"own"}, Description: "digits", Network: nasbench201.Benchmark(10, 32), Seeds: 1, DefaultEps: 8,
		Measures: []objective.Metric{
			{Name: "grad_norm", Setting: objective.InState(objective.Trained)}, {Name: "bend", Goal: objective.Minimize},
		},
		Fidelities: []Fidelity{
			{Share: .125, Epochs: 3, Folder: "@1of8", Epsilons: map[string][]objective.Eps{"pgd@Linf": {6}}},
			{Share: 1. / 3, Epochs: 8, Folder: "@1of3"},
		},
	}
}

// Folders of lower fidelities are no data sets; a fidelity that there are no files of is none of the data set's.
func TestLowerFidelitiesAreFoldersBesideTheDataSet(t *testing.T) {
	path := filepath.Join(t.TempDir(), "own.zip") // as the data set is called, which is no reason to take all files for its
	if err := os.WriteFile(path, digitsWriter(t, ownTable()), 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := Open(path, digits{}, "", "")
	if err != nil {
		t.Fatal(err)
	}
	read := func(d *Dataset, key string, m Measure) []float64 {
		i := slices.IndexFunc(d.Sources, func(s Source) bool { return s.Key == key })
		if i < 0 {
			t.Fatalf("%s has no %s", d.Name, key)
		}
		g, err := d.Read(t.Context(), d.Sources[i], m, Every)
		if err != nil {
			t.Fatal(err)
		}
		return g.Row(1)
	}
	if len(d.Shorter) != 1 || d.Shorter[0].Share != .125 || d.Shorter[0].Epochs != 3 {
		t.Fatalf("lower fidelities %+v", d.Shorter)
	}
	low := d.Shorter[0].Dataset
	for _, c := range []struct {
		of   *Dataset
		key  string
		m    Measure
		want []float64
	}{
		{d, "clean", Accuracy, []float64{.5}}, {d, "pgd@Linf", Accuracy, []float64{.25, .375}},
		{d, "measures", Score, []float64{1001.5, -1e-9}},
		{low, "clean", Accuracy, []float64{.125}}, {low, "pgd@Linf", Accuracy, []float64{.0625}},
	} {
		if got := read(c.of, c.key, c.m); !slices.Equal(got, c.want) {
			t.Errorf("%s of %s: %v, want %v", c.key, c.of.Name, got, c.want)
		}
	}
	if len(low.Sources) != 2 {
		t.Errorf("sources of the lower fidelity: %v", low.Sources)
	}
	if _, err := Open(path, digits{}, "own@1of8", ""); err == nil {
		t.Error("the folder of a fidelity was opened as a data set")
	}
}

func TestFidelitiesWithoutMeaningAreRefused(t *testing.T) {
	for want, change := range map[string]func(*Protocol){
		"a share of 1 of": func(p *Protocol) { p.Fidelities[1].Share = 1 },
		"a share of 0 of": func(p *Protocol) { p.Fidelities[0].Share = 0 },
		"0 epochs":        func(p *Protocol) { p.Fidelities[0].Epochs = 0 },
		`folder ""`:       func(p *Protocol) { p.Fidelities[0].Folder = "" },
		`folder "@../x"`:  func(p *Protocol) { p.Fidelities[0].Folder = "@../x" },
		"ascending":       func(p *Protocol) { slices.Reverse(p.Fidelities) },
		"in its own":      func(p *Protocol) { p.Fidelities[1].Folder = "@1of8" },
		"stands twice":    func(p *Protocol) { p.Fidelities[0].Epsilons["pgd@Linf"] = []objective.Eps{6, 8, 6} },
	} {
		p := ownTable()
		change(&p)
		path := filepath.Join(t.TempDir(), "t.zip")
		if err := os.WriteFile(path, digitsWriter(t, p), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Open(path, digits{}, "", "")
		format, ok := errors.AsType[*FormatError](err)
		if !ok || format.Key != "fidelities" || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
