package compare

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/nassearch/nassearch/internal/plain"
	"github.com/nassearch/nassearch/search"
)

// DefaultPatience bounds what is lost with a run that is cut: it is soon done again. Hundreds of files for runs of
// milliseconds would cost more than the runs.
const DefaultPatience = time.Second

// patient is the store of a study in a comparison's folder: a journal, as soon as the study takes long.
type patient struct {
	path  string
	open  func() (*search.Journal, error)
	keeps time.Time // from when on it is worth a journal

	waiting   []search.Trial
	journal   *search.Journal
	continued bool
	err       error // of the first failure
}

// study returns the store for a study.
func (s *Store) study(k runKey, d search.Description) *patient {
	path := s.path(k)
	return &patient{path: path, keeps: time.Now().Add(s.Patience), open: func() (*search.Journal, error) {
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return nil, err
		}
		return search.OpenJournal(path, s.version, d)
	}}
}

// path is that of a run's journal.
func (s *Store) path(k runKey) string {
	if before := s.journal(k, formerName); exists(before) {
		return before
	}
	return s.journal(k, plain.FileName)
}

// journal is the path of a run's journal, by what makes a file's name of the problem's and the strategy's.
func (s *Store) journal(k runKey, file func(string) string) string {
	return filepath.Join(s.dir, StudiesDir, file(k.problem), file(k.strategy), fmt.Sprintf("%d.jsonl", k.seed))
}

// formerName is how the journals of folders that were made before are named.
func formerName(name string) string {
	return strings.Map(func(c rune) rune {
		if strings.ContainsRune(`/\: `, c) {
			return '_'
		}
		return c
	}, name)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// Path names the journal.
func (p *patient) Path() string { return p.path }

// Line returns the line of a trial that an earlier process left in the journal.
func (p *patient) Line(trial int) int {
	if p.journal == nil {
		return 0
	}
	return p.journal.Line(trial)
}

// Load returns the trials of the journal, if an earlier process left one.
func (p *patient) Load() ([]search.Trial, error) {
	if !exists(p.path) {
		return nil, nil
	}
	if p.journal, p.err = p.open(); p.err != nil {
		return nil, p.err
	}
	trials, err := p.journal.Load()
	p.continued = len(trials) > 0
	p.err = err
	return trials, err
}

// Append keeps a trial, in memory at first.
func (p *patient) Append(t search.Trial) error {
	if p.err != nil {
		return p.err
	}
	p.waiting = append(p.waiting, t)
	if p.journal == nil {
		if time.Now().Before(p.keeps) {
			return nil
		}
		if p.journal, p.err = p.open(); p.err != nil {
			return p.err
		}
	}
	for _, t := range p.waiting {
		if p.err = p.journal.Append(t); p.err != nil {
			return p.err
		}
	}
	p.waiting = p.waiting[:0]
	return nil
}

// close closes the journal, if there is one, and returns what went wrong with it at any time.
func (p *patient) close() error {
	if p.journal != nil {
		p.err = errors.Join(p.err, p.journal.Close())
	}
	return p.err
}
