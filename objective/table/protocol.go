package table

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/nassearch/nassearch/objective"
)

// ProtocolFile is where a table that was measured by this project says what it is, beside meta.json.
const ProtocolFile = "protocol.json"

// Protocol is what the file says of the table, under "table".
type Protocol struct {
	Name        string        `json:"name"`
	Datasets    []string      `json:"datasets"` // folders; the first is what is meant where none is named
	Description string        `json:"description"`
	Split       string        `json:"split"`
	Training    string        `json:"training"`
	Attacks     string        `json:"attacks"`
	DefaultEps  objective.Eps `json:"default_eps"`
	Network     Network       `json:"network"`
	Notes       []string      `json:"notes,omitempty"`
}

// Network is what the cells were stacked into.
type Network struct {
	Channels int `json:"channels"` // of the first stage, C
	Depth    int `json:"cells"`    // cells in a stage, N
	Classes  int `json:"classes"`  // of images
	Image    int `json:"image"`    // side
	Inputs   int `json:"inputs"`   // channels of an image
}

// ReadProtocol returns what a table at a path says of itself, in protocol.json; nil if it has none.
func ReadProtocol(root string) (*Protocol, error) {
	f, err := findProtocol(root)
	if err != nil || f.name == "" {
		return nil, err
	}
	p, _, err := f.protocol()
	return p, err
}

// ReadArchiveProtocol is [ReadProtocol] for a zip file that is in memory.
func ReadArchiveProtocol(name string, archive *zip.Reader) (*Protocol, error) {
	f, err := archived(name, archive)
	if err != nil {
		return nil, err
	}
	p, _, err := f.protocol()
	return p, err
}

// archived finds protocol.json in a zip file that is in memory, which must have one.
func archived(name string, archive *zip.Reader) (file, error) {
	f, err := place{path: name, zipped: true, archive: archive}.protocol()
	if err == nil && f.name == "" {
		err = &FormatError{File: name, Problem: "no " + ProtocolFile + " in it"}
	}
	return f, err
}

// findProtocol looks for protocol.json in a folder, in the zip files of a folder, or in a zip file. The file is zero if
// there is none.
func findProtocol(root string) (file, error) {
	stat, err := os.Stat(root)
	if err != nil {
		return file{}, fmt.Errorf("open table: %w", err)
	}
	if !stat.IsDir() && !strings.EqualFold(filepath.Ext(root), ".zip") {
		return file{}, nil
	}
	f, err := place{path: root, zipped: !stat.IsDir()}.protocol()
	if err != nil || f.name != "" || !stat.IsDir() {
		return f, err
	}
	zips, err := filepath.Glob(filepath.Join(filepath.Clean(root), "*.zip"))
	for _, path := range zips {
		f, e := place{path: path, zipped: true}.protocol()
		if e == nil && f.name != "" { // what is wrong with others is said when they are read
			return f, nil
		}
	}
	return file{}, err
}

// protocol finds the place's protocol.json.
func (p place) protocol() (file, error) {
	fsys, closer, err := p.open()
	if err != nil {
		return file{}, err
	}
	defer closer.Close()
	if _, err := fs.Stat(fsys, ProtocolFile); err == nil {
		return file{p, ProtocolFile}, nil
	} else if !p.zipped && !errors.Is(err, fs.ErrNotExist) {
		return file{}, fmt.Errorf("open table: %w", err)
	}
	if !p.zipped {
		return file{}, nil
	}
	names, err := walk(fsys)
	for _, name := range names {
		if path.Base(name) == ProtocolFile && !strings.HasPrefix(name, "__MACOSX/") {
			return file{p, name}, nil
		}
	}
	return file{}, err
}

// protocol reads the file.
func (f file) protocol() (p *Protocol, all []byte, err error) {
	err = f.with(func(r io.Reader) (err error) {
		all, err = io.ReadAll(r)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	var content struct {
		Table *Protocol `json:"table"`
	}
	if err := json.Unmarshal(all, &content); err != nil {
		return nil, nil, &FormatError{File: f.String(), Problem: err.Error()}
	}
	if p := content.Table; p == nil || len(p.Datasets) == 0 || p.Description == "" {
		return nil, nil, &FormatError{File: f.String(), Key: "table", Problem: "want an object with name, datasets and description"}
	}
	return content.Table, all, nil
}

func (p *Protocol) info(dataset string) Info {
	i := Info{
		Name: p.Name, Dataset: dataset, Format: "robustness dataset", Description: p.Description, Split: p.Split,
		Training: p.Training, Attacks: p.Attacks, DefaultEps: p.DefaultEps, Notes: p.Notes,
		Labels: p.Network.Classes,
	}
	if dataset != p.Datasets[0] {
		i.Description += " · " + dataset
	}
	return i
}
