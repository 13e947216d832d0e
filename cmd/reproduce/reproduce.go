// Package reproduce has the command that runs a study again.
package reproduce

import (
	"errors"
	"fmt"

	"github.com/nassearch/nassearch/cmd/internal/env"
	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/progress"
	"github.com/nassearch/nassearch/cmd/internal/searches"
	"github.com/nassearch/nassearch/cmd/internal/study"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/search"
	"github.com/spf13/cobra"
	"go.uber.org/zap"
)

// Command returns the command. The flags of backends are not among its own yet.
func Command(p *program.Program) *cobra.Command {
	s := searches.New(p)
	cmd := &cobra.Command{
		Use:   "reproduce STUDY",
		Short: "Run a study again, and say whether every trial is equal",
		Long: `reproduce reads a study's file (see --study), runs the search anew, in memory, by all that the
file says of it, and compares every trial: the architecture, the values, why it failed, when it was asked and told.
Measured times are not compared. The file is left as it is; the study may still be running.

The file says where the table, the images, the scores or the program were that it asked. Flags say where they are now,
and are needed for studies of earlier versions, whose files do not say it. What is there must be what the study
asked: it has a fingerprint.

The exit code is 1 if any trial differs.`,
		Example: `  nassearch reproduce run.jsonl
  nassearch reproduce run.jsonl --data robustness-data -o json`,
		Args: usage.Args(1, 1, "a study's file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			r, err := again(cmd, s, args[0])
			if err != nil {
				return err
			}
			if err := s.Out.Print(output.Document{Text: r.text, CSV: r.sheet().CSV, JSON: r}); err != nil {
				return err
			}
			return r.err()
		},
	}
	s.RegisterWorkers(cmd.Flags())
	s.RegisterScores(cmd.Flags())
	p.Backends.Register(cmd, "who measures (default: as the study says): "+p.Backends.Abouts())
	return cmd
}

// again runs a study again.
func again(cmd *cobra.Command, s *searches.Search, path string) (out *outcome, err error) {
	was, err := study.Read(s.Log, path)
	if err != nil {
		return nil, err
	}
	if was.Queries == 0 {
		return nil, fmt.Errorf("study %s has no trial yet: there is nothing to compare", path)
	}
	problem, err := s.Of(cmd.Context(), path, was.Study, cmd.Flags())
	if err != nil {
		return nil, fmt.Errorf("study %s cannot be run again: %w", path, s.Misused(err))
	}
	defer func() { err = errors.Join(err, problem.Close()) }()
	out = newOutcome(path, was.Recorded, s.Version)
	bar := progress.New(s.Stderr)
	defer bar.Close()
	told := 0
	s.Config.Budget, s.Config.TimeBudget = was.Queries+was.Missing, 0
	s.Config.Observe = func(t search.Trial) {
		if !was.Study.Counts(t) {
			return
		}
		if told++; out.tell(t) {
			bar.Set(told, "")
			return
		}
		bar.Set(told, "%d differ", len(out.Differences))
	}
	anew, err := search.New(s.Config)
	if err == nil {
		err = searches.Changed(was.Study, anew.Description())
	}
	if err != nil {
		return nil, fmt.Errorf("study %s cannot be run again: %w", path, s.Misused(err))
	}
	if was.Version != s.Version {
		s.Log.Info("another version of the program made the study",
			zap.String("study", path), zap.String("version", was.Version), zap.String("now", s.Version))
	}
	program.Announce(s.Log, anew.Needs())
	bar.Start("query", 0, s.Config.Budget)
	if problem.Slow {
		bar.Show()
	}
	r, err := anew.Run(cmd.Context(), s.Parallel(problem))
	if err != nil {
		return nil, err
	}
	out.end(r)
	return out, nil
}

// err is what is wrong with an outcome.
func (o *outcome) err() error {
	switch {
	case len(o.Differences) > 0:
		return fmt.Errorf("study %s: %s of %s differ", o.Path,
			numeral.Thousands(len(o.Differences)), numeral.Count(o.Trials, "trial"))
	case o.Interrupted:
		return env.ErrInterrupted
	}
	return nil
}
