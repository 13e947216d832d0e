package search

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/nassearch/nassearch/internal/jsonlog"
	"github.com/nassearch/nassearch/space"
)

// journalFormat is the version of the file's form.
const journalFormat = 1

// Journal is a study in a file: JSON lines, a header and then a line for every trial, whose order means nothing: the
// virtual clock has it. Each line carries a checksum. It is locked against other processes while it is open.
type Journal struct {
	*jsonlog.Log
	path   string
	trials []Trial
	seen   map[int]bool // IDs of trials
}

// What a journal can be wrong about, see [OpenJournal].
type (
	DamageError = jsonlog.DamageError
	LockedError = jsonlog.LockedError
)

var kind = jsonlog.Kind{Name: "study", Magic: `{"nassearch":`}

// header is the first line.
type header struct {
	Format  int    `json:"nassearch"`
	Version string `json:"version"`
	Description
	Sum string `json:"sum"`
}

// record is the line of a trial.
type record struct {
	Trial    int            `json:"trial"`
	Arch     space.Arch     `json:"arch"`
	Fidelity float64        `json:"fidelity"`
	Values   []float64      `json:"values,omitempty"`
	Failed   string         `json:"failed,omitempty"`
	Of       *int           `json:"of,omitempty"`
	Start    int64          `json:"start"` // nanoseconds on the virtual clock
	End      int64          `json:"end"`
	Wall     float64        `json:"wall"` // seconds; left out of the sum, as is the next
	Record   jsontext.Value `json:"record,omitempty"`
	Sum      string         `json:"sum"`
}

// OpenJournal opens or creates the journal of a study. Version is that of the program; a journal may be
// continued by another one. An unfinished last line is cut off. Errors are [*LockedError], [*ConfigError] for
// a journal of another study, and [*DamageError].
func OpenJournal(path, version string, d Description) (*Journal, error) {
	j := &Journal{path: path, seen: map[int]bool{}}
	lines := 0
	log, err := jsonlog.Open(kind, path, func(n int, line []byte) error {
		lines = n
		if n == 1 {
			return checkHeader(path, line, d)
		}
		return j.readTrial(line)
	})
	if config := (*ConfigError)(nil); errors.As(err, &config) {
		return nil, config
	}
	if err != nil {
		return nil, err
	}
	j.Log = log
	if lines == 0 {
		if err := j.writeHeader(version, d); err != nil {
			return nil, errors.Join(err, log.Close())
		}
	}
	return j, nil
}

// ReadJournal returns what a journal holds, and the version of the program that began it, without a lock: also while a
// search writes it. Trials have the order of the virtual clock. Why the study ended is not in it, nor an unfinished
// last line. Errors are [*DamageError].
func ReadJournal(path string) (r Result, version string, err error) {
	j := &Journal{seen: map[int]bool{}}
	var h header
	err = jsonlog.Read(kind, path, func(n int, line []byte) (err error) {
		if n == 1 {
			h, err = readHeader(line)
			return err
		}
		if err := j.readTrial(line); err != nil {
			return err
		}
		if t := j.trials[len(j.trials)-1]; !t.Failed() && len(t.Values) != len(h.Objective) {
			return fmt.Errorf("trial %d has %d values, want %d", t.ID, len(t.Values), len(h.Objective))
		}
		return nil
	})
	if err == nil && h.Format == 0 {
		err = fmt.Errorf("%s %s: it is empty", kind.Name, path)
	}
	slices.SortFunc(j.trials, func(a, b Trial) int { return byClock(&a, &b) })
	return newResult(h.Description, "", j.trials), h.Version, err
}

func checkHeader(path string, line []byte, d Description) error {
	h, err := readHeader(line)
	if err != nil {
		return err
	}
	if diffs := differences(h.Description, d); len(diffs) > 0 {
		return &ConfigError{path, diffs}
	}
	return nil
}

func readHeader(line []byte) (h header, err error) {
	if err := json.Unmarshal(line, &h, json.RejectUnknownMembers(true)); err != nil {
		return h, err
	}
	if h.Format != journalFormat {
		return h, fmt.Errorf("journal format %d: this program reads format %d", h.Format, journalFormat)
	}
	sum := h.Sum
	h.Sum = ""
	if got, err := jsonlog.Sum(h); err != nil || got != sum {
		return h, errors.Join(jsonlog.ErrSum, err)
	}
	return h, nil
}

func (j *Journal) writeHeader(version string, d Description) error {
	h := header{Format: journalFormat, Version: version, Description: d}
	sum, err := jsonlog.Sum(h)
	if err != nil {
		return err
	}
	h.Sum = sum
	return errors.Join(j.Log.Append(h), j.Sync())
}

func (j *Journal) readTrial(line []byte) error {
	var r record
	if err := json.Unmarshal(line, &r, json.RejectUnknownMembers(true)); err != nil {
		return err
	}
	sum, err := r.checksum()
	if err != nil {
		return err
	}
	if sum != r.Sum {
		return jsonlog.ErrSum
	}
	if j.seen[r.Trial] {
		return fmt.Errorf("trial %d stands twice", r.Trial)
	}
	j.seen[r.Trial] = true
	j.trials = append(j.trials, r.trial())
	return nil
}

// Path names the file.
func (j *Journal) Path() string { return j.path }

// Load returns the trials that were in the file when it was opened.
func (j *Journal) Load() ([]Trial, error) { return j.trials, nil }

// Append writes a trial.
func (j *Journal) Append(t Trial) error {
	r := newRecord(t)
	sum, err := r.checksum()
	if err != nil {
		return err
	}
	r.Sum = sum
	return j.Log.Append(r)
}

func newRecord(t Trial) record {
	r := record{
		Trial: t.ID, Arch: t.Arch, Fidelity: t.Fidelity, Values: t.Values, Failed: t.Failure,
		Start: int64(t.Start), End: int64(t.End), Wall: t.Wall.Seconds(),
		Record: jsontext.Value(t.Record),
	}
	if t.Duplicate() {
		r.Of = &t.Of
	}
	return r
}

// trial reads a line. Where an earlier version extended a study, duplicates could end before they began; see
// [run.departure].
func (r record) trial() Trial {
	t := Trial{
		ID: r.Trial, Arch: r.Arch, Fidelity: r.Fidelity, Values: r.Values, Failure: r.Failed, Of: -1,
		Start: time.Duration(r.Start), End: time.Duration(max(r.Start, r.End)),
		Wall: time.Duration(r.Wall * float64(time.Second)), Record: []byte(r.Record),
	}
	if r.Of != nil {
		t.Of = *r.Of
	}
	return t
}

// checksum covers all but the measured time and the evaluator's record.
func (r record) checksum() (string, error) {
	r.Wall, r.Record, r.Sum = 0, nil, ""
	return jsonlog.Sum(r)
}
