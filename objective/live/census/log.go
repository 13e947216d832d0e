package census

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/nassearch/nassearch/internal/jsonlog"
	"github.com/nassearch/nassearch/internal/settings"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// LogFile is where the folder of a table keeps its log.
const LogFile = "census.jsonl"

// Header says what a log's records depend on, besides cell and seed.
type Header struct {
	Version  string        `json:"version"` // of the program that began it; not compared
	Name     string        `json:"name"`    // of the protocol
	Protocol live.Protocol `json:"protocol"`
	Images   Digests       `json:"images"`
	Network  Network       `json:"network"`
	Kernel   string        `json:"kernel"`
	Seeds    []uint64      `json:"seeds"`
}

// Network is a [nasbench201.Network] under the names that logs have always had.
type Network struct{ Channels, Depth, Classes, Image, Inputs int }

// Digests identify the images' content, and say how many they are.
type Digests struct {
	Train  string `json:"train"`
	Test   string `json:"test"`
	Trains int    `json:"train_images"`
	Tests  int    `json:"test_images"`
}

// Header returns that of a log of the plan. Name is what the protocol is called.
func (p Plan) Header(name, version string) Header {
	h := Header{
		Version: version, Name: name, Protocol: p.Lab.Protocol, Kernel: p.Lab.Kernel.Name, Seeds: p.Seeds,
		Network: Network(p.Lab.Network()),
		Images: Digests{
			Train: p.Lab.Images.Train.Digest(), Test: p.Lab.Images.Test.Digest(),
			Trains: p.Lab.Images.Train.Len(), Tests: p.Lab.Images.Test.Len(),
		},
	}
	h.Protocol.Training.Seed = 0
	return h
}

// differences compares what records depend on. The eps that is meant where none is asked for is nothing of the kind.
func (h Header) differences(now Header) ([]settings.Difference, error) {
	h.Version, h.Name, h.Protocol.Eps = now.Version, now.Name, now.Protocol.Eps
	return settings.Between(h, now)
}

// ProtocolError says that the log at Path is of another protocol, and what differs.
type ProtocolError struct {
	Path        string
	Differences []Changed

	err error
}

// Changed is a setting with its values: what it was and what it is now.
type Changed struct{ Setting, Was, Now string }

// Error tells the settings, and what can be done.
func (e *ProtocolError) Error() string { return e.err.Error() }

// Unwrap returns the error of the log.
func (e *ProtocolError) Unwrap() error { return e.err }

// protocolError makes a [*ProtocolError] of the log's own.
func protocolError(err error) error {
	e, ok := errors.AsType[*settings.ChangedError](err)
	if !ok {
		return err
	}
	out := &ProtocolError{Path: e.Path, err: err}
	for _, d := range e.Differences {
		out.Differences = append(out.Differences, Changed(d))
	}
	return out
}

// Log is a census under way, in a file.
type Log struct {
	Header
	// Repaired is the number of bytes of an unfinished last line that were cut off on opening.
	Repaired int
	// Unchained is the number of lines that an earlier version wrote, which would not show whether all are there.
	Unchained int

	log     *jsonlog.Log[Header, Record]
	records map[Piece]Record
}

var form = jsonlog.Form[Header, Record]{
	Kind: "census", Member: "nassearch_census", Place: "folder",
	Differences: Header.differences, Covered: Record.covered,
}

// OpenLog opens or creates a log. With a header it must be of that: its error is a [*ProtocolError] otherwise. Without
// one the log must be there.
func OpenLog(path string, want *Header) (*Log, error) {
	l := &Log{records: map[Piece]Record{}}
	log, err := form.Open(path, want, l.take)
	if err != nil {
		return nil, protocolError(err)
	}
	l.Header, l.Repaired, l.Unchained, l.log = log.Header, log.Repaired, log.Unchained, log
	return l, nil
}

// LogKernel is the name of the kernel that a log was begun with; empty if it is not there or not one, as [OpenLog] will
// say.
func LogKernel(path string) string {
	h, _ := form.ReadHeader(path)
	return h.Kernel
}

// LogProtocol is the protocol that a log was begun with, without what a lab fills in; false if it is not there or not
// one, as [OpenLog] will say.
func LogProtocol(path string) (live.Protocol, bool) {
	h, err := form.ReadHeader(path)
	p := h.Protocol
	for i := range p.Attacks {
		p.Attacks[i].Settings, p.Attacks[i].Without = "", ""
	}
	for i := range p.Corruptions {
		p.Corruptions[i].Origin = ""
	}
	return p, err == nil
}

// take adds the record of a line.
func (l *Log) take(h Header, r Record) error {
	if _, err := nasbench201.FromIndex(r.Cell); err != nil {
		return err
	}
	if !slices.Contains(h.Seeds, r.Seed) {
		return fmt.Errorf("seed %d: the header says %v", r.Seed, h.Seeds)
	}
	if err := h.check(r); err != nil {
		return err
	}
	if _, ok := l.records[r.piece()]; ok {
		return fmt.Errorf("cell %d with seed %d stands twice", r.Cell, r.Seed)
	}
	l.records[r.piece()] = r
	return nil
}

// add keeps a record.
func (l *Log) add(r Record) error {
	l.records[r.piece()] = r
	return l.log.Append(r)
}

// Close writes everything to the disk and lets other processes at the file.
func (l *Log) Close() error { return l.log.Close() }

// Records returns all records, by cell and then by seed.
func (l *Log) Records() []Record {
	return slices.SortedFunc(maps.Values(l.records), compare)
}

func compare(a, b Record) int { return cmp.Or(a.Cell-b.Cell, cmp.Compare(a.Seed, b.Seed)) }
