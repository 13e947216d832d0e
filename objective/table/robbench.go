package table

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
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
	classes int
	columns []robBenchColumn
	first   []int        // by class: the smallest id so far, or -1
	seen    map[int]bool // ids
	leftOut int
}

// robBenchColumn is a metric of all classes.
type robBenchColumn struct {
	objective.Metric
	original string // its name in the file
	values   []float64
}

// openRobBench reads NAS-RobBench-201.
func openRobBench(path string, o Options) (*Content, error) {
	if filepath.Base(path) == layout.MetaFile {
		return nil, fmt.Errorf("open table: %s names architectures but has no values: give its folder", path)
	}
	m, err := layout.MetaBeside(path, o.Meta, o.Space)
	if err != nil {
		return nil, err
	}
	b, dataset, err := readRobBenchFile(path, o.Dataset, m, o.Space.Classes())
	if err != nil {
		return nil, err
	}
	c := &Content{Info: robBenchInfo(dataset), ids: m}
	c.Metrics, c.Values = b.sorted()
	c.Info.DefaultEps = usualEps(families(c.Metrics), 3)
	if b.leftOut > 0 {
		c.Info.Notes = append(c.Info.Notes, fmt.Sprintf("%d ids left out: a smaller id is of the same class", b.leftOut))
	}
	return c, nil
}

func robBenchInfo(dataset string) Info {
	return Info{
		Name:        dataset,
		Dataset:     dataset,
		Format:      "NAS-RobBench-201",
		Description: "NAS-RobBench-201 · " + dataset + " · what the file calls val · mean over seeds",
		Split:       "what the file calls val",
		Training:    "adversarial training with PGD, 50 epochs (Wu et al., ICLR 2024)",
		Attacks:     "L-infinity: FGSM, PGD, AutoAttack (aa)",
	}
}

