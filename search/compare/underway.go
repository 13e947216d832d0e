package compare

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/internal/filelock"
	"github.com/nassearch/nassearch/internal/plain"
	"github.com/nassearch/nassearch/search"
)

// Underway is a run that is not finished, as far as it has come: one that has a journal, see [Store].
type Underway struct {
	Problem, Strategy string
	Seed              uint64
	Running           bool // a process has it; else the same command continues it
	Result            search.Result
	Err               error // why its journal cannot be read, or not whole
}

// mostUnderway are the runs whose journals are read. Far fewer are made at the same time.
const mostUnderway = 100

// Underway lists the runs that have begun, and are not finished under the limits of the last ones that are, as far as
// [Follower.Next] knows: those that run before those that were cut, by problem, strategy and seed, at most a hundred.
func (f *Follower) Underway() []Underway {
	finished := map[runKey]bool{}
	for _, r := range f.last.Runs {
		finished[r.key()] = true
	}
	s, live := Store{dir: f.dir}, filelock.Held(f.path)
	var all []Underway
	paths := map[runKey]string{}
	for _, p := range f.last.Problems {
		for _, strategy := range f.last.Strategies {
			for _, seed := range s.seeds(p.Name, strategy.Name) {
				key := runKey{p.Name, strategy.Name, seed}
				paths[key] = s.path(key)
				// A run that was finished is under way again where a larger budget extends it.
				if running := live && filelock.Held(paths[key]); running || !finished[key] {
					all = append(all, Underway{Problem: p.Name, Strategy: strategy.Name, Seed: seed, Running: running})
				}
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Underway) int {
		return cmp.Compare(rank(a.Running), rank(b.Running))
	})
	all = all[:min(len(all), mostUnderway)]
	before := f.journals
	f.journals = map[string]*search.Follower{}
	for i := range all {
		u := &all[i]
		path := paths[runKey{u.Problem, u.Strategy, u.Seed}]
		if f.journals[path] = before[path]; f.journals[path] == nil {
			f.journals[path] = search.Follow(path)
		}
		var r search.Recorded
		r, _, u.Err = f.journals[path].Next()
		u.Result = r.Result
	}
	return all
}

func rank(first bool) int {
	if first {
		return 0
	}
	return 1
}

// seeds are those of the runs of a strategy on a problem that have journals, ascending.
func (s *Store) seeds(problem, strategy string) (seeds []uint64) {
	for _, name := range []func(string) string{plain.FileName, formerName} {
		entries, _ := os.ReadDir(filepath.Join(s.dir, StudiesDir, name(problem), name(strategy)))
		for _, e := range entries {
			text, ok := strings.CutSuffix(e.Name(), ".jsonl")
			if seed, err := strconv.ParseUint(text, 10, 64); ok && err == nil && strconv.FormatUint(seed, 10) == text {
				seeds = append(seeds, seed)
			}
		}
	}
	slices.Sort(seeds)
	return slices.Compact(seeds)
}
