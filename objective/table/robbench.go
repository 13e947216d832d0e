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
)

// robBench is a file of NAS-RobBench-201 (Wu et al., ICLR 2024) while it is read:
// {dataset: {id: {metric: {seed: value}}}}, with the ids of meta.json.
type robBench struct {
	*stream
	meta     *meta
	classes  int
	families []family
	original []string    // names of the columns in the file
	columns  [][]float64 // by column and class
	first    []int       // by class: the smallest id so far, or -1
	seen     []bool      // by id
	leftOut  int
}

func (t *Table) openRobBench(path string, o Options) error {
	found, err := metaBeside(path, o.Meta)
	if err != nil {
		return err
	}
	if t.meta, err = openMeta(found, filepath.Dir(path), t.sp); err != nil {
		return err
	}
	b, dataset, err := readRobBenchFile(path, o.Dataset, t.meta, t.sp.Classes())
	if err != nil {
		return err
	}
	t.store = memory{b.grid()}
	t.families = withMeans(b.sorted())
	t.info = robBenchInfo(dataset)
	t.info.DefaultEps = usualEps(t.families, 3)
	if b.leftOut > 0 {
		t.info.Notes = append(t.info.Notes, fmt.Sprintf("%d ids left out: a smaller id is of the same class", b.leftOut))
	}
	return nil
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
func readRobBenchFile(path, wanted string, m *meta, classes int) (b *robBench, dataset string, err error) {
	first := wanted
	if first == "" {
		first = released[0]
	}
	b, has, err := readRobBenchPath(path, first, m, classes)
	if err == nil && b == nil && wanted == "" && len(has) == 1 {
		first = has[0]
		b, has, err = readRobBenchPath(path, first, m, classes)
	}
	if err == nil && b == nil {
		err = &DatasetError{Dataset: first, Where: path, Has: has}
	}
	return b, first, err
}

func readRobBenchPath(path, dataset string, m *meta, classes int) (*robBench, []string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("open table: %w", err)
	}
	defer f.Close()
	return readRobBench(f, path, dataset, m, classes)
}

// readRobBench reads one dataset. It returns nil and the names of all datasets if the file does not have it.
func readRobBench(r io.Reader, file, dataset string, m *meta, classes int) (*robBench, []string, error) {
	s := newStream(context.Background(), r, file)
	var b *robBench
	var has []string
	err := s.members(func(name string) error {
		s.key = name
		defer func() { s.key, s.id = "", "" }()
		if slices.Contains(has, name) {
			return s.fail("it is there twice")
		}
		has = append(has, name)
		if name != dataset {
			return s.skip()
		}
		b = &robBench{stream: s, meta: m, classes: classes, first: slices.Repeat([]int{-1}, classes), seen: make([]bool, len(m.class))}
		return s.members(b.readID)
	})
	if err == nil {
		err = s.end()
	}
	return b, has, err
}

// readID reads {metric: {seed: value}}. Of several members of a class, the smallest id counts.
func (b *robBench) readID(name string) error {
	dataset := b.key
	b.id = name
	id, ok := parseID(name)
	if !ok || id >= len(b.meta.class) || b.meta.class[id] < 0 {
		return b.fail("it is not in meta.json")
	}
	class := int(b.meta.class[id])
	if b.seen[id] {
		return b.fail("it is there twice")
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
			c[class] = math.NaN()
		}
	}
	var seen []string
	return b.members(func(metric string) error {
		b.key = dataset + "/" + metric
		defer func() { b.key = dataset }()
		if slices.Contains(seen, metric) {
			return b.fail("it is there twice")
		}
		seen = append(seen, metric)
		v, err := b.seeds(metric)
		if err != nil {
			return err
		}
		at, err := b.column(metric)
		if err == nil && counts {
			b.columns[at][class] = v
		}
		return err
	})
}

// seeds reads {seed: value} and returns the mean. What is not under a whole number, such as "threeseed", is a mean
// that the file's authors took: it counts where there are no seeds.
func (b *robBench) seeds(metric string) (float64, error) {
	name, _, _ := robBenchMetric(metric)
	var seen []string
	var sum, mean, n, means float64
	err := b.members(func(seed string) error {
		if slices.Contains(seen, seed) {
			return b.fail("seed %s is there twice", seed)
		}
		seen = append(seen, seed)
		v, err := b.number()
		if err != nil {
			return err
		}
		if isShare(name) {
			if err := checkShare(v); err != nil {
				return b.fail("%v", err)
			}
		}
		if _, ok := parseID(seed); ok {
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
	return 0, b.fail("want values by seed")
}

// robBenchAttack matches val_fgsm_3.0_acc and val_aa_8.0.
var robBenchAttack = regexp.MustCompile(`^val_([a-z]+)_([0-9]+(?:\.[0-9]+)?)(?:_acc)?$`)

// robBenchMetric translates the file's name of a metric. Names that it does not know stay as they are.
func robBenchMetric(name string) (metric string, eps objective.Eps, known bool) {
	if name == "val_acc" {
		return "clean_acc", 0, true
	}
	m := robBenchAttack.FindStringSubmatch(name)
	if m == nil {
		return name, 0, false
	}
	e, err := objective.ParseEps(m[2] + "/255")
	if err != nil {
		return name, 0, false
	}
	return m[1] + "_acc", e, true
}

// column returns the column of a metric, a new one if it is the first value.
func (b *robBench) column(original string) (int, error) {
	if i := slices.Index(b.original, original); i >= 0 {
		return i, nil
	}
	name, eps, _ := robBenchMetric(original)
	if name == "" || strings.ContainsAny(name, "@:, \t\r\n\"") {
		return 0, b.fail("the name of a metric should have no spaces, commas, colons, quotes or @")
	}
	col := column{setting: objective.At(eps), at: len(b.columns)}
	f := find(b.families, name)
	if f == nil {
		b.families = append(b.families, family{name: name, goal: objective.UsualGoal(name), label: whole})
		f = &b.families[len(b.families)-1]
	}
	for _, c := range f.columns {
		if c.setting == col.setting {
			return 0, b.fail("the same metric as %s", b.original[c.at])
		}
	}
	f.columns = append(f.columns, col)
	b.original = append(b.original, original)
	b.columns = append(b.columns, slices.Repeat([]float64{math.NaN()}, b.classes))
	return col.at, nil
}

// grid puts the columns side by side.
func (b *robBench) grid() grid {
	g := newGrid(b.classes, len(b.columns), 1)
	for at, c := range b.columns {
		for class, v := range c {
			g.row(class)[at] = v
		}
	}
	return g
}

// sorted returns the families with clean accuracy first, attacks as we list them, then the others by name.
func (b *robBench) sorted() []family {
	order := append([]string{"clean"}, append(slices.Clone(attacks), autoAttack)...)
	rank := func(f family) int {
		i := slices.Index(order, strings.TrimSuffix(f.name, "_acc"))
		if i < 0 {
			return len(order)
		}
		return i
	}
	slices.SortFunc(b.families, func(x, y family) int {
		if d := rank(x) - rank(y); d != 0 {
			return d
		}
		return strings.Compare(x.name, y.name)
	})
	for _, f := range b.families {
		slices.SortFunc(f.columns, func(x, y column) int { return cmp.Compare(x.setting.Eps, y.setting.Eps) })
	}
	return b.families
}
