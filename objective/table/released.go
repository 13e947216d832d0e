package table

import (
	"context"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table/layout"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// releasedFormat reads what has the layout of the robustness dataset, tables of our own among it.
func releasedFormat() Format {
	return Format{
		About: "a folder or .zip of the robustness dataset",
		Reads: func(path string, f fs.FileInfo) bool {
			return f != nil && (f.IsDir() || strings.EqualFold(filepath.Ext(path), ".zip"))
		},
		Open: func(path string, o Options) (*Content, error) {
			d, err := layout.Open(path, o.Space, o.Dataset, o.Meta)
			if err != nil {
				return nil, err
			}
			return Released(d), nil
		},
	}
}

// Released is the content of a dataset in the released layout: the metrics whose files are there, and those that the
// released dataset has besides. Files are read when they are wanted.
func Released(d *layout.Dataset) *Content {
	c := &Content{Info: releasedInfo(d.Name), meta: d.Meta}
	if d.Protocol != nil {
		c.Info, c.protocol = protocolInfo(d.Protocol, d.Name), d.Content
		n := nasbench201.Network(d.Protocol.Network)
		c.network = &n
	}
	store := &files{Dataset: d}
	for _, m := range layout.Measures {
		for _, s := range d.Sources {
			has := d.Has(s, m)
			if !has && (d.Protocol != nil || m == layout.Loss) {
				continue // it was never meant to be there
			}
			var missing *FileError
			at := len(store.files)
			if has {
				store.files = append(store.files, released{s, m})
			} else {
				missing = d.Missing(s, m)
			}
			c.families = merge(c.families, sourceFamilies(s, m, at, missing))
		}
		if m == layout.Accuracy {
			c.families = withMeans(c.families)
		}
	}
	for _, name := range d.LeftOver() {
		note := name + " left out: of no attack in meta.json, and no corruption of the released dataset"
		c.Info.Notes = append(c.Info.Notes, note)
	}
	c.store = store
	return c
}

func releasedInfo(dataset string) Info {
	const split = "test set, no validation split"
	return Info{
		Name:        dataset,
		Dataset:     dataset,
		Format:      "robustness dataset",
		Description: "robustness dataset · " + dataset + " · " + split,
		Split:       split,
		Training: "NAS-Bench-201: 200 epochs on clean images, SGD with Nesterov momentum 0.9, weight decay 5e-4, " +
			"cosine learning rate from 0.1, batch 256, flip and crop",
		Attacks:    "L-infinity: FGSM; PGD, 40 steps of eps/30; APGD-CE and Square of AutoAttack",
		DefaultEps: 1,
	}
}

// protocolInfo is what a table of our own says of itself.
func protocolInfo(p *layout.Protocol, dataset string) Info {
	i := Info{
		Name: p.Name, Dataset: dataset, Format: "robustness dataset", Description: p.Description, Split: p.Split,
		Training: p.Training, Attacks: p.Attacks, DefaultEps: p.DefaultEps, Notes: p.Notes,
		Labels: p.Network.Classes, Compact: p.Compact,
	}
	if dataset != p.Datasets[0] {
		i.Description += " · " + dataset
	}
	return i
}

// files is the store of the released layout: it reads a file when it is wanted.
type files struct {
	*layout.Dataset
	files []released
}

// released is a file: what networks were tested on, and what was measured.
type released struct {
	layout.Source
	layout.Measure
}

func (s *files) all(ctx context.Context, i int) (layout.Grid, error) {
	return s.All(ctx, s.files[i].Source, s.files[i].Measure)
}

func (s *files) one(ctx context.Context, i, class int) (layout.Grid, error) {
	return s.One(ctx, s.files[i].Source, s.files[i].Measure, class)
}

// sourceFamilies returns the metrics of one file.
func sourceFamilies(s layout.Source, m layout.Measure, file int, missing *FileError) []family {
	columns := []column{{file: file}}
	if s.At != nil {
		columns = nil
	}
	for i, setting := range s.At {
		columns = append(columns, column{setting, file, i})
	}
	f := family{columns: columns, label: whole, missing: missing}
	switch m {
	case layout.Accuracy:
		f.name = s.Name + "_acc"
	case layout.Confidence:
		f.name = s.Name + "_conf"
	case layout.Loss:
		f.name, f.goal = s.Name+"_loss", objective.Minimize
	case layout.Confusion:
		f.name, f.label = s.Name+"_worst_class_acc", worst
		each := f
		each.name, each.label = s.Name+"_class"+classMark+"_acc", perLabel
		return []family{f, each}
	}
	return []family{f}
}

// merge adds families; one that is there already, of another norm, gets the columns. What is there goes before what is
// missing.
func merge(fs, more []family) []family {
	for _, f := range more {
		old := find(fs, f.name)
		switch {
		case old == nil:
			fs = append(fs, f)
		case old.missing != nil:
			*old = f
		case f.missing == nil:
			old.columns = append(old.columns, f.columns...)
		}
	}
	return fs
}
