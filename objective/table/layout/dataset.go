package layout

import (
	"archive/zip"
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/nassearch/nassearch/space"
)

// Space is what reading takes: classes to index by, and texts to check.
type Space interface {
	space.Space
	space.Enumerator
}

// Dataset is one dataset in the layout, whose files are read when they are wanted. It is safe for concurrent use.
type Dataset struct {
	Name     string
	Where    string    // folder or zip file, for messages
	Protocol *Protocol // what a table of our own says of itself; nil for the released dataset and what looks like it
	Content  []byte    // of the file that says it
	Meta     *Meta
	Sources  []Source  // that there are files of, or that the released dataset has
	Shorter  []Shorter // what there is of shorter trainings, ascending

	classes int
	meta    file            // zero if there is none
	files   map[string]file // by base name
	found   []string        // datasets of which there are any files
}

// Open opens a dataset in a folder, unpacked or in the zip files that can be downloaded, or in one zip file. It reads
// meta.json only. An empty dataset is cifar10, or the only one that is there; of a table of our own the first. Meta is
// the path of meta.json or meta.zip, if it is not beside the data. Errors are *FormatError for bad contents, *FileError
// for a missing meta.json, *DatasetError for a dataset that is not there.
func Open(root string, sp Space, dataset, meta string) (*Dataset, error) {
	stat, err := os.Stat(root)
	if err != nil {
		return nil, fmt.Errorf("open table: %w", err)
	}
	p := place{path: root, zipped: !stat.IsDir()}
	own, err := p.own()
	if err != nil {
		return nil, err
	}
	if own.name != "" {
		return openOwn(own, sp, dataset)
	}
	d, err := p.locate(cmp.Or(dataset, Released[0]), meta)
	if err == nil && len(d.files) == 0 && dataset == "" && len(d.found) == 1 {
		d, err = p.locate(d.found[0], meta)
	}
	if err != nil {
		return nil, err
	}
	if len(d.files) == 0 {
		return nil, &DatasetError{Dataset: d.Name, Where: root, Has: d.found}
	}
	return d, d.open(sp)
}

// OpenArchive opens a dataset of a table of our own in a zip file that is in memory.
func OpenArchive(name string, archive *zip.Reader, sp Space, dataset string) (*Dataset, error) {
	own, err := place{path: name, zipped: true, archive: archive}.own()
	if err == nil && own.name == "" {
		err = &FormatError{File: name, Problem: "no " + ProtocolFile + " in it"}
	}
	if err != nil {
		return nil, err
	}
	return openOwn(own, sp, dataset)
}

// openOwn opens a table that says what it is.
func openOwn(own file, sp Space, dataset string) (*Dataset, error) {
	p, content, err := own.protocol()
	if err != nil {
		return nil, err
	}
	d := &Dataset{Name: cmp.Or(dataset, p.Datasets[0]), Where: own.path, Protocol: p, Content: content}
	if !slices.Contains(p.Datasets, d.Name) {
		return nil, &DatasetError{Dataset: d.Name, Where: own.path, Has: p.Datasets}
	}
	if err := d.gather(own.place); err != nil {
		return nil, err
	}
	if err := d.expect(own, p.Files); err != nil {
		return nil, err
	}
	if err := d.open(sp); err != nil {
		return nil, err
	}
	d.Shorter, err = d.shorter(own)
	return d, err
}

// open reads meta.json and lists the sources.
func (d *Dataset) open(sp Space) (err error) {
	d.classes = sp.Classes()
	if d.Meta, err = openMeta(d.meta, d.Where, sp); err != nil {
		return err
	}
	return d.list()
}

// list lists the sources.
func (d *Dataset) list() (err error) {
	if d.Sources, err = d.sources(); err == nil && d.Protocol != nil { // what has no files was never meant to
		d.Sources = slices.DeleteFunc(d.Sources, func(s Source) bool { return !d.any(s.Key) })
	}
	return err
}

// MetaBeside reads meta.json at a path or, if that is empty, beside a file, unpacked or in meta.zip.
func MetaBeside(file, meta string, sp Space) (*Meta, error) {
	f, err := metaBeside(file, meta)
	if err != nil {
		return nil, err
	}
	return openMeta(f, filepath.Dir(file), sp)
}

// openMeta reads the file meta.json that was found, or says that there is none.
func openMeta(f file, where string, sp Space) (m *Meta, err error) {
	if f.name == "" {
		get := "meta.zip from " + home + ", and put it there, packed or unpacked"
		return nil, &FileError{Where: where, File: MetaFile, Get: get}
	}
	err = f.with(func(r io.Reader) error {
		m, err = readMeta(context.Background(), r, f.String(), sp)
		return err
	})
	return m, err
}

// Has says whether there is the file of a source's measure.
func (d *Dataset) Has(s Source, m Measure) bool {
	_, ok := d.files[s.File(m)]
	return ok
}

// any says whether there is any file of a key.
func (d *Dataset) any(key string) bool {
	return slices.ContainsFunc(Measures, func(m Measure) bool { return d.Has(Source{Key: key}, m) })
}

// Missing says which file a source's measure would be in, and where to get it.
func (d *Dataset) Missing(s Source, m Measure) *FileError {
	return &FileError{Where: d.Where, File: d.Name + "/" + s.File(m), Get: whereToGet(d.Name, m)}
}

// LeftOver names the files that are of no source.
func (d *Dataset) LeftOver() []string {
	known := map[string]bool{}
	for _, s := range d.Sources {
		for _, m := range Measures {
			known[s.File(m)] = true
		}
	}
	return slices.DeleteFunc(slices.Sorted(maps.Keys(d.files)), func(name string) bool { return known[name] })
}

// Every is in place of a class where all are read.
const Every = -1

// Read reads a source's measure of one class, as a grid with one row, or of [Every] class.
//
// For one class it looks for one entry and reads no further. Only where there is none, or it cannot be read, is the
// whole file read: to know that it is a hole of a sound file, or to say what is wrong with it.
func (d *Dataset) Read(ctx context.Context, s Source, m Measure, class int) (g Grid, err error) {
	f := d.files[s.File(m)]
	if class != Every {
		id := int(d.Meta.representative[class])
		if id < 0 {
			return Grid{}, nil
		}
		err = f.with(func(r io.Reader) (err error) {
			v := reader{Stream: NewStream(ctx, r, f.String()), source: s, measure: m}
			g, err = v.one(ctx, r, d.Name, id)
			return err
		})
		if err == nil || ctx.Err() != nil {
			return g, err
		}
	}
	err = f.with(func(r io.Reader) (err error) {
		v := reader{Stream: NewStream(ctx, r, f.String()), source: s, measure: m}
		g, err = v.all(d.Name, d.Meta, d.classes)
		return err
	})
	if class != Every && g.Values != nil {
		g = g.Only(class)
	}
	return g, err
}

func whereToGet(dataset string, m Measure) string {
	zip := dataset + ".zip"
	if m == Accuracy {
		zip = dataset + "-accuracies.zip (or " + zip + ")"
	}
	return zip + " from " + home + ", and put it there, packed or unpacked"
}
