package search

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/nassearch/nassearch/internal/jsonlog"
	"github.com/nassearch/nassearch/internal/settings"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/space"
)

// Journal is a study in a file: JSON lines, a header and then a line for every trial that used budget, whose order
// means nothing: the virtual clock has it. Each line carries a checksum, which covers the one before. A free duplicate
// has a line only where a run ended with it, and in files of earlier versions. The file is locked against other
// processes while it is open.
type Journal struct {
	// Repaired is the number of bytes of an unfinished last line that were cut off on opening.
	Repaired int
	// Unchained is the number of lines that an earlier version wrote, which would not show whether all are there.
	Unchained int
	// Anew is in what the file was begun otherwise, if it held no trial and was begun anew on opening.
	Anew []Difference

	path   string
	log    *jsonlog.Log[header, record]
	trials []Trial
	lines  map[int]int // of trials, by ID
}

// header is the first line.
type header struct {
	Version string `json:"version"`
	Description
}

// record is the line of a trial.
type record struct {
	Trial    int             `json:"trial"`
	Arch     space.Arch      `json:"arch"`
	Fidelity float64         `json:"fidelity"`
	Values   []float64       `json:"values,omitempty"`
	Failed   string          `json:"failed,omitempty"`
	Cause    objective.Cause `json:"cause,omitempty"` // of the failure, unless it is the other
	Of       *int            `json:"of,omitempty"`
	Repeats  int             `json:"repeats,omitzero"` // free duplicates before it
	Start    int64           `json:"start"`            // nanoseconds on the virtual clock
	End      int64           `json:"end"`
	Wall     float64         `json:"wall"` // seconds; left out of the sum
	Record   jsontext.Value  `json:"record,omitempty"`
}

var form = jsonlog.Form[header, record]{
	Kind: "study", Member: "nassearch", Place: "file",
	Differences: func(was, now header) ([]settings.Difference, error) {
		return differences(was.Description, now.Description), nil
	},
	Slight:  func(was, now header) bool { return slight(was.Description, now.Description) },
	Covered: record.covered, Bare: record.bare,
}

// OpenJournal opens or creates the journal of a study. Version is that of the program; a journal may be
// continued by another one. An unfinished last line is cut off. A journal without trials of a study whose strategy was
// set otherwise, or whose programs have changed since, is begun anew. Errors are [*LockedError], [*ConfigError] for
// a journal of another study, and [*DamageError].
func OpenJournal(path, version string, d Description) (*Journal, error) {
	j, now := &Journal{path: path, lines: map[int]int{}}, header{version, d}
	log, err := form.Open(path, &now, j.take)
	if err != nil {
		return nil, LogError(err)
	}
	if log.Changed != nil {
		if len(j.trials) > 0 {
			err = form.Same(path, log.Header, now)
		} else {
			err = log.Renew(now)
		}
		if err != nil {
			return nil, LogError(errors.Join(err, log.Close()))
		}
	}
	j.log, j.Repaired, j.Unchained, j.Anew = log, log.Repaired, log.Unchained, told(log.Changed)
	return j, nil
}

// Recorded is what a journal holds.
type Recorded struct {
	Result         // why the study ended is not in a journal
	Version string // of the program that began it
	// Unfinished is the number of bytes of a last line that has no end, and is left out: a search is writing it, or the
	// machine stopped in the middle.
	Unfinished int
	// Unchained is the number of lines that an earlier version wrote, which would not show whether all are there.
	Unchained int
	// Missing is the number of trials that began before others that are there. They were under way, unless their lines
	// are lost; the search, continued, measures them.
	Missing int
}

// ReadJournal returns what a journal holds, without a lock: also while a search writes it. Trials have the order of the
// virtual clock. Errors are [*DamageError], and one for a journal that lacks more trials than can have been under way.
func ReadJournal(path string) (Recorded, error) {
	r, _, err := Follow(path).Next()
	return r, err
}

// Follower reads a journal as it grows, without a lock: each time what is new, and not again what it has read before.
type Follower struct {
	journal Journal
	log     *jsonlog.Follower[header, record]
	last    Recorded
	err     error
}

