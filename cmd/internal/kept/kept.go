// Package kept knows what the program keeps in files and folders: studies, comparisons and censuses, under way or not.
package kept

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/nassearch/nassearch/cmd/internal/files"
	"github.com/nassearch/nassearch/cmd/internal/goal"
	"github.com/nassearch/nassearch/cmd/internal/queue"
	"github.com/nassearch/nassearch/internal/filelock"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/internal/plainfile"
	"github.com/nassearch/nassearch/objective/live/census"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/space"
)

// Kind is what is kept.
type Kind string

// The kinds of what is kept.
const (
	Study      Kind = "study"
	Comparison Kind = "comparison"
	Census     Kind = "census"
)

// State is how it was found.
type State string

// The states of what is kept.
const (
	Running    State = "running"    // a process writes it
	Stopped    State = "stopped"    // before its end: the same command continues it
	Ended      State = "ended"      // as far as anybody knows
	Empty      State = "empty"      // there is nothing in it
	Missing    State = "missing"    // it is not there, or not yet
	Damaged    State = "damaged"    // a line is wrong: what stands before it is told
	Unreadable State = "unreadable" // for whatever else
)

// States lists them.
func States() []State {
	return []State{Running, Stopped, Ended, Empty, Missing, Damaged, Unreadable}
}

// Kinds lists them.
func Kinds() []Kind { return []Kind{Study, Comparison, Census} }

// Kept is what a file or folder holds.
type Kept struct {
	Path  string
	Kind  Kind
	State State
	Err   error     // why it cannot be read, or not whole
	Bytes int64     // of the file that is written
	Wrote time.Time // when that was written last

	Version string // of the program that began it
	Done    int    // queries, runs or measurements
	Total   int    // that there will be; 0 if nobody knows
	Failed  int    // of those that are done
	Goal    goal.Goal
	Left    time.Duration // until the end, if it goes on like this; 0 if that cannot be told
	Clock   time.Duration // the virtual one; 0 where nobody counts by it

	Result  search.Result     // of a study; of a census what it has measured, as if it were one
	Space   space.Space       // that the architectures are of; nil for one that the program does not know
	Compare *compare.Recorded // of a comparison; nil of another
	// Underway lists the runs of a comparison that have begun and are not finished, as they are when it is called; nil of
	// another.
	Underway func() []compare.Underway
	Name     string      // of a census: of its protocol
	Queue    queue.Place // where it is measured, as far as anybody knows

	whole int  // measurements of a census of the whole space
	cut   bool // it has not what it would have at an end
}

// Follower looks at something that is kept, again and again, and reads only what is new.
type Follower struct {
	path string // as it was named
	log  string // the file that grows
	kind Kind
	next func(*Kept) (changed bool, err error)
	last Kept
	seen goal.Goal // what was there when it was first seen to run, as that of who does not keep one
}

// Follow returns a follower of a study's file, of a census's, or of a folder with one of a comparison or a census. What
// is not there yet is taken for a study.
func Follow(path string) *Follower {
	f := &Follower{path: path}
	f.choose()
	return f
}

// begins are how logs begin, names what they are called in a folder.
var (
	begins = map[Kind]string{Census: `{"nassearch_census"`, Comparison: `{"nassearch_comparison"`}
	names  = map[Kind]string{Census: census.LogFile, Comparison: compare.RunsFile}
)

// choose chooses what is read: of a folder the log that it has, of a file what it begins like.
func (f *Follower) choose() {
	log, kind := f.path, Study
	if info, err := os.Stat(f.path); err == nil && info.IsDir() {
		kind = Comparison
		if there(filepath.Join(f.path, census.LogFile)) && !there(filepath.Join(f.path, compare.RunsFile)) {
			kind = Census
		}
		log = filepath.Join(f.path, names[kind])
	}
	for _, k := range Kinds() {
		if begin := begins[k]; begin != "" && files.Beginning(log, len(begin)) == begin {
			kind = k
		}
	}
	if f.next != nil && log == f.log && kind == f.kind {
		return
	}
	f.log, f.kind = log, kind
	f.next = map[Kind]func(string) func(*Kept) (bool, error){
		Study: study, Census: censused, Comparison: compared,
	}[f.kind](f.log)
}

