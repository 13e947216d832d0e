package layout

import (
	"archive/zip"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// home is where the robustness dataset is published.
const home = "https://data.robustness.vision/"

// releasedRoot is the folder that holds all of it.
const releasedRoot = "robustness-data"

// place is a folder or a zip file.
type place struct {
	path    string
	zipped  bool
	archive *zip.Reader // of a zip file that is in memory
}

// open returns the place's files, and what closes them.
func (p place) open() (fs.FS, io.Closer, error) {
	if !p.zipped {
		return os.DirFS(p.path), io.NopCloser(nil), nil
	}
	if p.archive != nil {
		return p.archive, io.NopCloser(nil), nil
	}
	z, err := zip.OpenReader(p.path)
	if err != nil {
		if errors.Is(err, zip.ErrFormat) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, nil, &FormatError{File: p.path, Problem: "not a zip file, or not all of one: download it again"}
		}
		return nil, nil, err
	}
	return z, z, nil
}

// files lists the names of files that may belong to a dataset.
func (p place) files(dataset string) ([]string, error) {
	fsys, closer, err := p.open()
	if err != nil {
		return nil, err
	}
	defer closer.Close()
	if p.zipped {
		return walk(fsys)
	}
	var names []string
	folders := append([]string{".", releasedRoot, dataset, path.Join(releasedRoot, dataset)}, Released...)
	for _, dir := range folders {
		entries, err := fs.ReadDir(fsys, dir)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("open table: %s: %w", p.path, err)
		}
		for _, e := range entries {
			if !e.IsDir() {
				names = append(names, path.Join(dir, e.Name()))
			}
		}
	}
	return names, nil
}

// walk lists all files.
func walk(fsys fs.FS) ([]string, error) {
	var names []string
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, name)
		}
		return err
	})
	return names, err
}

// file is one file in a place.
type file struct {
	place
	name string
}

func (f file) String() string { return filepath.Join(f.path, filepath.FromSlash(f.name)) }

// with calls do with the file's contents.
func (f file) with(do func(r io.Reader) error) error {
	fsys, closer, err := f.place.open()
	if err != nil {
		return err
	}
	defer closer.Close()
	r, err := fsys.Open(f.name)
	if err != nil {
		return fmt.Errorf("%s: %w", f, err)
	}
	defer r.Close()
	return do(damage{r, f})
}

// damage reports what a zip file finds wrong with its contents.
type damage struct {
	io.Reader
	file file
}

func (d damage) Read(p []byte) (int, error) {
	n, err := d.Reader.Read(p)
	if err != nil && err != io.EOF && d.file.zipped {
		problem := fmt.Sprintf("damaged in the zip file (%v): download it again", err)
		err = &FormatError{File: d.file.String(), Problem: problem}
	}
	return n, err
}

// located is what was found of a dataset.
type located struct {
	meta     file            // zero if there is none
	files    map[string]file // by base name
	datasets []string        // of which there are any files
}

// locate finds the files of a dataset in a folder, unpacked or in the zip files that users download, or in one
// zip file. Unpacked files go before zipped ones, and zip files by their names.
func locate(root string, isDir bool, dataset, metaPath string) (*located, error) {
	var places []place
	if isDir {
		places = append(places, place{path: root})
		zips, err := zipsIn(root, dataset)
		if err != nil {
			return nil, err
		}
		places = append(places, zips...)
	} else {
		places = append(places, place{path: root, zipped: true})
	}
	l, err := gather(places, dataset)
	if err != nil || metaPath == "" && (isDir || l.meta.name != "") {
		return l, err
	}
	l.meta, err = metaBeside(root, metaPath)
	return l, err
}

// gather finds the files of a dataset in places, the first of several of one name.
func gather(places []place, dataset string) (*located, error) {
	l := &located{files: make(map[string]file)}
	for _, p := range places {
		names, err := p.files(dataset)
		if err != nil {
			return nil, err
		}
		slices.SortFunc(names, func(a, b string) int {
			return cmp.Or(strings.Count(a, "/")-strings.Count(b, "/"), cmp.Compare(a, b))
		})
		for _, name := range names {
			l.add(file{p, name}, dataset)
		}
	}
	return l, nil
}

