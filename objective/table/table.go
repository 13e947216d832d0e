// Package table answers a search from measured results: the released robustness dataset (Jung, Lukasik, Keuper,
// ICLR 2023), NAS-RobBench-201 (Wu et al., ICLR 2024), or a CSV file of anyone's own measurements.
//
// [Open] finds out what a path holds, [Table.Select] reads the chosen metrics and returns them as an
// [objective.Evaluator]. Values belong to isomorphism classes: all members of a class have the same.
package table

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table/layout"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// Space is what a table needs: classes to index by, and texts to check.
type Space = layout.Space

// Options say how to open a table.
type Options struct {
	// Space has the architectures. Nil is the cells of NAS-Bench-201, in the network that the table says it is of, or else
	// in the benchmark's for its data set.
	Space   Space
	Dataset string   // empty: cifar10, or the only one that is there
	Meta    string   // path of meta.json or meta.zip, if it is not beside the data
	Rows    Rule     // what is made of several rows of one class; empty: what the file or its format says
	Formats []Format // that are tried before [Formats]
}

// Info says what a table's values are.
type Info struct {
	Name        string // in messages: "table cifar10"
	Dataset     string // what the networks were tested on; empty if the file does not say
	Format      string // "robustness dataset", "NAS-RobBench-201", "CSV"
	Description string // one line
	Split       string // of the images: test, validation
	Training    string
	Attacks     string
	Corruptions string
	DefaultEps  objective.Eps // 0 if no metric has an eps
	Classes     int           // of the space, measured or not
	Labels      int           // classes of images; 0 if the table does not say
	Notes       []string      // what a reader of the results should know besides
	Compact     bool          // a table of our own with fewer decimals, and no confidences but on clean images

	Network *nasbench201.Network // that the cells were stacked into; nil if nobody knows, or in another space
	Seeds   Seeds                // over how many trainings values are means
	Rows    Rule                 // what was made of several rows of one class; empty if no class has several
	Several int                  // classes that have
	Digests string               // whether the files were compared with their digests; empty for formats without
}

// rowsOf notes which rule was applied, if it decided anything.
func (i *Info) rowsOf(r Rule, several int) {
	if several > 0 && (r == First || r == Mean) || r == Each {
		i.Rows, i.Several = r, several
	}
}

// Table is an opened table. It is safe for concurrent use.
type Table struct {
	sp       Space
	info     Info
	families []family
	named    map[string]int // families by name
	files    []file
	ids      *layout.Meta // nil where architectures have no released ids
	protocol []byte       // of a table that says itself what it has; else nil
	seeds    layout.Grid  // of the values of file 0
	lower    []lower      // fidelities, ascending
	epochs   int          // of the trainings; 0 if nobody says it
	path     string       // where it was opened
}

// Open opens the table at a path: what one of the formats reads. Of the released dataset it reads meta.json only; the
// other formats are one file, which it reads.
//
// Errors are *FormatError for bad contents, *FileError for a missing meta.json, *DatasetError for a dataset
// that is not there.
func Open(path string, o Options) (*Table, error) {
	if err := o.Rows.Check(); err != nil {
		return nil, err
	}
	stat, statErr := os.Stat(path)
	own := o.Space != nil
	if !own {
		o.Space = Benchmark("")
	}
	formats := append(slices.Clone(o.Formats), Formats()...)
	for _, f := range formats {
		if !f.Reads(path, stat) {
			continue
		}
		c, err := f.Open(path, o)
		if err != nil {
			return nil, hint(path, err)
		}
		t, err := newTable(c, o.Space, own)
		if err != nil {
			return nil, err
		}
		if t.path = path; t.ids == nil && o.Meta != "" {
			t.ids, err = layout.MetaBeside(path, o.Meta, o.Space)
		}
		return t, err
	}
	if statErr != nil {
		return nil, fmt.Errorf("open table: %w", statErr)
	}
	if what := other(path); what != "" && !stat.IsDir() {
		return nil, fmt.Errorf("open table: %s %s", path, what)
	}
	want := Abouts(formats)
	last := len(want) - 1
	return nil, fmt.Errorf("open table: %s: want %s, or %s", path, strings.Join(want[:last], ", "), want[last])
}