func there(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// Next looks again, at a time. It says whether anything but that time is another than before.
func (f *Follower) Next(now time.Time) (k Kept, changed bool) {
	if f.last.State == Missing || f.last.State == Empty { // it may have become anything
		f.choose()
	}
	next := f.last
	next.Path, next.Kind = f.path, f.kind
	changed, next.Err = f.next(&next)
	if info, err := os.Stat(f.log); err == nil {
		next.Bytes, next.Wrote = info.Size(), info.ModTime()
	}
	var wanted bool
	next.Goal, wanted = goal.Of(f.log)
	next.Queue = queue.Kept(f.log)
	next.State = state(next, filelock.Held(f.log), wanted)
	if next.Total = next.Goal.Total; next.Total == 0 && next.State == Running {
		next.Total = next.whole
	}
	if next.Total < next.Done { // that was another's
		next.Total = 0
	}
	next.Left = f.left(next, wanted, now)
	changed = changed || next.State != f.last.State || next.Total != f.last.Total || next.Goal != f.last.Goal
	f.last = next
	return next, changed
}

// left is how long the rest takes, by the goal or, if that is not kept, by what has been done since the first look.
func (f *Follower) left(k Kept, wanted bool, now time.Time) time.Duration {
	if k.State != Running {
		f.seen = goal.Goal{}
		return 0
	}
	if f.seen.Began.IsZero() {
		f.seen = goal.Goal{Before: k.Done, Began: now}
	}
	g := k.Goal
	if !wanted {
		g, g.Total = f.seen, k.Total
	}
	left, _ := g.Remaining(k.Done, k.Clock, now)
	return left
}

// state tells the state of what was read.
func state(k Kept, held, wanted bool) State {
	switch {
	case errors.Is(k.Err, fs.ErrNotExist):
		return Missing
	case unreadable(k.Err):
		return Unreadable
	case held:
		return Running
	case k.Err != nil && k.Bytes == 0:
		return Empty
	case k.Err != nil:
		return Damaged
	case wanted || k.cut || k.Done == 0:
		return Stopped
	}
	return Ended
}

// unreadable says whether an error is the system's, or of what is no file.
func unreadable(err error) bool {
	_, of := errors.AsType[*fs.PathError](err)
	_, none := errors.AsType[*plainfile.KindError](err)
	return of || none
}

// Share tells how far it is, of all; false if nobody knows.
func (k Kept) Share() (share float64, ok bool) {
	if k.Total > 0 {
		share, ok = float64(k.Done)/float64(k.Total), true
	}
	if k.Goal.Time > 0 {
		share, ok = max(share, min(1, k.Clock.Seconds()/k.Goal.Time.Seconds())), true
	}
	return share, ok
}

// Progress tells it in words: "57 of 300 queries".
func (k Kept) Progress() string {
	number, what := numeral.Thousands(k.Done), k.What()
	if k.Total > 0 {
		number += " of " + numeral.Thousands(k.Total)
	}
	if cmp.Or(k.Total, k.Done) != 1 {
		what = strings.TrimSuffix(what, "y") + map[bool]string{true: "ies", false: "s"}[strings.HasSuffix(what, "y")]
	}
	if k.Goal.Time > 0 {
		what += fmt.Sprintf(", %s of %s simulated", k.Clock.Round(min(time.Second, max(k.Goal.Time/1000, 1))), k.Goal.Time)
	}
	return number + " " + what
}

// What is the name of one piece of it.
func (k Kept) What() string {
	return cmp.Or(map[Kind]string{Comparison: "run", Census: "network"}[k.Kind], "query")
}
