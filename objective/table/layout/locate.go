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

// files lists the names of files that may belong to a dataset, those further up first.
func (p place) files(dataset string) (names []string, err error) {
	fsys, closer, err := p.open()
	if err != nil {
		return nil, err
	}
	defer closer.Close()
	folders := append([]string{".", releasedRoot, dataset, path.Join(releasedRoot, dataset)}, Released...)
	if name := fileName(dataset); name != dataset && dataset != "" {
		folders = append(folders, name)
	}
	if z, ok := fsys.(*zip.ReadCloser); ok {
		if err := checkNames(p.path, &z.Reader); err != nil {
			return nil, err
		}
	}
	if p.zipped {
		folders = nil
		err = fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				names = append(names, name)
			}
			return err
		})
	}
	for _, dir := range folders {
		entries, err := fs.ReadDir(fsys, dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrInvalid) {
			return nil, fmt.Errorf("open table: %s: %w", p.path, err)
		}
		for _, e := range entries {
			if !e.IsDir() {
				names = append(names, path.Join(dir, e.Name()))
			}
		}
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(strings.Count(a, "/")-strings.Count(b, "/"), cmp.Compare(a, b))
	})
	return names, err
}

// find returns the file of a name, the one that is furthest up; zero if there is none.
func (p place) find(base string) (file, error) {
	names, err := p.files("")
	for _, name := range names {
		if path.Base(name) == base && !strings.HasPrefix(name, "__MACOSX/") {
			return file{place: p, name: name}, nil
		}
	}
	return file{}, err
}

// file is one file in a place.
type file struct {
	place
	name   string
	digest string // of its content, SHA-256 in hex; empty if nobody says it
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
	if f.digest == "" {
		return do(damage{r, f})
	}
	return f.verified(damage{r, f}, do)
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

// locate finds the files of a dataset in a folder, unpacked or in the zip files that users download, or in one
// zip file. Unpacked files go before zipped ones, and zip files by their names.
func (p place) locate(dataset, metaPath string) (*Dataset, error) {
	places := []place{p}
	if !p.zipped {
		zips, err := p.zips()
		if err != nil {
			return nil, err
		}
		for _, z := range zips {
			stem := strings.TrimSuffix(filepath.Base(z.path), ".zip")
			if stem == "meta" || strings.HasPrefix(stem, releasedRoot) || prefixDataset(stem, dataset) != "" {
				places = append(places, z)
			}
		}
	}
	d := &Dataset{Name: dataset, Where: p.path}
	err := d.gather(places...)
	if err == nil && (metaPath != "" || p.zipped && d.meta.name == "") {
		d.meta, err = metaBeside(p.path, metaPath)
	}
	return d, err
}

// zips lists the zip files of a folder, by name.
func (p place) zips() (zips []place, err error) {
	entries, err := os.ReadDir(p.path)
	if err != nil {
		return nil, fmt.Errorf("open table: %w", err)
	}
	for _, e := range entries {
		if !e.IsDir() && strings.HasSuffix(e.Name(), ".zip") {
			zips = append(zips, place{path: filepath.Join(p.path, e.Name()), zipped: true})
		}
	}
	return zips, nil
}

// gather finds the files of the dataset in places, the first of several of one name.
func (d *Dataset) gather(places ...place) error {
	d.files = make(map[string]file)
	for _, p := range places {
		names, err := p.files(d.Name)
		if err != nil {
			return err
		}
		for _, name := range names {
			d.add(file{place: p, name: name})
		}
	}
	return nil
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
		return file{place: place{path: filepath.Dir(at)}, name: filepath.Base(at)}, nil
	}
	f, err := place{path: at, zipped: true}.find(MetaFile)
	if err == nil && f.name == "" {
		err = &FormatError{File: at, Problem: "no meta.json in it"}
	}
	return f, err
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
func (d *Dataset) add(f file) {
	base := path.Base(f.name)
	if strings.HasPrefix(base, ".") || strings.HasPrefix(f.name, "__MACOSX/") {
		return
	}
	if base == MetaFile && d.meta.name == "" {
		d.meta = f
	}
	stem, ok := strings.CutSuffix(base, ".json")
	isData := func(m Measure) bool { return strings.HasSuffix(stem[1:], "_"+string(m)) } // behind a key
	if !ok || !slices.ContainsFunc(Measures, isData) {
		return
	}
	dataset := d.of(f)
	if dataset != "" && !slices.Contains(d.found, dataset) {
		d.found = append(d.found, dataset)
	}
	if _, ok := d.files[base]; !ok && dataset == d.Name {
		d.files[base] = f
	}
}

// of says of which dataset a file is. In a table of our own its folder says it, whatever the table is called.
func (d *Dataset) of(f file) string {
	switch {
	case d.Protocol == nil:
		return f.dataset(d.Name)
	case slices.Contains([]string{d.Name, fileName(d.Name)}, path.Base(path.Dir(f.name))):
		return d.Name
	}
	return ""
}

// dataset says of which dataset a file is: by its folder or, where that has another name, by its zip file.
func (f file) dataset(wanted string) string {
	folders := strings.Split(path.Dir(f.name), "/")
	for _, dir := range slices.Backward(folders) {
		switch {
		case dir == wanted || dir == fileName(wanted):
			return wanted
		case slices.Contains(Released, dir):
			return dir
		}
	}
	if !f.zipped {
		return ""
	}
	return prefixDataset(strings.TrimSuffix(filepath.Base(f.path), filepath.Ext(f.path)), wanted)
}
