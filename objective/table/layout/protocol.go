package layout

import (
	"encoding/json"
	"io"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// ProtocolFile is where a table that was measured by this project says what it is, beside meta.json.
const ProtocolFile = "protocol.json"

// Protocol is what the file says of the table, under "table".
type Protocol struct {
	Name        string              `json:"name"`
	Datasets    []string            `json:"datasets"` // folders; the first is what is meant where none is named
	Description string              `json:"description"`
	Split       string              `json:"split"`
	Training    string              `json:"training"`
	Attacks     string              `json:"attacks"`
	Corruptions string              `json:"corruptions,omitempty"`
	DefaultEps  objective.Eps       `json:"default_eps"`
	Network     nasbench201.Network `json:"network"` // that the cells were stacked into
	Notes       []string            `json:"notes,omitempty"`
	Compact     bool                `json:"compact,omitempty"`    // fewer decimals, and no confidences but on clean images
	Seeds       int                 `json:"seeds,omitempty"`      // of which the first data set's values are means
	Files       map[string]string   `json:"files,omitempty"`      // digests of all other files, SHA-256 in hex
	Epochs      int                 `json:"epochs,omitempty"`     // of the full training
	Measures    []objective.Metric  `json:"measures,omitempty"`   // that there are scores of, each state by itself
	Fidelities  []Fidelity          `json:"fidelities,omitempty"` // lower ones, of shorter trainings, ascending
}

// own finds protocol.json of a table of our own in a folder, in the zip files of a folder, or in a zip file. The file
// is zero if there is none.
func (p place) own() (file, error) {
	f, err := p.find(ProtocolFile)
	if err != nil || f.name != "" || p.zipped {
		return f, err
	}
	zips, err := p.zips()
	for _, z := range zips {
		// What is wrong with others is said when they are read.
		if f, err := z.find(ProtocolFile); err == nil && f.name != "" {
			return f, nil
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
		Digest string    `json:"digest"`
		Table  *Protocol `json:"table"`
		Seeds  []uint64  `json:"seeds"` // of the measurements
	}
	if err := json.Unmarshal(all, &content); err != nil {
		return nil, nil, &FormatError{File: f.String(), Problem: err.Error()}
	}
	own := content.Digest != "" || content.Table != nil && len(content.Table.Files) > 0
	if own && !checkSeal(all) {
		const problem = "its text is not what its digest is of: it was changed or damaged"
		return nil, nil, &FormatError{File: f.String(), Problem: problem}
	}
	if p := content.Table; p == nil || len(p.Datasets) == 0 || p.Description == "" {
		const problem = "want an object with name, datasets and description"
		return nil, nil, &FormatError{File: f.String(), Key: "table", Problem: problem}
	}
	if err := content.Table.checkFidelities(); err != nil {
		return nil, nil, &FormatError{File: f.String(), Key: "fidelities", Problem: err.Error()}
	}
	if content.Table.Seeds == 0 { // as tables had it once
		content.Table.Seeds = len(content.Seeds)
	}
	return content.Table, all, nil
}
