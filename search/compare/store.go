package compare

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/nassearch/nassearch/internal/jsonlog"
	"github.com/nassearch/nassearch/internal/settings"
	"github.com/nassearch/nassearch/search"
)

// Store keeps a comparison in a folder, which it locks against other processes while it is open:
//
//	runs.jsonl                          a header and one line a finished run, and checksums that are chained
//	studies/PROBLEM/STRATEGY/SEED.jsonl the journal of a run that took long
//
// A process that is killed loses what the runs in flight did since the last lines of their journals.
type Store struct {
	// Repaired is the number of bytes of an unfinished last line that were cut off on opening.
	Repaired int
	// Unchained is the number of lines that an earlier version wrote, which would not show whether all are there.
	Unchained int
	// Anew is in what the folder was begun otherwise, if no run followed from that: it goes on with what is now.
	Anew []search.Difference
	// Patience is how long a run may take and leave no journal, DefaultPatience unless it is set before Run.
	Patience time.Duration

	log     *jsonlog.Log[header, record]
	plan    Plan
	dir     string
	version string
	runs    map[runKey]Run
	made    map[runKey]bool       // under whatever limits
	tighter []settings.Difference // in which limits the plan is below those of the last run
}

// runKey names a run within a plan.
type runKey struct {
	problem, strategy string
	seed              uint64
}

func (r Run) key() runKey { return runKey{r.Problem, r.Strategy, r.Seed} }

// RunsFile is where a folder keeps its runs, StudiesDir where it keeps the journals of those that take long.
const (
	RunsFile   = "runs.jsonl"
	StudiesDir = "studies"
)

type header struct {
	Version string  `json:"version"`
	Plan    setting `json:"plan"`
}

// record is the line of a run, with the limits under which it ended.
type record struct {
	Budget int     `json:"budget"`
	Hours  float64 `json:"hours"`
	Run    Run     `json:"run"`
}

var form = jsonlog.Form[header, record]{
	Kind: "comparison", Member: "nassearch_comparison", Place: "folder",
	Differences: func(was, now header) ([]settings.Difference, error) {
		return was.Plan.differences(now.Plan), nil
	},
	Slight:  func(was, now header) bool { return was.Plan.slight(now.Plan) },
	Covered: func(r record) record { return r },
}

// OpenStore opens the folder of a comparison, and makes it if it is not there. Version is that of the program; a
// comparison may be continued by another one. Where strategies were set otherwise, or programs have changed since, it
// goes on with those of now if no run of theirs is finished or has trials in its journal. Errors are a
// [*search.LockedError], a [*search.DamageError], and a [*search.ConfigError] for a folder of another comparison.
func OpenStore(dir, version string, p Plan) (*Store, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, fmt.Errorf("comparison: %w", err)
	}
	s := &Store{
		Patience: DefaultPatience, plan: p, dir: dir, version: version, runs: map[runKey]Run{}, made: map[runKey]bool{},
	}
	now := header{version, p.setting()}
	log, err := form.Open(filepath.Join(dir, RunsFile), &now, s.take)
	if err != nil {
		return nil, search.LogError(s.refuse(err))
	}
	if s.log = log; len(s.tighter) > 0 {
		err = &settings.ChangedError{Path: dir, Kind: form.Place, Differences: s.tighter}
	} else if log.Changed != nil {
		err = s.renew(now)
	}
	if err != nil {
		return nil, search.LogError(errors.Join(s.refuse(err), log.Close()))
	}
	s.Repaired, s.Unchained = log.Repaired, log.Unchained
	for _, d := range log.Changed {
		s.Anew = append(s.Anew, search.Difference(d))
	}
	return s, nil
}

// Problems returns those that a folder was begun with, as far as runs depend on them; none if it is not there or is
// damaged, as [OpenStore] will say.
func Problems(dir string) (all []Problem) {
	h, _ := form.ReadHeader(filepath.Join(dir, RunsFile))
	return h.problems()
}

// problems are those that a header names.
func (h header) problems() (all []Problem) {
	for _, q := range h.Plan.Problems {
		all = append(all, Problem{
			Name: q.Name, Objective: q.Objective, Source: q.Source, Named: q.Named, Settings: q.Settings, Scope: q.Scope,
		})
	}
	return all
}

// refuse says what is to be done with a folder that cannot be continued.
func (s *Store) refuse(err error) error {
	if other, ok := errors.AsType[*settings.ChangedError](err); ok {
		other.Path = s.dir
	}
	if damage, ok := errors.AsType[*jsonlog.DamageError](err); ok {
		if damage.Line > 1 {
			return fmt.Errorf("%w: remove that line and all below, whose runs are made again, or name another folder", err)
		}
		return fmt.Errorf("%w: restore it, or name another folder", err)
	}
	return err
}

// take adds the run of a line. One that ended under smaller limits is as if it were not there: its study goes on.
func (s *Store) take(_ header, r record) error {
	s.tighter = s.plan.tighter(r) // limits only grow: the last run has the widest
	s.made[r.Run.key()] = true
	if r.Budget == s.plan.Budget && r.Hours == s.plan.Hours {
		s.runs[r.Run.key()] = r.Run
	}
	return nil
}

func (s *Store) find(k runKey) (Run, bool) {
	r, ok := s.runs[k]
	return r, ok
}

// Kept is how many runs were there on opening, also under smaller limits, after which they go on.
func (s *Store) Kept() int { return len(s.made) }

func (s *Store) keep(r Run) error {
	return s.log.Append(record{Budget: s.plan.Budget, Hours: s.plan.Hours, Run: r})
}

// Close writes everything to the disk and lets other processes at the folder.
func (s *Store) Close() error { return s.log.Close() }
