package table_test

import (
	"path"
	"path/filepath"
	"testing"

	"github.com/nassearch/nassearch/objective/table"
)

// Users have any mixture of unpacked and zipped files; archives have or have not a folder on top.
func TestEveryFormOfTheLayoutIsTheSameTable(t *testing.T) {
	meta := map[string]string{"meta.json": pairsMeta()}
	data := pairsData()
	delete(data, "meta.json")
	same := func(name string) string { return name }
	under := func(dir string) func(string) string {
		return func(name string) string { return path.Join(dir, name) }
	}
	forms := map[string]func(t *testing.T, dir string) (string, table.Options){
		"unpacked in a folder robustness-data": func(t *testing.T, _ string) (string, table.Options) {
			return filepath.Dir(write(t, pairsData())), table.Options{}
		},
		"zips": func(t *testing.T, dir string) (string, table.Options) {
			pack(t, filepath.Join(dir, "meta.zip"), meta, same)
			pack(t, filepath.Join(dir, "cifar10.zip"), data, same)
			return dir, table.Options{}
		},
		"zips with a folder on top": func(t *testing.T, dir string) (string, table.Options) {
			pack(t, filepath.Join(dir, "meta.zip"), meta, under("robustness-data"))
			pack(t, filepath.Join(dir, "cifar10-accuracies.zip"), data, under("robustness-data"))
			return dir, table.Options{}
		},
		"zip without any folder": func(t *testing.T, dir string) (string, table.Options) {
			pack(t, filepath.Join(dir, "meta.zip"), meta, same)
			pack(t, filepath.Join(dir, "cifar10_all.zip"), data, path.Base)
			return dir, table.Options{}
		},
		"zip named as its folder": func(t *testing.T, dir string) (string, table.Options) {
			pack(t, filepath.Join(dir, "meta.zip"), meta, same)
			pack(t, filepath.Join(dir, "cifar10-accuracies.zip"), data, func(name string) string { return "cifar10-accuracies/" + path.Base(name) })
			return dir, table.Options{}
		},
		"unpacked meta.json, zipped data": func(t *testing.T, _ string) (string, table.Options) {
			dir := write(t, meta)
			pack(t, filepath.Join(dir, "cifar10.zip"), data, same)
			return dir, table.Options{}
		},
		"unpacked goes before zipped": func(t *testing.T, _ string) (string, table.Options) {
			dir := write(t, pairsData())
			pack(t, filepath.Join(dir, "cifar10.zip"), map[string]string{"cifar10/clean_accuracy.json": "damaged"}, same)
			return dir, table.Options{}
		},
		"one zip with everything": func(t *testing.T, dir string) (string, table.Options) {
			pack(t, filepath.Join(dir, "my copy.zip"), pairsData(), under("robustness-data"))
			return filepath.Join(dir, "my copy.zip"), table.Options{}
		},
		"one zip, meta.json beside it": func(t *testing.T, _ string) (string, table.Options) {
			dir := write(t, meta)
			pack(t, filepath.Join(dir, "data.zip"), data, same)
			return filepath.Join(dir, "data.zip"), table.Options{}
		},
		"one zip, meta.zip beside it": func(t *testing.T, dir string) (string, table.Options) {
			pack(t, filepath.Join(dir, "meta.zip"), meta, same)
			pack(t, filepath.Join(dir, "data.zip"), data, same)
			return filepath.Join(dir, "data.zip"), table.Options{}
		},
		"meta.json elsewhere": func(t *testing.T, _ string) (string, table.Options) {
			return write(t, data), table.Options{Meta: filepath.Join(write(t, meta), "meta.json")}
		},
		"another dataset beside it": func(t *testing.T, _ string) (string, table.Options) {
			dir := write(t, pairsData())
			other := map[string]string{"cifar100/clean_accuracy.json": `{"cifar100": {"clean": {"accuracy": {"0": 0.01}}}}`}
			pack(t, filepath.Join(dir, "cifar100-accuracies.zip"), other, same)
			return dir, table.Options{Dataset: "cifar10"}
		},
	}
	metrics := []string{"clean_acc", "pgd_acc", "fog_acc", "clean_conf", "clean_worst_class_acc"}
	want := mustSelect(t, open(t, write(t, pairsData()), table.Options{}), table.Settings{}, metrics...).Source()
	for name, build := range forms {
		t.Run(name, func(t *testing.T) {
			at, o := build(t, t.TempDir())
			if got := mustSelect(t, open(t, at, o), table.Settings{}, metrics...).Source(); got != want {
				t.Errorf("fingerprint %s, want %s", got, want)
			}
		})
	}
}

func TestTheOnlyDatasetIsTheDefault(t *testing.T) {
	dir := write(t, map[string]string{
		"meta.json":                    pairsMeta(),
		"cifar100/clean_accuracy.json": `{"cifar100": {"clean": {"accuracy": {"0": 0.01}}}}`,
	})
	tab := open(t, dir, table.Options{})
	if v := mustSelect(t, tab, table.Settings{}, "clean_acc"); tab.Info().Dataset != "cifar100" || v.Values(5)[0] != .01 {
		t.Errorf("%s: %v", tab.Info().Dataset, v.Values(5))
	}
}

func TestFilesOfNoKnownSourceAreNoted(t *testing.T) {
	files := with(pairsData(), map[string]string{"cifar10/rain_accuracy.json": "{}"})
	notes := open(t, write(t, files), table.Options{}).Info().Notes
	want := "rain_accuracy.json left out: of no attack in meta.json, and no corruption of the released dataset"
	if len(notes) != 1 || notes[0] != want {
		t.Errorf("%q, want %q", notes, want)
	}
}
