package census

import (
	"slices"

	"github.com/nassearch/nassearch/internal/jsonlog"
)

// Recorded is what a log holds.
type Recorded struct {
	Header
	Records []Record // in the order in which they were written
	// Unfinished is the number of bytes of a last line that has no end, and is left out.
	Unfinished int
}

// Follower reads a log as it grows, without a lock: each time what is new, and not again what it has read before.
type Follower struct {
	log     Log
	records []Record // in their order
	reader  *jsonlog.Follower[Header, Record]
	last    Recorded
	err     error
}

// Follow returns a follower of a log, which need not be there yet. It has read nothing.
func Follow(path string) *Follower {
	f := &Follower{log: Log{records: map[Piece]Record{}}}
	forget := func() { f.log.records, f.records = map[Piece]Record{}, nil }
	f.reader = form.Follow(path, forget, func(h Header, r Record) error {
		err := f.log.take(h, r)
		if err == nil {
			f.records = append(f.records, r)
		}
		return err
	})
	return f
}

// Next returns what the log holds, and says whether that may be another than the time before. Errors are those of a
// log.
func (f *Follower) Next() (r Recorded, changed bool, err error) {
	changed, err = f.reader.Next()
	if changed {
		f.last, f.err = Recorded{f.reader.Header, slices.Clone(f.records), f.reader.Repaired}, err
	}
	return f.last, changed, f.err
}
