package search

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/nassearch/nassearch/cmd/backend"
	"github.com/nassearch/nassearch/cmd/internal/env"
	"github.com/nassearch/nassearch/cmd/internal/goal"
	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/progress"
	"github.com/nassearch/nassearch/cmd/internal/queue"
	"github.com/nassearch/nassearch/internal/exposition"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/space"
	"github.com/spf13/cobra"
	"go.uber.org/zap"
)

// run runs a study and prints what it found.
func (c *command) run(cmd *cobra.Command) (err error) {
	p, err := c.Ask(cmd.Context())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	bar := progress.New(c.Stderr)
	bar.Along(p.Status)
	defer bar.Close()
	along := &pace{Bar: bar, config: c.Config}
	if p.Elsewhere {
		along.telling, along.status = c.Log, p.Status
	}
	c.Config.Observe = along.observe
	study, err := search.New(c.Config)
	if err != nil {
		return err
	}
	program.Whole(c.Log, c.Config.Registry, p.Evaluator, c.Config.Strategy)
	along.study = study.Description()
	result, err := c.pursue(cmd.Context(), study, p, along)
	if err != nil {
		return err
	}
	return c.conclude(cmd.Context(), p, result, bar)
}

// conclude prints a result, with a final test if that is wanted, and returns what is wrong with it.
func (c *command) conclude(ctx context.Context, p *backend.Problem, r search.Result, bar *progress.Bar) error {
	tests, testErr := finalTest(ctx, p, r, bar)
	bar.Close()
	known, err := p.Report(context.WithoutCancel(ctx), r)
	if err != nil {
		return err
	}
	known.Budget, known.TimeBudget, known.Tests = c.Config.Budget, c.Config.TimeBudget, tests
	if c.Config.Budget == math.MaxInt {
		known.Budget = 0
	}
	if ctx.Err() != nil { // the next signal ends the process
		ctx = context.WithoutCancel(ctx)
	}
	if known.Command, err = c.Line(p, r); err != nil {
		return err
	}
	known.Program = c.Version
	s, err := report.New(ctx, r, known)
	if err != nil {
		return err
	}
	if c.Out.Bare() {
		for _, text := range s.Warnings {
			c.Log.Warn(text)
		}
	}
	if c.Out.Form != output.Table { // which has it
		c.Log.Info("this search again: " + s.Again())
	}
	if err := c.print(output.Document{Text: s.Text, CSV: s.CSV, JSON: s}, p.Slow); err != nil {
		return err
	}
	switch {
	case r.Stop == search.Interrupted || ctx.Err() != nil:
		return env.ErrInterrupted
	case r.Queries > 0 && r.Failed == r.Queries:
		return fmt.Errorf("no query gave a value; the first failed: %s", r.Trials[0].Failure)
	}
	return testErr
}

// print prints a result, somewhere at least if it took long.
func (c *command) print(d output.Document, slow bool) error {
	if slow {
		return c.Out.Deliver(d, c.Stderr)
	}
	return c.Out.Print(d)
}

// pursue runs a study, in a journal if one is wanted.
func (c *command) pursue(
	ctx context.Context, study *search.Study, p *backend.Problem, along *pace,
) (r search.Result, err error) {
	var known []search.Trial
	if c.Study != "" {
		d := study.Description()
		if d.Arguments, err = c.Arguments(d.Source); err != nil {
			return r, err
		}
		journal, openErr := search.OpenJournal(c.Study, c.Version, d)
		if openErr != nil {
			return r, openErr
		}
		defer func() { err = errors.Join(err, journal.Close()) }()
		program.Opened(c.Log, c.Study, journal.Repaired, journal.Unchained)
		program.Anew(c.Log, c.Study, 0, journal.Anew)
		if known, err = journal.Load(); err != nil {
			return r, err
		}
		if len(known) > 0 {
			c.Log.Info("the study continues", zap.String("study", c.Study), zap.Int("trials", len(known)))
		}
		study.Keep(journal)
	}
	along.start(c.Log, c.Study, known)
	end, err := c.monitor.Start(c.Log, func(context.Context) []exposition.Family { return along.families() })
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, end()) }()
	program.Announce(c.Log, study.Needs())
	if p.Slow {
		along.Show()
	}
	if c.Study != "" {
		along.goal(c.Study, len(known))
		queue.Keep(c.Study, queue.Asked(p))
	}
	r, err = study.Run(ctx, c.Parallel(p))
	if c.Study != "" && err == nil && r.Stop != search.Interrupted {
		goal.Reached(c.Study)
	}
	return r, err
}

// finalTest measures a search's answer, the best architecture or the front, on images that it has not seen. What is
// known when something fails is returned with the error.
func finalTest(
	ctx context.Context, p *backend.Problem, r search.Result, bar *progress.Bar,
) (map[space.Arch][]float64, error) {
	if p.Test == nil || r.Stop == search.Interrupted {
		return nil, nil
	}
	answer := r.Front()
	if best, _, ok := r.Best(); len(r.Study.Objective) == 1 && ok {
		answer = []search.Trial{best}
	}
	tests := map[space.Arch][]float64{}
	for i, t := range answer {
		bar.Say(fmt.Sprintf("final test %d of %d", i+1, len(answer)))
		arch := space.Canonical(p.Space, t.Arch)
		values, err := p.Test.Test(ctx, objective.Request{Arch: arch, Fidelity: t.Fidelity, Seed: r.Study.Seed})
		if ctx.Err() != nil {
			return tests, env.ErrInterrupted
		}
		if err == nil {
			err = objective.Check(r.Study.Objective, values)
		}
		if err != nil {
			return tests, fmt.Errorf("final test of %s: %w", arch, err)
		}
		tests[arch] = values
	}
	return tests, nil
}
