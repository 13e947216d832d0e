package table

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/robustness"
)

// severities are those that the released dataset has of each corruption.
var severities = []objective.Setting{
	objective.AtSeverity(1), objective.AtSeverity(2), objective.AtSeverity(3), objective.AtSeverity(4), objective.AtSeverity(5),
}

// source is what networks were tested on: clean images, an attack, a corruption.
type source struct {
	key  string              // in file names
	name string              // in metric names
	at   []objective.Setting // of the values of a list; nil: there is no list but one value
	layout
}

// files is the store of the released layout: it reads a file when it is wanted.
type files struct {
	sp    Space
	meta  *meta
	files []file
	how   []layout // by file
}

func (t *Table) openReleased(root string, o Options) error {
	if own, err := findProtocol(root); err != nil {
		return err
	} else if own.name != "" {
		return t.openOwn(own, o)
	}
	dataset := o.Dataset
	if dataset == "" {
		dataset = released[0]
	}
	stat, err := os.Stat(root)
	if err != nil {
		return fmt.Errorf("open table: %w", err)
	}
	found, err := locate(root, stat.IsDir(), dataset, o.Meta)
	if err != nil {
		return err
	}
	if len(found.files) == 0 && o.Dataset == "" && len(found.datasets) == 1 {
		dataset = found.datasets[0]
		if found, err = locate(root, stat.IsDir(), dataset, o.Meta); err != nil {
			return err
		}
	}
	if len(found.files) == 0 {
		return &DatasetError{Dataset: dataset, Where: root, Has: found.datasets}
	}
	if t.meta, err = openMeta(found.meta, root, t.sp); err != nil {
		return err
	}
	t.info = releasedInfo(dataset)
	return t.addReleased(root, dataset, found)
}

// openOwn opens a table that says what it is.
func (t *Table) openOwn(own file, o Options) error {
	p, content, err := own.protocol()
	if err != nil {
		return err
	}
	dataset := cmp.Or(o.Dataset, p.Datasets[0])
	if !slices.Contains(p.Datasets, dataset) {
		return &DatasetError{Dataset: dataset, Where: own.path, Has: p.Datasets}
	}
	found, err := gather([]place{own.place}, dataset)
	if err != nil {
		return err
	}
	if t.meta, err = openMeta(found.meta, own.path, t.sp); err != nil {
		return err
	}
	t.info, t.protocol = p.info(dataset), content
	return t.addReleased(own.path, dataset, found)
}

// openMeta reads the file meta.json that was found, or says that there is none.
func openMeta(f file, where string, sp Space) (m *meta, err error) {
	if f.name == "" {
		return nil, &FileError{Where: where, File: metaFile, Get: "meta.zip from " + home + ", and put it there, packed or unpacked"}
	}
	err = f.with(func(r io.Reader) error {
		m, err = readMeta(context.Background(), r, f.String(), sp)
		return err
	})
	return m, err
}

func releasedInfo(dataset string) Info {
	const split = "test set, no validation split"
	return Info{
		Name:        dataset,
		Dataset:     dataset,
		Format:      "robustness dataset",
		Description: "robustness dataset · " + dataset + " · " + split,
		Split:       split,
		Training:    "NAS-Bench-201: 200 epochs on clean images, SGD with Nesterov momentum 0.9, weight decay 5e-4, cosine learning rate from 0.1, batch 256, flip and crop",
		Attacks:     "L-infinity: FGSM; PGD, 40 steps of eps/30; APGD-CE and Square of AutoAttack",
		DefaultEps:  1,
	}
}