// metaBeside returns the file meta.json at a path or, if that is empty, beside a file, unpacked or in meta.zip.
// It is zero if there is none beside the file.
func metaBeside(root, metaPath string) (file, error) {
	if metaPath != "" {
		return locateMeta(metaPath)
	}
	for _, name := range []string{MetaFile, "meta.zip"} {
		f, err := locateMeta(filepath.Join(filepath.Dir(root), name))
		if !errors.Is(err, fs.ErrNotExist) {
			return f, err
		}
	}
	return file{}, nil
}

// locateMeta returns the file meta.json at a path, or in the zip file that is there.
func locateMeta(at string) (file, error) {
	if _, err := os.Stat(at); err != nil {
		return file{}, fmt.Errorf("open table: %w", err)
	}
	if !strings.EqualFold(filepath.Ext(at), ".zip") {
		return file{place{path: filepath.Dir(at)}, filepath.Base(at)}, nil
	}
	p := place{path: at, zipped: true}
	names, err := p.files("")
	if err != nil {
		return file{}, err
	}
	for _, name := range names {
		if path.Base(name) == MetaFile {
			return file{p, name}, nil
		}
	}
	return file{}, &FormatError{File: at, Problem: "no meta.json in it"}
}

// zipsIn returns the zip files of a folder that may hold a dataset or meta.json, by name.
func zipsIn(folder, dataset string) ([]place, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, fmt.Errorf("open table: %w", err)
	}
	var zips []place
	for _, e := range entries {
		stem, ok := strings.CutSuffix(e.Name(), ".zip")
		if !ok || e.IsDir() {
			continue
		}
		if stem == "meta" || strings.HasPrefix(stem, releasedRoot) || prefixDataset(stem, dataset) != "" {
			zips = append(zips, place{path: filepath.Join(folder, e.Name()), zipped: true})
		}
	}
	return zips, nil
}

// prefixDataset returns the dataset that a zip file is named after: cifar10 for cifar10-accuracies.
func prefixDataset(stem, wanted string) string {
	for _, d := range append([]string{wanted}, Released...) {
		rest, ok := strings.CutPrefix(stem, d)
		if ok && d != "" && (rest == "" || rest[0] == '-' || rest[0] == '_') {
			return d
		}
	}
	return ""
}

// add takes note of a file, if it is one of the dataset's.
func (l *located) add(f file, wanted string) {
	base := path.Base(f.name)
	if strings.HasPrefix(base, ".") || strings.HasPrefix(f.name, "__MACOSX/") {
		return
	}
	if base == MetaFile {
		if l.meta.name == "" {
			l.meta = f
		}
		return
	}
	if _, _, ok := splitFile(base); !ok {
		return
	}
	dataset := f.dataset(wanted)
	if dataset != "" && !slices.Contains(l.datasets, dataset) {
		l.datasets = append(l.datasets, dataset)
	}
	if _, ok := l.files[base]; !ok && dataset == wanted {
		l.files[base] = f
	}
}

// dataset says of which dataset a file is: by its folder or, where that has another name, by its zip file.
func (f file) dataset(wanted string) string {
	folders := strings.Split(path.Dir(f.name), "/")
	for _, dir := range slices.Backward(folders) {
		if dir == wanted || slices.Contains(Released, dir) {
			return dir
		}
	}
	if !f.zipped {
		return ""
	}
	return prefixDataset(strings.TrimSuffix(filepath.Base(f.path), filepath.Ext(f.path)), wanted)
}

// splitFile splits "pgd@Linf_accuracy.json" into key and measure.
func splitFile(base string) (key string, m Measure, ok bool) {
	stem, ok := strings.CutSuffix(base, ".json")
	if !ok {
		return "", "", false
	}
	for _, m := range Measures {
		if key, ok := strings.CutSuffix(stem, "_"+string(m)); ok && key != "" {
			return key, m, true
		}
	}
	return "", "", false
}