// newTable adds to what a format found what follows from it. Unless the space is the caller's own, it becomes that of
// the networks that the table is of.
func newTable(c *Content, sp Space, own bool) (*Table, error) {
	t := &Table{
		sp: sp, info: c.Info, families: c.families, files: c.files, ids: c.ids, protocol: c.protocol, seeds: c.seeds,
		lower: c.lower, epochs: c.epochs,
	}
	if t.families == nil {
		if err := c.complete(sp); err != nil {
			return nil, err
		}
		t.families, t.files = withMeans(families(c.Metrics)), []file{c.read}
	}
	if !strings.Contains(t.info.Description, t.info.told()) { // an exported table says it already
		t.info.Description += t.info.told()
	}
	if t.info.DefaultEps == 0 {
		t.info.DefaultEps = usualEps(t.families, 1)
	}
	if !own {
		if err := t.stack(c); err != nil {
			return nil, err
		}
	}
	if t.info.Rows == Each {
		sp, err := each(t.sp)
		if err != nil {
			return nil, err
		}
		t.sp = sp
	}
	t.info.Classes, t.info.Labels = t.sp.Classes(), cmp.Or(t.info.Labels, benchmarks[t.info.Dataset].Classes)
	if own || t.info.Network != nil {
		t.families = withSizes(t.families, t.sp)
	}
	t.index()
	return t, nil
}

// index finds families by their names.
func (t *Table) index() {
	t.named = make(map[string]int, len(t.families))
	for i, f := range t.families {
		t.named[f.name] = i
	}
}

// family returns the family of a name; nil if there is none.
func (t *Table) family(name string) *family {
	if i, ok := t.named[name]; ok {
		return &t.families[i]
	}
	return nil
}

// complete makes the values of a format that has them all.
func (c *Content) complete(sp Space) error {
	if c.measured.Width > 0 {
		return nil
	}
	if want := sp.Classes() * len(c.Metrics); len(c.Values) != want {
		return fmt.Errorf("table %s: %d values, want %d: one a class of %s and metric",
			c.Info.Name, len(c.Values), want, sp.Name())
	}
	c.measured = layout.Grid{Width: len(c.Metrics), Labels: 1, Values: c.Values}
	return nil
}

// stack finds out which network the cells were stacked into: what the table says, or else the benchmark's for its data
// set. Of another data set nobody knows it.
func (t *Table) stack(c *Content) error {
	_, benchmark := benchmarks[t.info.Dataset]
	t.sp = Benchmark(t.info.Dataset)
	switch {
	case c.network != nil:
		sp, err := nasbench201.New(*c.network)
		if err != nil {
			return err
		}
		t.sp, t.info.Network = sp, c.network
	case !c.unsized && (benchmark || t.info.Dataset == ""):
		t.info.Network = new(Benchmark(t.info.Dataset).Network())
	}
	return nil
}

// Space has the architectures that the table is of.
func (t *Table) Space() Space { return t.sp }

// Info says what the values are.
func (t *Table) Info() Info { return t.info }

// Available lists the metrics that the table has, without those of single image classes.
func (t *Table) Available() []MetricInfo {
	return slices.DeleteFunc(t.Metrics(), func(m MetricInfo) bool {
		return m.Missing != nil || strings.Contains(m.Metric.Name, classMark)
	})
}

// Protocol returns the content of the table's own [layout.ProtocolFile]; nil if it has none.
func (t *Table) Protocol() []byte { return t.protocol }

// OfficialID returns the released id of an architecture and of its class's representative. It is false where
// the table has no meta.json, or meta.json does not have the architecture.
func (t *Table) OfficialID(a space.Arch) (id, representative int, ok bool) {
	if t.ids == nil {
		return 0, 0, false
	}
	return t.ids.ID(a)
}

// ByOfficialID returns the architecture with a released id.
func (t *Table) ByOfficialID(id int) (space.Arch, bool) {
	if t.ids == nil {
		return "", false
	}
	return t.ids.Arch(id)
}

// Representative returns the member that stands for a class: the one that was released, where the table knows it, else
// the canonical one.
func (t *Table) Representative(class int) space.Arch {
	arch := t.Space().Class(class)
	if _, id, ok := t.OfficialID(arch); ok {
		if released, ok := t.ByOfficialID(id); ok {
			return released
		}
	}
	return arch
}
