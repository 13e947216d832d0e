// Package study reads studies for commands that show or convert them.
package study

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
	"go.uber.org/zap"
)

// Study is what a file of --study holds.
type Study struct {
	search.Recorded
	Path  string
	Space space.Space // NAS-Bench-201; nil for another, which the program does not know
}

// Read reads a study, and says in the log what it does not vouch for.
func Read(log *zap.Logger, path string) (s Study, err error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return s, fmt.Errorf("%s is a folder: want a study's file, as --study writes it; "+
			"if compare made the folder, its page is %s", path, filepath.Join(path, "report.html"))
	}
	s.Path = path
	if s.Recorded, err = search.ReadJournal(path); err != nil {
		return s, err
	}
	program.Opened(log, path, 0, s.Unchained)
	if s.Unfinished > 0 {
		log.Warn("the last line is unfinished and left out: a search is writing it, or was stopped in the middle",
			zap.String("study", path), zap.Int("bytes", s.Unfinished))
	}
	if s.Missing > 0 && s.Unchained > 0 {
		log.Warn("trials are missing before the last one: they were under way, or their lines are lost; "+
			"the search, continued, measures them", zap.String("study", path), zap.Int("trials", s.Missing))
	}
	cells, err := nasbench201.New(nasbench201.Benchmark(10, 32))
	if err != nil {
		return s, err
	}
	switch s.Study.Space {
	case cells.Name():
		s.Space = cells
	case cells.Each().Name():
		s.Space = cells.Each()
	default:
		return s, nil
	}
	for _, t := range s.Trials {
		if err := s.Space.Validate(t.Arch); err != nil {
			return s, fmt.Errorf("study %s: trial %d: %w", path, t.ID, err)
		}
	}
	return s, nil
}

// WithoutEnding is the path of a file without its ending.
func WithoutEnding(path string) string { return strings.TrimSuffix(path, filepath.Ext(path)) }
