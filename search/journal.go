package search

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/gofrs/flock"
	"github.com/nassearch/nassearch/space"
)

// journalFormat is the version of the file's form.
const journalFormat = 1

// syncEvery bounds the time that a trial spends in the operating system's cache only. A process that is killed
// loses nothing that was appended; a machine that loses power loses this much.
const syncEvery = time.Second

// Journal is a study in a file: JSON lines, a header and then a line for every trial in the order told. Each
// line carries a checksum. It is locked against other processes while it is open.
type Journal struct {
	path   string
	file   *os.File
	lock   *flock.Flock
	trials []Trial
	seen   map[int]bool // IDs of trials
	synced time.Time
	// Repaired is the number of bytes of an unfinished last line that were cut off on opening.
	Repaired int
}

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
	j := &Journal{path: path, seen: map[int]bool{}, lock: flock.New(path, flock.SetPermissions(0o644))}
	switch locked, err := j.lock.TryLock(); {
	case err != nil:
		return nil, fmt.Errorf("study: %w", err)
	case !locked:
		return nil, &LockedError{path}
	}
	if err := j.open(version, d); err != nil {
		return nil, errors.Join(err, j.lock.Unlock())
	}
	return j, nil
}

func (j *Journal) open(version string, d Description) error {
	file, err := os.OpenFile(j.path, os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("study: %w", err)
	}
	j.file = file
	if err := j.read(version, d); err != nil {
		return errors.Join(err, file.Close())
	}
	return nil
}

// read loads the file, mends its end, and leaves it ready to append to.
func (j *Journal) read(version string, d Description) error {
	in, whole := bufio.NewReader(j.file), int64(0)
	for n := 1; ; n++ {
		line, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			j.Repaired = len(line)
			break
		}
		if err != nil {
			return fmt.Errorf("study %s: %w", j.path, err)
		}
		if n == 1 {
			err = j.checkHeader(line, d)
		} else {
			err = j.readTrial(line)
		}
		if config := (*ConfigError)(nil); errors.As(err, &config) {
			return err
		}
		if err != nil {
			return &DamageError{j.path, n, err}
		}
		whole += int64(len(line))
	}
	if j.Repaired > 0 {
		if err := j.mend(whole); err != nil {
			return err
		}
	}
	if _, err := j.file.Seek(whole, io.SeekStart); err != nil {
		return fmt.Errorf("study %s: %w", j.path, err)
	}
	if whole > 0 {
		return nil
	}
	return j.writeHeader(version, d)
}

// mend cuts off an unfinished last line. A file that is no journal at all is left alone.
func (j *Journal) mend(whole int64) error {
	if whole == 0 {
		start := make([]byte, min(j.Repaired, len(magic)))
		if _, err := j.file.ReadAt(start, 0); err != nil {
			return fmt.Errorf("study %s: %w", j.path, err)
		}
		if !bytes.HasPrefix([]byte(magic), start) {
			return &DamageError{j.path, 1, errors.New("this is no study: name another file")}
		}
	}
	if err := j.file.Truncate(whole); err != nil {
		return fmt.Errorf("study %s: %w", j.path, err)
	}
	return nil
}

// magic is what every journal begins with.
const magic = `{"nassearch":`

func (j *Journal) checkHeader(line []byte, d Description) error {
	if !bytes.HasPrefix(line, []byte(magic)) {
		return errors.New("this is no study: name another file")
	}
	var h header
	if err := json.Unmarshal(line, &h, json.RejectUnknownMembers(true)); err != nil {
		return err
	}
	if h.Format != journalFormat {
		return fmt.Errorf("journal format %d: this program reads format %d", h.Format, journalFormat)
	}
	sum := h.Sum
	h.Sum = ""
	if got, err := checksum(h); err != nil || got != sum {
		return errors.Join(errors.New("checksum does not match: the line was changed"), err)
	}
	if diffs := differences(h.Description, d); len(diffs) > 0 {
		return &ConfigError{j.path, diffs}
	}
	return nil
}

func (j *Journal) writeHeader(version string, d Description) error {
	h := header{Format: journalFormat, Version: version, Description: d}
	sum, err := checksum(h)
	if err != nil {
		return err
	}
	h.Sum = sum
	if err := j.write(h); err != nil {
		return err
	}
	return j.sync()
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
		return errors.New("checksum does not match: the line was changed")
	}
	if j.seen[r.Trial] {
		return fmt.Errorf("trial %d stands twice", r.Trial)
	}
	j.seen[r.Trial] = true
	j.trials = append(j.trials, r.trial())
	return nil
}

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
	if err := j.write(r); err != nil {
		return err
	}
	if time.Since(j.synced) < syncEvery {
		return nil
	}
	return j.sync()
}

// write appends one line whole.
func (j *Journal) write(line any) error {
	b, err := json.Marshal(line, json.Deterministic(true))
	if err != nil {
		return fmt.Errorf("study %s: %w", j.path, err)
	}
	if _, err := j.file.Write(append(b, '\n')); err != nil {
		return fmt.Errorf("study %s: %w (what is there stays good: make room and continue)", j.path, err)
	}
	return nil
}

func (j *Journal) sync() error {
	j.synced = time.Now()
	if err := j.file.Sync(); err != nil {
		return fmt.Errorf("study %s: %w", j.path, err)
	}
	return nil
}

// Close writes everything to the disk and lets other processes at the file.
func (j *Journal) Close() error {
	return errors.Join(j.sync(), j.file.Close(), j.lock.Unlock())
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

func (r record) trial() Trial {
	t := Trial{
		ID: r.Trial, Arch: r.Arch, Fidelity: r.Fidelity, Values: r.Values, Failure: r.Failed, Of: -1,
		Start: time.Duration(r.Start), End: time.Duration(r.End), Wall: time.Duration(r.Wall * float64(time.Second)),
		Record: []byte(r.Record),
	}
	if r.Of != nil {
		t.Of = *r.Of
	}
	return t
}

// checksum covers all but the measured time and the evaluator's record.
func (r record) checksum() (string, error) {
	r.Wall, r.Record, r.Sum = 0, nil, ""
	return checksum(r)
}

// checksum of a line without its sum.
func checksum(line any) (string, error) {
	b, err := json.Marshal(line, json.Deterministic(true))
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%08x", crc32.ChecksumIEEE(b)), nil
}