// addReleased lists the metrics of the dataset: those whose files were found, and those that the released
// dataset has besides.
func (t *Table) addReleased(root, dataset string, found *located) error {
	store := &files{sp: t.sp, meta: t.meta}
	sources, err := releasedSources(dataset, t.meta, found)
	if err != nil {
		return err
	}
	if t.protocol != nil {
		sources = slices.DeleteFunc(sources, func(s source) bool { return !found.has(s.key) })
	}
	var fs []family
	for _, m := range measures {
		for _, s := range sources {
			name := s.key + "_" + string(m) + ".json"
			if _, ok := found.files[name]; !ok && (t.protocol != nil || m == loss) {
				continue // it was never meant to be there
			}
			var missing *FileError
			at := len(store.files)
			if f, ok := found.files[name]; ok {
				how := s.layout
				how.measure = m
				store.files, store.how = append(store.files, f), append(store.how, how)
			} else {
				missing = &FileError{Where: root, File: dataset + "/" + name, Get: whereToGet(dataset, m)}
			}
			fs = merge(fs, s.families(m, at, missing))
		}
		if m == accuracy {
			fs = withMeans(fs)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(found.files)) {
		if !slices.Contains(store.files, found.files[name]) {
			t.info.Notes = append(t.info.Notes, name+" left out: of no attack in meta.json, and no corruption of the released dataset")
		}
	}
	t.store, t.families = store, fs
	return nil
}

func whereToGet(dataset string, m measure) string {
	if m == accuracy {
		return fmt.Sprintf("%s-accuracies.zip (or %s.zip) from %s, and put it there, packed or unpacked", dataset, dataset, home)
	}
	return fmt.Sprintf("%s.zip from %s, and put it there, packed or unpacked", dataset, home)
}

// families returns the metrics of one file.
func (s source) families(m measure, file int, missing *FileError) []family {
	columns := []column{{file: file}}
	if s.at != nil {
		columns = nil
	}
	for i, setting := range s.at {
		columns = append(columns, column{setting, file, i})
	}
	f := family{columns: columns, label: whole, missing: missing}
	switch m {
	case accuracy:
		f.name = s.name + "_acc"
	case confidence:
		f.name = s.name + "_conf"
	case loss:
		f.name, f.goal = s.name+"_loss", objective.Minimize
	case confusion:
		f.name, f.label = s.name+"_worst_class_acc", worst
		each := f
		each.name, each.label = s.name+"_class"+classMark+"_acc", perLabel
		return []family{f, each}
	}
	return []family{f}
}

// releasedSources lists what the dataset's networks were tested on: what the released files are about, and
// attacks that meta.json lists besides.
func releasedSources(dataset string, m *meta, found *located) ([]source, error) {
	all := []source{{key: "clean", name: "clean"}}
	if found.has("train") {
		all = append(all, source{key: "train", name: "train"}) // images that were trained on
	}
	for _, key := range attackKeys(m) {
		s := attackSource(key, m.eps[key])
		if len(s.at) == 0 {
			if found.has(key) {
				return nil, &FormatError{File: m.file, Key: "epsilons", Problem: "no list for " + key + ", of which there are files"}
			}
			continue
		}
		s.layout = layout{positions: len(s.at), per: "one per eps in meta.json"}
		all = append(all, s)
	}
	for _, c := range corruptions {
		if dataset == "ImageNet16-120" && !found.has(c) {
			continue // the released dataset has none
		}
		all = append(all, source{key: c, name: c, at: severities, layout: layout{positions: len(severities), per: "one per severity"}})
	}
	for i := range all {
		all[i].layout.dataset, all[i].layout.key = dataset, all[i].key
	}
	return all, nil
}

// has says whether there is any file of a key.
func (l *located) has(key string) bool {
	return slices.ContainsFunc(measures, func(m measure) bool {
		_, ok := l.files[key+"_"+string(m)+".json"]
		return ok
	})
}

// attackKeys lists the released attacks in the order of our listings, then what else meta.json lists.
func attackKeys(m *meta) []string {
	keys := []string{"fgsm@Linf", "pgd@Linf", "aa_apgd-ce@Linf", "aa_square@Linf"}
	for _, key := range slices.Sorted(maps.Keys(m.eps)) {
		if !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys
}

// attackSource makes of "aa_apgd-ce@Linf" the source apgd at sizes in 1/255, and of "pgd@L2" the source pgd at radii of
// pixels in [0,1]. A norm that nobody here knows stays in the name.
func attackSource(key string, sizes []objective.Eps) source {
	name, at, _ := strings.Cut(key, "@")
	name = strings.TrimSuffix(strings.TrimPrefix(name, "aa_"), "-ce")
	norm, err := robustness.ParseNorm(at)
	if err != nil && at != "" {
		name += "_" + at
	}
	s := source{key: key, name: name}
	for _, e := range sizes {
		s.at = append(s.at, objective.Setting{Norm: norm, Eps: e})
	}
	return s
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

func (s *files) all(ctx context.Context, i int) (g grid, err error) {
	f := s.files[i]
	err = f.with(func(r io.Reader) error {
		g, err = readGrid(ctx, r, f.String(), s.how[i], s.meta, s.sp.Classes())
		return err
	})
	return g, err
}

// one looks for one entry and reads no further. Only where there is none, or it cannot be read, is the whole
// file read: to know that it is a hole of a sound file, or to say what is wrong with it.
func (s *files) one(ctx context.Context, i, class int) (g grid, err error) {
	id := s.meta.representative[class]
	if id < 0 {
		return grid{}, nil
	}
	f := s.files[i]
	err = f.with(func(r io.Reader) error {
		g, err = scanRow(ctx, r, f.String(), s.how[i], int(id))
		return err
	})
	if err == nil || ctx.Err() != nil {
		return g, err
	}
	if g, err = s.all(ctx, i); err != nil || g.values == nil {
		return g, err
	}
	return grid{g.width, g.labels, g.row(class)}, nil
}
