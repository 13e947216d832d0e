package compare

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/nassearch/nassearch/internal/jsonlog"
	"github.com/nassearch/nassearch/search"
)

// storeFormat is the version of the file's form.
const storeFormat = 1

// Store keeps a comparison in a folder, which it locks against other processes while it is open:
//
//	runs.jsonl                          a header and one line a finished run, each with a checksum
//	studies/PROBLEM/STRATEGY/SEED.jsonl the journal of a run that took long
//
// A process that is killed loses what the runs in flight did since the last lines of their journals.
type Store struct {
	*jsonlog.Log
	// Patience is how long a run may take and leave no journal, DefaultPatience unless it is set before Run.
	Patience time.Duration

	dir     string
	version string
	runs    map[runKey]Run
	tighter []search.Difference // in which limits the plan is below those of the last run
}

// runKey names a run within a plan.
type runKey struct {
	problem, strategy string
	seed              uint64
}

func (r Run) key() runKey { return runKey{r.Problem, r.Strategy, r.Seed} }

// header is the first line.
type header struct {
	Format  int     `json:"nassearch_comparison"`
	Version string  `json:"version"`
	Plan    setting `json:"plan"`
	Sum     string  `json:"sum"`
}

// record is the line of a run, with the limits under which it ended.
type record struct {
	Budget int     `json:"budget"`
	Hours  float64 `json:"hours"`
	Run    Run     `json:"run"`
	Sum    string  `json:"sum"`
}

var kind = jsonlog.Kind{Name: "comparison", Magic: `{"nassearch_comparison":`}

// OpenStore opens the folder of a comparison, and makes it if it is not there. Version is that of the program; a
// comparison may be continued by another one. Errors are a [*jsonlog.LockedError], a [*jsonlog.DamageError], and a
// [*PlanError] for a folder of another comparison.
func OpenStore(dir, version string, p Plan) (*Store, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, fmt.Errorf("comparison: %w", err)
	}
	s := &Store{Patience: DefaultPatience, dir: dir, version: version, runs: map[runKey]Run{}}
	lines := 0
	log, err := jsonlog.Open(kind, filepath.Join(dir, "runs.jsonl"), func(n int, line []byte) error {
		lines = n
		if n == 1 {
			return s.checkHeader(line, p)
		}
		return s.readRun(line, p)
	})
	if other := (*PlanError)(nil); errors.As(err, &other) {
		return nil, other
	}
	if damage := (*jsonlog.DamageError)(nil); errors.As(err, &damage) {
		if damage.Line > 1 {
			return nil, fmt.Errorf("%w: remove that line and its run is made again, or name another folder", err)
		}
		return nil, fmt.Errorf("%w: restore it, or name another folder", err)
	}
	if err != nil {
		return nil, err
	}
	s.Log = log
	if len(s.tighter) > 0 {
		return nil, errors.Join(&PlanError{dir, s.tighter}, log.Close())
	}
	if lines == 0 {
		h := header{Format: storeFormat, Version: version, Plan: p.setting()}
		if h.Sum, err = jsonlog.Sum(h); err == nil {
			err = errors.Join(log.Append(h), log.Sync())
		}
	}
	if err != nil {
		return nil, errors.Join(err, log.Close())
	}
	return s, nil
}

func (s *Store) checkHeader(line []byte, p Plan) error {
	var h header
	if err := json.Unmarshal(line, &h, json.RejectUnknownMembers(true)); err != nil {
		return err
	}
	if h.Format != storeFormat {
		return fmt.Errorf("format %d: this program reads format %d", h.Format, storeFormat)
	}
	sum := h.Sum
	h.Sum = ""
	if err := checkSum(h, sum); err != nil {
		return err
	}
	if diffs := differences(h.Plan, p.setting()); len(diffs) > 0 {
		return &PlanError{s.dir, diffs}
	}
	return nil
}

// readRun takes a run that ended under smaller limits as not there: its study goes on.
func (s *Store) readRun(line []byte, p Plan) error {
	var r record
	if err := json.Unmarshal(line, &r, json.RejectUnknownMembers(true)); err != nil {
		return err
	}
	sum := r.Sum
	r.Sum = ""
	if err := checkSum(r, sum); err != nil {
		return err
	}
	s.tighter = p.tighter(r) // limits only grow: the last run has the widest
	if r.Budget == p.Budget && r.Hours == p.Hours {
		s.runs[r.Run.key()] = r.Run
	}
	return nil
}

func checkSum(line any, want string) error {
	got, err := jsonlog.Sum(line)
	if err == nil && got != want {
		err = jsonlog.ErrSum
	}
	return err
}

// find returns a run that is there.
func (s *Store) find(k runKey) (Run, bool) {
	r, ok := s.runs[k]
	return r, ok
}

// keep appends a run.
func (s *Store) keep(r Run, p Plan) (err error) {
	line := record{Budget: p.Budget, Hours: p.Hours, Run: r}
	if line.Sum, err = jsonlog.Sum(line); err != nil {
		return err
	}
	return s.Append(line)
}
