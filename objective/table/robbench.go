package table

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table/layout"
)

// robBench is a file of NAS-RobBench-201 (Wu et al., ICLR 2024) while it is read:
// {dataset: {id: {metric: {seed: value}}}}, with the ids of meta.json.
type robBench struct {
	*layout.Stream
	meta    *layout.Meta
	columns []robBenchColumn
	at      map[string]int           // columns by their names in the file
	there   map[objective.Metric]int // columns by metric
	ids     []int
	rows    map[int][]sample // by id, of each column that it has
	seeds   Seeds
}

// robBenchColumn is a metric of all ids.
type robBenchColumn struct {
	objective.Metric
	original string // its name in the file
}

// sample is a value, the mean over so many seeds; 0 if the file does not say how many.
type sample struct {
	column int
	value  float64
	seeds  int
}

// openRobBench reads NAS-RobBench-201.
func openRobBench(path string, o Options) (*Content, error) {
	if filepath.Base(path) == layout.MetaFile {
		return nil, fmt.Errorf("open table: %s names architectures but has no values: give its folder", path)
	}
	if isDataFile(filepath.Base(path)) {
		folder := filepath.Dir(path)
		return nil, fmt.Errorf("open table: %s is one file of the robustness dataset: give the folder above its own, %s, "+
			"with --dataset %s", path, filepath.Dir(folder), filepath.Base(folder))
	}
	m, err := layout.MetaBeside(path, o.Meta, o.Space)
	if err != nil {
		return nil, err
	}
	b, dataset, err := readRobBenchFile(path, o.Dataset, m)
	if err != nil {
		return nil, err
	}
	c := &Content{Info: robBenchInfo(dataset), ids: m}
	if err := b.fill(c, o); err != nil {
		return nil, err
	}
	c.Info.DefaultEps, c.Info.Seeds = usualEps(families(c.Metrics), 3), b.seeds
	c.Info.Description += meanOver(b.seeds)
	return c, nil
}

// meanOver says over how many seeds the values of a table are means.
func meanOver(s Seeds) string {
	switch {
	case s == Seeds{1, 1}:
		return "one seed"
	case s.Most == 0:
		return "mean over seeds"
	}
	return "mean over " + s.String() + " seeds"
}

func robBenchInfo(dataset string) Info {
	return Info{
		Name:        dataset,
		Dataset:     dataset,
		Format:      "NAS-RobBench-201",
		Description: "NAS-RobBench-201 · " + dataset + " · what the file calls val · ",
		Split:       "what the file calls val",
		Training:    "adversarial training with PGD, 50 epochs (Wu et al., ICLR 2024)",
		Attacks:     "L-infinity: FGSM, PGD, AutoAttack (aa)",
	}
}

// readRobBenchFile reads one dataset of a file: the wanted one, or cifar10, or the only one.
func readRobBenchFile(path, wanted string, m *layout.Meta) (*robBench, string, error) {
	dataset := cmp.Or(wanted, layout.Released[0])
	for {
		f, err := os.Open(path)
		if err != nil {
			return nil, "", fmt.Errorf("open table: %w", err)
		}
		b, has, err := readRobBench(f, path, dataset, m)
		f.Close()
		switch {
		case err != nil || b != nil:
			return b, dataset, err
		case wanted != "" || len(has) != 1:
			return nil, "", &DatasetError{Dataset: dataset, Where: path, Has: has}
		}
		dataset = has[0]
	}
}

// readRobBench reads one dataset. It returns nil and the names of all datasets if the file does not have it.
func readRobBench(r io.Reader, file, dataset string, m *layout.Meta) (*robBench, []string, error) {
	text, finish, err := javaScript(r)
	if err != nil {
		return nil, nil, err
	}
	s := layout.NewStream(context.Background(), text, file)
	var b *robBench
	var has []string
	err = s.Members(func(name string) error {
		s.Key = name
		defer func() { s.Key, s.ID = "", "" }()
		if slices.Contains(has, name) {
			return s.Fail("it is there twice")
		}
		has = append(has, name)
		if name != dataset {
			return s.Skip()
		}
		b = &robBench{
			Stream: s, meta: m, at: map[string]int{}, there: map[objective.Metric]int{}, rows: map[int][]sample{},
		}
		return s.Members(b.readID)
	})
	if err == nil {
		err = finish(s)
	}
	return b, has, err
}

// readID reads {metric: {seed: value}}.
func (b *robBench) readID(name string) error {
	dataset := b.Key
	b.ID = name
	id, ok := layout.ParseID(name)
	if _, known := b.meta.Class(id); !ok || !known {
		return b.Fail("it is not in meta.json")
	}
	if _, twice := b.rows[id]; twice {
		return b.Fail("it is there twice")
	}
	b.ids, b.rows[id] = append(b.ids, id), []sample{}
	seen := map[string]bool{}
	return b.Members(func(metric string) error {
		b.Key = dataset + "/" + metric
		defer func() { b.Key = dataset }()
		if seen[metric] {
			return b.Fail("it is there twice")
		}
		seen[metric] = true
		column, err := b.column(metric)
		if err != nil {
			return err
		}
		v, err := b.mean(column)
		if err == nil {
			b.rows[id] = append(b.rows[id], v)
		}
		return err
	})
}

// mean reads {seed: value}. What is not under a whole number, such as "threeseed", is a mean that the file's authors
// took: it counts where there are no seeds.
func (b *robBench) mean(column int) (s sample, err error) {
	share := IsShare(b.columns[column].Name)
	seen := map[string]bool{}
	var sum, authors float64
	var seeds, means int
	err = b.Members(func(seed string) error {
		if seen[seed] {
			return b.Fail("seed %s is there twice", seed)
		}
		seen[seed] = true
		v, err := b.Number()
		if err != nil {
			return err
		}
		if share {
			if err := layout.CheckShare(v); err != nil {
				return b.Fail("%v", err)
			}
		}
		if _, ok := layout.ParseID(seed); ok {
			sum, seeds = sum+v, seeds+1
			return nil
		}
		authors, means = v, means+1
		s.seeds = namedSeeds[seed]
		return nil
	})
	s.column = column
	switch {
	case err != nil:
		return s, err
	case seeds > 0:
		s.value, s.seeds = sum/float64(seeds), seeds
	case means == 1:
		s.value = authors
	default:
		return s, b.Fail("want values by seed")
	}
	return s, nil
}

// namedSeeds are how many seeds the names of means say.
var namedSeeds = map[string]int{"oneseed": 1, "twoseed": 2, "threeseed": 3}

// column returns the column of a metric, a new one if it is the first value.
func (b *robBench) column(original string) (int, error) {
	if i, ok := b.at[original]; ok {
		return i, nil
	}
	m, err := robBenchMetric(original)
	if err != nil {
		return 0, b.Fail("%v", err)
	}
	if m.Name == "" || strings.ContainsAny(m.Name, ":, \t\r\n\"") {
		return 0, b.Fail("the name of a metric should have no spaces, commas, colons or quotes")
	}
	if i, twice := b.there[m]; twice {
		return 0, b.Fail("the same metric as %s", b.columns[i].original)
	}
	i := len(b.columns)
	b.columns = append(b.columns, robBenchColumn{m, original})
	b.at[original], b.there[m] = i, i
	return i, nil
}
