package compare

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/nassearch/nassearch/internal/jsonlog"
	"github.com/nassearch/nassearch/search"
)

// Recorded is what the folder of a comparison holds.
type Recorded struct {
	Version    string // of the program that began it
	Problems   []Problem
	Strategies []Strategy
	Window     int
	Budget     int     // queries of a run, in the last ones; 0 for no limit
	Hours      float64 // of a run on the virtual clock; 0 for no limit
	Runs       []Run   // that are finished, under these limits
	// Unfinished is the number of bytes of a last line that has no end, and is left out.
	Unfinished int
}

// Follower reads the folder of a comparison as it grows, without a lock: each time what is new, and not again what it
// has read before.
type Follower struct {
	dir  string
	path string // of the log
	log  *jsonlog.Follower[header, record]
	all  []record
	last Recorded
	err  error

	journals map[string]*search.Follower // of runs under way, by path
}

// Follow returns a follower of a folder that a [Store] fills, which need not be there yet, or of the file in it that
// has the runs. It has read nothing.
func Follow(dir string) *Follower {
	path := filepath.Join(dir, RunsFile)
	if info, err := os.Stat(dir); err == nil && !info.IsDir() || err != nil && filepath.Base(dir) == RunsFile {
		path, dir = dir, filepath.Dir(dir)
	}
	f := &Follower{dir: dir, path: path}
	take := func(_ header, r record) error {
		f.all = append(f.all, r)
		return nil
	}
	f.log = form.Follow(path, func() { f.all = nil }, take)
	return f
}

// Next returns what the folder holds, and says whether that may be another than the time before. Runs under smaller
// limits than the last ones had are left out. Errors are those of a log.
func (f *Follower) Next() (r Recorded, changed bool, err error) {
	if changed, err = f.log.Next(); !changed {
		return f.last, false, f.err
	}
	f.last = Recorded{Unfinished: f.log.Repaired}
	f.last.tell(f.log.Header)
	f.last.fill(f.all)
	if f.err = search.LogError(err); errors.Is(err, fs.ErrNotExist) {
		f.err = absent(f.dir)
	}
	return f.last, true, f.err
}

// absent is the error of a folder, which it names, that no comparison has filled. It is an [fs.ErrNotExist].
type absent string

func (dir absent) Error() string {
	return fmt.Sprintf("%s has no %s: name a folder that compare --out filled", string(dir), RunsFile)
}

func (absent) Is(target error) bool { return target == fs.ErrNotExist }

// tell takes what a header says.
func (r *Recorded) tell(h header) {
	r.Version, r.Problems, r.Strategies, r.Window = h.Version, h.problems(), h.Plan.Strategies, h.Plan.Window
}

// fill takes the runs under the limits of the last one, of those that were made twice the later.
func (r *Recorded) fill(all []record) {
	at := map[runKey]int{}
	for _, one := range all {
		last := all[len(all)-1]
		if r.Budget, r.Hours = last.Budget, last.Hours; one.Budget != last.Budget || one.Hours != last.Hours {
			continue
		}
		if i, ok := at[one.Run.key()]; ok {
			r.Runs[i] = one.Run
			continue
		}
		at[one.Run.key()] = len(r.Runs)
		r.Runs = append(r.Runs, one.Run)
	}
	for i := range r.Problems {
		r.Problems[i].Joint = r.Problems[i].joint(r.Runs)
	}
}

// joint says of a problem of several metrics whether its runs were kept without hypervolumes, because nobody knows the
// box.
func (p Problem) joint(runs []Run) bool {
	steps := 0
	for _, run := range runs {
		if run.Problem != p.Name {
			continue
		}
		steps += len(run.Steps)
		if slices.ContainsFunc(run.Steps, func(s Step) bool { return s.Quality != 0 }) {
			return false
		}
	}
	return p.Multi() && steps > 0
}

// ReadRuns reads the finished runs of a folder that a [Store] filled, without a lock and without changing anything, and
// the problems they are of as [Problems] does. Runs under smaller limits than the last ones had are left out.
func ReadRuns(dir string) (problems []Problem, runs []Run, err error) {
	r, _, err := Follow(dir).Next()
	if err != nil {
		return nil, nil, err
	}
	return r.Problems, r.Runs, nil
}
