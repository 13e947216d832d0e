package survey

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/nassearch/nassearch/internal/jsonlog"
	"github.com/nassearch/nassearch/internal/settings"
	"github.com/nassearch/nassearch/objective/live/census"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// Header says what a log's records depend on, besides the cell.
type Header struct {
	Version  string         `json:"version"` // of the program that began it; not compared
	Preset   string         `json:"preset"`  // its name; not compared
	Dataset  string         `json:"dataset"` // its name; not compared, as its images are
	Images   Images         `json:"images"`
	Network  census.Network `json:"network"`
	Weights  string         `json:"weights"`
	Seed     uint64         `json:"seed"` // of weights and of what measures draw
	Kernel   string         `json:"kernel"`
	Measures []string       `json:"measures"`
}

// Images are those that measures are taken on.
type Images struct {
	Part       string `json:"part"`
	Digest     string `json:"digest"` // of the whole part
	Number     int    `json:"number"` // the first ones of it
	Of         int    `json:"of"`
	SampleSeed uint64 `json:"sample_seed,omitzero"` // that drew their order; 0: they are in the data set's
}

// initial is what a header calls weights that were not trained.
const initial = "initial"

// Header returns that of a log of the plan. Preset is what the protocol is called.
func (p Plan) Header(preset, version string) Header {
	train := p.Lab.Images.Train
	h := Header{
		Version: version, Preset: preset, Dataset: p.Lab.Images.Name, Network: census.Network(p.Lab.Network()),
		Images: Images{
			Part: "training", Digest: train.Digest(), Number: p.Lab.Batch(train), Of: train.Len(),
			SampleSeed: p.Lab.SampleSeed,
		},
		Weights: initial, Seed: p.Seed, Kernel: p.Lab.Kernel.Double().Name,
	}
	for _, m := range p.Measures {
		h.Measures = append(h.Measures, m.Name)
	}
	return h
}

// differences compares what records depend on.
func (h Header) differences(now Header) ([]settings.Difference, error) {
	h.Version, h.Preset, h.Dataset = now.Version, now.Preset, now.Dataset
	return settings.Between(h, now)
}

// Record is what was measured of a class.
type Record struct {
	Cell   int        `json:"cell"`   // native index of its canonical member
	Values []*float64 `json:"values"` // in the order of the header's measures; null: it has none
	// Failed says why there is no value, by the measure's name.
	Failed map[string]string `json:"failed,omitempty"`

	Seconds float64 `json:"seconds"` // of processor time; left out of the checksum
}

// fail notes why a measure has no value.
func (r *Record) fail(name string, err error) {
	if r.Failed == nil {
		r.Failed = map[string]string{}
	}
	r.Failed[name] = err.Error()
}

// covered is what the checksum covers: all but the measured time.
func (r Record) covered() Record {
	r.Seconds = 0
	return r
}

// Log is a survey under way, in a file.
type Log struct {
	Header
	// Repaired is the number of bytes of an unfinished last line that were cut off on opening.
	Repaired int

	log     *jsonlog.Log[Header, Record]
	records map[int]Record
}

var form = jsonlog.Form[Header, Record]{
	Kind: "log of measures", Member: "nassearch_measures", Place: "file",
	Differences: Header.differences, Covered: Record.covered,
}

// OpenLog opens or creates a log of a header. Its error is a [*settings.ChangedError] for one of another.
func OpenLog(path string, want Header) (*Log, error) {
	l := &Log{records: map[int]Record{}}
	log, err := form.Open(path, &want, l.take)
	if err != nil {
		return nil, err
	}
	l.Header, l.Repaired, l.log = log.Header, log.Repaired, log
	return l, nil
}

// LogKernel is the name of the kernel that a log was begun with; empty if it is not there or not one, as [OpenLog] will
// say.
func LogKernel(path string) string {
	h, _ := form.ReadHeader(path)
	return h.Kernel
}

// take adds the record of a line.
func (l *Log) take(h Header, r Record) error {
	c, err := nasbench201.FromIndex(r.Cell)
	if err != nil {
		return err
	}
	_, twice := l.records[r.Cell]
	switch {
	case c.Canonical() != c:
		return fmt.Errorf("cell %d does not stand for its class", r.Cell)
	case twice:
		return fmt.Errorf("cell %d stands twice", r.Cell)
	case len(r.Values) != len(h.Measures):
		return fmt.Errorf("cell %d has %d values of %d measures", r.Cell, len(r.Values), len(h.Measures))
	}
	for i, name := range h.Measures {
		if _, failed := r.Failed[name]; failed != (r.Values[i] == nil) {
			return fmt.Errorf("cell %d has neither a value of %s nor a reason, or both", r.Cell, name)
		}
	}
	l.records[r.Cell] = r
	return nil
}

// add keeps a record.
func (l *Log) add(r Record) error {
	l.records[r.Cell] = r
	return l.log.Append(r)
}

// Close writes everything to the disk and lets other processes at the file.
func (l *Log) Close() error { return l.log.Close() }

// Records returns all records, by cell.
func (l *Log) Records() []Record {
	return slices.SortedFunc(maps.Values(l.records), func(a, b Record) int { return cmp.Compare(a.Cell, b.Cell) })
}
