// Package table answers a search from measured results: the released robustness dataset (Jung, Lukasik, Keuper,
// ICLR 2023), NAS-RobBench-201 (Wu et al., ICLR 2024), or a CSV file of anyone's own measurements.
//
// [Open] finds out what a path holds, [Table.Select] reads the chosen metrics and returns them as an
// [objective.Evaluator]. Values belong to isomorphism classes: all members of a class have the same.
package table

import (
	"archive/zip"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/space"
)

// Space is what a table needs: classes to index by, and texts to check.
type Space interface {
	space.Space
	space.Enumerator
}

// Options say how to open a table.
type Options struct {
	Dataset string // empty: cifar10, or the only one that is there
	Meta    string // path of meta.json or meta.zip, if it is not beside the data
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
	DefaultEps  objective.Eps // 0 if no metric has an eps
	Classes     int           // of the space, measured or not
	Labels      int           // classes of images; 0 if the table does not say
	Notes       []string      // what a reader of the results should know besides
}

// Table is an opened table. It is safe for concurrent use.
type Table struct {
	sp       Space
	info     Info
	families []family
	store    store
	meta     *meta  // nil where architectures have no released ids
	protocol []byte // of a table that says itself what it has; else nil
}

// Open opens the table at a path: a folder in the layout of the released dataset (files unpacked, or as the zip
// files that can be downloaded, side by side), one zip file of that layout, a .json file of NAS-RobBench-201, or
// a .csv file. Of the released dataset it reads meta.json only; the other formats are one file, which it reads.
//
// Errors are *FormatError for bad contents, *FileError for a missing meta.json, *DatasetError for a dataset
// that is not there.
func Open(path string, sp Space, o Options) (*Table, error) {
	stat, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("open table: %w", err)
	}
	t := &Table{sp: sp}
	switch ext := strings.ToLower(filepath.Ext(path)); {
	case stat.IsDir(), ext == ".zip":
		err = t.openReleased(path, o)
	case ext == ".csv":
		err = t.openCSV(path, o)
	case filepath.Base(path) == metaFile:
		err = fmt.Errorf("open table: %s names architectures but has no values: give its folder", path)
	case ext == ".json":
		err = t.openRobBench(path, o)
	default:
		err = fmt.Errorf("open table: %s: want a folder or .zip of the robustness dataset, a NAS-RobBench-201 .json, or a .csv", path)
	}
	if err != nil {
		return nil, err
	}
	t.info.Classes = sp.Classes()
	t.families = append(t.families, t.sizes()...)
	return t, nil
}

// OpenArchive opens a table of this project's own making (see [ProtocolFile]) in a zip file that is in memory.
func OpenArchive(name string, archive *zip.Reader, sp Space, o Options) (*Table, error) {
	own, err := archived(name, archive)
	if err != nil {
		return nil, err
	}
	t := &Table{sp: sp}
	if err := t.openOwn(own, o); err != nil {
		return nil, err
	}
	t.info.Classes = sp.Classes()
	t.families = append(t.families, t.sizes()...)
	return t, nil
}

// Info says what the values are.
func (t *Table) Info() Info { return t.info }

// Available lists the metrics that the table has, without those of single image classes.
func (t *Table) Available() []MetricInfo {
	return slices.DeleteFunc(t.Metrics(), func(m MetricInfo) bool {
		return m.Missing != nil || strings.Contains(m.Metric.Name, classMark)
	})
}

// Protocol returns the content of the table's own [ProtocolFile]; nil if it has none.
func (t *Table) Protocol() []byte { return t.protocol }

// OfficialID returns the released id of an architecture and of its class's representative. It is false where
// the table has no meta.json, or meta.json does not have the architecture.
func (t *Table) OfficialID(a space.Arch) (id, representative int, ok bool) {
	if t.meta == nil || t.protocol != nil { // whose ids are its own
		return 0, 0, false
	}
	class, err := t.sp.ClassOf(a)
	if err != nil {
		return 0, 0, false
	}
	id, ok = t.meta.find(a, class)
	return id, int(t.meta.representative[class]), ok
}

// ByOfficialID returns the architecture with a released id.
func (t *Table) ByOfficialID(id int) (space.Arch, bool) {
	if t.meta == nil || t.protocol != nil || id < 0 || id >= len(t.meta.class) || t.meta.class[id] < 0 {
		return "", false
	}
	return t.meta.archs[id], true
}