// readRobBenchFile reads one dataset of a file: the wanted one, or cifar10, or the only one.
func readRobBenchFile(path, wanted string, m *layout.Meta, classes int) (*robBench, string, error) {
	dataset := cmp.Or(wanted, layout.Released[0])
	for {
		f, err := os.Open(path)
		if err != nil {
			return nil, "", fmt.Errorf("open table: %w", err)
		}
		b, has, err := readRobBench(f, path, dataset, m, classes)
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
func readRobBench(r io.Reader, file, dataset string, m *layout.Meta, classes int) (*robBench, []string, error) {
	s := layout.NewStream(context.Background(), r, file)
	var b *robBench
	var has []string
	err := s.Members(func(name string) error {
		s.Key = name
		defer func() { s.Key, s.ID = "", "" }()
		if slices.Contains(has, name) {
			return s.Fail("it is there twice")
		}
		has = append(has, name)
		if name != dataset {
			return s.Skip()
		}
		b = &robBench{Stream: s, meta: m, classes: classes, first: slices.Repeat([]int{-1}, classes), seen: map[int]bool{}}
		return s.Members(b.readID)
	})
	if err == nil {
		err = s.End()
	}
	return b, has, err
}

// readID reads {metric: {seed: value}}. Of several members of a class, the smallest id counts.
func (b *robBench) readID(name string) error {
	dataset := b.Key
	b.ID = name
	id, ok := layout.ParseID(name)
	class, known := b.meta.Class(id)
	if !ok || !known {
		return b.Fail("it is not in meta.json")
	}
	if b.seen[id] {
		return b.Fail("it is there twice")
	}
	b.seen[id] = true
	old := b.first[class]
	counts := old < 0 || id < old
	if old >= 0 {
		b.leftOut++
	}
	if counts {
		b.first[class] = id
		for _, c := range b.columns {
			c.values[class] = math.NaN()
		}
	}
	var seen []string
	return b.Members(func(metric string) error {
		b.Key = dataset + "/" + metric
		defer func() { b.Key = dataset }()
		if slices.Contains(seen, metric) {
			return b.Fail("it is there twice")
		}
		seen = append(seen, metric)
		v, err := b.seeds(metric)
		if err != nil {
			return err
		}
		at, err := b.column(metric)
		if err == nil && counts {
			b.columns[at].values[class] = v
		}
		return err
	})
}

// seeds reads {seed: value} and returns the mean. What is not under a whole number, such as "threeseed", is a mean
// that the file's authors took: it counts where there are no seeds.
func (b *robBench) seeds(metric string) (float64, error) {
	name, _ := robBenchMetric(metric)
	var seen []string
	var sum, mean, n, means float64
	err := b.Members(func(seed string) error {
		if slices.Contains(seen, seed) {
			return b.Fail("seed %s is there twice", seed)
		}
		seen = append(seen, seed)
		v, err := b.Number()
		if err != nil {
			return err
		}
		if IsShare(name) {
			if err := layout.CheckShare(v); err != nil {
				return b.Fail("%v", err)
			}
		}
		if _, ok := layout.ParseID(seed); ok {
			sum, n = sum+v, n+1
		} else {
			mean, means = v, means+1
		}
		return nil
	})
	switch {
	case err != nil:
		return 0, err
	case n > 0:
		return sum / n, nil
	case means == 1:
		return mean, nil
	}
	return 0, b.Fail("want values by seed")
}

// robBenchAttack matches val_fgsm_3.0_acc and val_aa_8.0.
var robBenchAttack = regexp.MustCompile(`^val_([a-z]+)_([0-9]+(?:\.[0-9]+)?)(?:_acc)?$`)

// robBenchMetric translates the file's name of a metric. Names that it does not know stay as they are.
func robBenchMetric(name string) (metric string, eps objective.Eps) {
	if name == "val_acc" {
		return "clean_acc", 0
	}
	m := robBenchAttack.FindStringSubmatch(name)
	if m == nil {
		return name, 0
	}
	e, err := objective.ParseEps(m[2] + "/255")
	if err != nil {
		return name, 0
	}
	return m[1] + "_acc", e
}

// column returns the column of a metric, a new one if it is the first value.
func (b *robBench) column(original string) (int, error) {
	if i := slices.IndexFunc(b.columns, func(c robBenchColumn) bool { return c.original == original }); i >= 0 {
		return i, nil
	}
	name, eps := robBenchMetric(original)
	if name == "" || strings.ContainsAny(name, "@:, \t\r\n\"") {
		return 0, b.Fail("the name of a metric should have no spaces, commas, colons, quotes or @")
	}
	m := objective.Metric{Name: name, Goal: objective.UsualGoal(name), Setting: objective.At(eps)}
	if i := slices.IndexFunc(b.columns, func(c robBenchColumn) bool { return c.Metric == m }); i >= 0 {
		return 0, b.Fail("the same metric as %s", b.columns[i].original)
	}
	b.columns = append(b.columns, robBenchColumn{m, original, slices.Repeat([]float64{math.NaN()}, b.classes)})
	return len(b.columns) - 1, nil
}

// sorted returns the metrics with clean accuracy first, attacks as we list them, then the others by name, each in the
// order of its eps, and their values (classes, metrics).
func (b *robBench) sorted() (metrics []objective.Metric, values []float64) {
	order := append([]string{"clean"}, objective.Usual().Attacks.Metrics()...)
	rank := func(c robBenchColumn) int {
		i := slices.Index(order, strings.TrimSuffix(c.Name, "_acc"))
		if i < 0 {
			return len(order)
		}
		return i
	}
	slices.SortFunc(b.columns, func(x, y robBenchColumn) int {
		return cmp.Or(rank(x)-rank(y), strings.Compare(x.Name, y.Name), cmp.Compare(x.Setting.Eps, y.Setting.Eps))
	})
	for _, c := range b.columns {
		metrics = append(metrics, c.Metric)
	}
	values = make([]float64, 0, b.classes*len(b.columns))
	for class := range b.classes {
		for _, c := range b.columns {
			values = append(values, c.values[class])
		}
	}
	return metrics, values
}
