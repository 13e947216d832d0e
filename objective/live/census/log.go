package census

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/nassearch/nassearch/internal/jsonlog"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// Header says what a log's records depend on, besides cell and seed.
type Header struct {
	Format   int                 `json:"nassearch_census"`
	Version  string              `json:"version"` // of the program that began it; not compared
	Name     string              `json:"name"`    // of the protocol
	Protocol live.Protocol       `json:"protocol"`
	Images   Digests             `json:"images"`
	Network  nasbench201.Network `json:"network"`
	Kernel   string              `json:"kernel"`
	Seeds    []uint64            `json:"seeds"`
	Sum      string              `json:"sum"`
}

// Digests identify the images' content, and say how many they are.
type Digests struct {
	Train  string `json:"train"`
	Test   string `json:"test"`
	Trains int    `json:"train_images"`
	Tests  int    `json:"test_images"`
}

const format = 1

// Header returns that of a log of the plan. Name is what the protocol is called.
func (p Plan) Header(name, version string) Header {
	h := Header{
		Format: format, Version: version, Name: name, Protocol: p.Lab.Protocol, Kernel: p.Lab.Kernel.Name, Seeds: p.Seeds,
		Network: p.Lab.Network(),
		Images: Digests{
			Train: p.Lab.Images.Train.Digest(), Test: p.Lab.Images.Test.Digest(),
			Trains: p.Lab.Images.Train.Len(), Tests: p.Lab.Images.Test.Len(),
		},
	}
	h.Protocol.Training.Seed = 0
	return h
}

// differences names what two headers differ in: "protocol.training.epochs 24, now 12".
func (h Header) differences(o Header) []string {
	var was, now any
	for _, side := range []struct {
		of Header
		to *any
	}{{h, &was}, {o, &now}} {
		side.of.Version, side.of.Name, side.of.Sum = "", "", ""
		text, err := json.Marshal(side.of)
		if err == nil {
			err = json.Unmarshal(text, side.to)
		}
		if err != nil {
			return []string{err.Error()}
		}
	}
	return differ("", was, now)
}

// differ compares two JSON values.
func differ(path string, was, now any) []string {
	a, okA := was.(map[string]any)
	b, okB := now.(map[string]any)
	if !okA || !okB {
		if x, y := fmt.Sprint(was), fmt.Sprint(now); x != y {
			return []string{fmt.Sprintf("%s %s, now %s", path, x, y)}
		}
		return nil
	}
	var all []string
	keys := slices.Collect(maps.Keys(a))
	for k := range b {
		if _, ok := a[k]; !ok {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	for _, k := range keys {
		all = append(all, differ(strings.TrimPrefix(path+"."+k, "."), a[k], b[k])...)
	}
	return all
}

// ProtocolError says that a log is of another protocol.
type ProtocolError struct {
	Path        string
	Differences []string
}

func (e *ProtocolError) Error() string {
	return fmt.Sprintf("%s was made with %s: continue it as it was, or name another folder", e.Path, strings.Join(e.Differences, "; "))
}

// Log is a census under way, in a file.
type Log struct {
	*jsonlog.Log
	Header
	records map[id]Record
}

var kind = jsonlog.Kind{Name: "census", Magic: `{"nassearch_census":`}

// OpenLog opens or creates a log. With a header it must be of that: its error is a [*ProtocolError] otherwise. Without
// one the log must be there.
func OpenLog(path string, want *Header) (*Log, error) {
	l := &Log{records: map[id]Record{}}
	log, err := jsonlog.Open(kind, path, func(n int, line []byte) error {
		if n == 1 {
			return l.readHeader(path, line, want)
		}
		return l.readRecord(line)
	})
	if other := (*ProtocolError)(nil); errors.As(err, &other) {
		return nil, other
	}
	if err != nil {
		return nil, err
	}
	l.Log = log
	if l.Format == 0 {
		if want == nil {
			return nil, errors.Join(fmt.Errorf("census %s: it is empty", path), log.Close())
		}
		if err := l.begin(*want); err != nil {
			return nil, errors.Join(err, log.Close())
		}
	}
	return l, nil
}

func (l *Log) begin(h Header) (err error) {
	h.Sum = ""
	if h.Sum, err = jsonlog.Sum(h); err != nil {
		return err
	}
	l.Header = h
	return errors.Join(l.Append(h), l.Sync())
}

func (l *Log) readHeader(path string, line []byte, want *Header) error {
	if err := json.Unmarshal(line, &l.Header, json.RejectUnknownMembers(true)); err != nil {
		return err
	}
	h := l.Header
	if h.Format != format {
		return fmt.Errorf("format %d: this program reads format %d", h.Format, format)
	}
	h.Sum = ""
	if sum, err := jsonlog.Sum(h); err != nil || sum != l.Sum {
		return errors.Join(jsonlog.ErrSum, err)
	}
	if want == nil {
		return nil
	}
	if diffs := h.differences(*want); len(diffs) > 0 {
		return &ProtocolError{path, diffs}
	}
	return nil
}

func (l *Log) readRecord(line []byte) error {
	r, err := parseRecord(line)
	if err != nil {
		return err
	}
	if _, err := nasbench201.FromIndex(r.Cell); err != nil {
		return err
	}
	if !slices.Contains(l.Seeds, r.Seed) {
		return fmt.Errorf("seed %d: the header says %v", r.Seed, l.Seeds)
	}
	if err := l.check(r); err != nil {
		return err
	}
	if _, ok := l.records[r.id()]; ok {
		return fmt.Errorf("cell %d with seed %d stands twice", r.Cell, r.Seed)
	}
	l.records[r.id()] = r
	return nil
}

// add keeps a record.
func (l *Log) add(r Record) (err error) {
	if r.Sum, err = r.checksum(); err != nil {
		return err
	}
	l.records[r.id()] = r
	return l.Append(r)
}

// Records returns all records, by cell and then by seed.
func (l *Log) Records() []Record {
	all := make([]Record, 0, len(l.records))
	for _, r := range l.records {
		all = append(all, r)
	}
	slices.SortFunc(all, compare)
	return all
}

func compare(a, b Record) int {
	if a.Cell != b.Cell {
		return a.Cell - b.Cell
	}
	if a.Seed < b.Seed {
		return -1
	}
	return 1
}