// Follow returns a follower of a journal, which need not be there yet. It has read nothing.
func Follow(path string) *Follower {
	f := &Follower{journal: Journal{path: path, lines: map[int]int{}}}
	forget := func() { f.journal.trials, f.journal.lines = nil, map[int]int{} }
	f.log = form.Follow(path, forget, f.journal.take)
	return f
}

// Next returns what [ReadJournal] would, and says whether that may be another than the time before. Trials that it
// returned before it leaves as they are.
func (f *Follower) Next() (r Recorded, changed bool, err error) {
	changed, err = f.log.Next()
	if !changed {
		return f.last, false, f.err
	}
	all := Journal{trials: slices.Clone(f.journal.trials)}
	d := f.log.Header.Description
	missing := all.recount(d)
	slices.SortFunc(all.trials, func(a, b Trial) int { return byClock(&a, &b) })
	f.last = Recorded{newResult(d, "", all.trials), f.log.Header.Version, f.log.Repaired, f.log.Unchained, missing}
	if err == nil && f.last.Missing >= max(1, d.Window) {
		err = fmt.Errorf("study %s: %d trials are missing before the last one, of which %d at most can have been under way: "+
			"lines were taken away", f.journal.path, f.last.Missing, d.Window-1)
	}
	f.err = LogError(err)
	return f.last, true, f.err
}

// take adds the trial of a line.
func (j *Journal) take(h header, r record) error {
	t := r.trial()
	if line, ok := j.lines[t.ID]; ok {
		return fmt.Errorf("trial %d stands in line %d, too", t.ID, line)
	}
	if t.ID < 0 || t.Of >= t.ID {
		return fmt.Errorf("trial %d repeats trial %d: want numbers from 0, and an earlier one", t.ID, t.Of)
	}
	if !t.Failed() && len(t.Values) != len(h.Objective) {
		return fmt.Errorf("trial %d has %d values, want %d", t.ID, len(t.Values), len(h.Objective))
	}
	j.trials = append(j.trials, t)
	j.lines[t.ID] = 1 + len(j.trials) // the first is the header
	return nil
}

// recount counts free duplicates where earlier versions did not, which kept all. It returns how many of the numbers
// below the largest one are of trials that are neither there nor counted.
func (j *Journal) recount(d Description) (missing int) {
	slices.SortFunc(j.trials, func(a, b Trial) int { return cmp.Compare(a.ID, b.ID) })
	repeats, queries := 0, 0
	for i := range j.trials {
		t := &j.trials[i]
		t.Repeats = max(t.Repeats, repeats)
		if repeats = t.Repeats; d.Counts(*t) {
			queries++
		} else {
			repeats++
		}
		missing = t.ID + 1 - queries - repeats
	}
	return missing
}

// Path names the file.
func (j *Journal) Path() string { return j.path }

// Line returns the line of a trial that was in the file when it was opened, from 1; 0 for another.
func (j *Journal) Line(trial int) int { return j.lines[trial] }

// Load returns the trials that were in the file when it was opened.
func (j *Journal) Load() ([]Trial, error) { return j.trials, nil }

// Append writes a trial.
func (j *Journal) Append(t Trial) error { return j.log.Append(newRecord(t)) }

// Close writes everything to the disk and lets other processes at the file.
func (j *Journal) Close() error { return j.log.Close() }

func newRecord(t Trial) record {
	r := record{
		Trial: t.ID, Arch: t.Arch, Fidelity: t.Fidelity, Values: t.Values, Failed: t.Failure,
		Repeats: t.Repeats, Start: int64(t.Start), End: int64(t.End), Wall: t.Wall.Seconds(),
		Record: jsontext.Value(t.Record),
	}
	if t.Cause != objective.OtherCause {
		r.Cause = t.Cause
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
		Repeats: r.Repeats, Start: time.Duration(r.Start), End: time.Duration(max(r.Start, r.End)),
		Wall: time.Duration(r.Wall * float64(time.Second)), Record: []byte(r.Record),
	}
	if t.Failed() {
		t.Cause = cmp.Or(r.Cause, objective.OtherCause)
	}
	if r.Of != nil {
		t.Of = *r.Of
	}
	return t
}
