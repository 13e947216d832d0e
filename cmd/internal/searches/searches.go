// Package searches wires what a search is: the flags that say it, and the command line that makes it again.
package searches

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"runtime"

	"github.com/nassearch/nassearch/cmd/backend"
	"github.com/nassearch/nassearch/cmd/internal/backends"
	"github.com/nassearch/nassearch/cmd/internal/env"
	"github.com/nassearch/nassearch/cmd/internal/files"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/report"
	"github.com/spf13/pflag"
	"go.uber.org/zap"
)

// Search is what the flags and the program give to a search.
type Search struct {
	*program.Program
	Config search.Config
	Study  string // file that keeps it; empty if none does

	flags          *pflag.FlagSet
	objective, eps string
	pairs          env.Pairs // options of the strategy
	workers        int
	scope          backends.Scope
	scores         backends.Scores
}

// New returns a search without flags yet.
func New(p *program.Program) *Search {
	return &Search{Program: p, Config: search.Config{Registry: p.Strategies}}
}

// Register adds the flags that a search has with every backend.
func (s *Search) Register(f *pflag.FlagSet) {
	s.flags = f
	f.StringVar(&s.objective, "objective", "pgd_acc",
		"metric to optimise; several with commas for strategies that take them (see 'nassearch objectives')")
	f.StringVar(&s.eps, "eps", "",
		"size of the attack's perturbation, such as 1/255 (default: the table's, or the preset's; of a study that is "+
			"continued its own)")
	f.StringVar(&s.Config.Strategy, "strategy", "evolution", "search algorithm (see 'nassearch strategies')")
	f.Var(&s.pairs, "option", "setting of the strategy as name=value; may be repeated")
	f.IntVar(&s.Config.Budget, "budget", 300, "queries, of whatever fidelity; a class of architectures that was asked "+
		"before is free")
	f.DurationVar(&s.Config.TimeBudget, "time-budget", 0, "simulated time, such as 500h, in place of --budget or beside "+
		"it; a training of fidelity 1/8 takes an eighth of a full one")
	f.Uint64Var(&s.Config.Seed, "seed", 1, "of everything random")
	f.IntVar(&s.Config.Window, "window", 0,
		"proposals in flight at once; part of what a history depends on (default: 1 for a table, 4 live)")
	s.RegisterWorkers(f)
	f.BoolVar(&s.Config.CountDuplicates, "count-duplicates", false,
		"let repeated classes cost a query too, as published comparisons do")
	s.scope.Register(f)
	s.RegisterScores(f)
	f.StringVar(&s.Study, "study", "", "file that keeps the search, and continues it if it is there")
	files.Continues(f, "study", "jsonl")
}

// RegisterWorkers adds --workers alone.
func (s *Search) RegisterWorkers(f *pflag.FlagSet) {
	f.IntVar(&s.workers, "workers", 0,
		"proposals measured at the same time, at most the window; changes nothing but time (default: one a core, or "+
			"fewer for large networks)")
}

// RegisterScores adds --features and --prior alone.
func (s *Search) RegisterScores(f *pflag.FlagSet) { s.scores.Register(f) }

// begun is what the study's file has been begun with, if it is there. What is wrong with it is told when it is opened.
func (s *Search) begun() []backend.Begun {
	if s.Study == "" {
		return nil
	}
	r, _ := search.ReadJournal(s.Study)
	if r.Study.Source == "" {
		return nil
	}
	return []backend.Begun{{Objective: r.Study.Objective, Source: r.Study.Source, Settings: r.Study.Settings}}
}

// bound checks the budgets. One of queries that nobody gave does not bound a search that has a time.
func (s *Search) bound(budgeted bool) error {
	x := &s.Config
	switch {
	case x.TimeBudget < 0 || x.TimeBudget == 0 && s.flags.Changed("time-budget"):
		return usage.Mark(fmt.Errorf("--time-budget %v: want a time such as 500h", x.TimeBudget))
	case x.TimeBudget > 0 && !budgeted:
		x.Budget = math.MaxInt
	case x.Budget < 1:
		return usage.Mark(fmt.Errorf("--budget %d: want at least 1 query", x.Budget))
	}
	return nil
}

// Ask completes the configuration by the flags, in the order in which mistakes are told, and asks the backend for the
// problem.
func (s *Search) Ask(ctx context.Context) (p *backend.Problem, err error) {
	x := &s.Config
	names, err := backends.Objectives(s.objective)
	if err != nil {
		return nil, err
	}
	if x.Options, err = s.pairs.Map("option"); err != nil {
		return nil, err
	}
	if err := s.bound(s.flags.Changed("budget")); err != nil {
		return nil, err
	}
	if x.Window < 1 && s.flags.Changed("window") {
		return nil, usage.AtLeast("window", x.Window, 1)
	}
	if err := usage.AtLeast("workers", s.workers, 0); err != nil {
		return nil, err
	}
	if _, err := x.Registry.Lookup(x.Strategy); err != nil {
		return nil, err
	}
	b, err := s.Backends.Chosen(s.Env)
	if err != nil {
		return nil, err
	}
	ask := backend.Ask{
		Objective: names, Eps: s.eps, Dataset: s.Tables.Dataset, Known: s.scope.Known(), Given: s.Given, Log: s.Log,
		Continues: s.begun, Trials: backends.TrialsOf(s.Study),
	}
	if ask.Eps == "" {
		ask.Eps = backends.BegunEps(names, s.begun())
	}
	if p, err = b.Open(ctx, ask); err != nil {
		return nil, err
	}
	p.Workers = cmp.Or(p.Workers, runtime.GOMAXPROCS(0))
	if p.Report == nil {
		whole := p.Space
		known, _ := p.Landscape()
		p.Report = func(context.Context, search.Result) (report.Context, error) {
			return report.Context{Backend: b.Name, Space: whole, Known: known}, nil
		}
	}
	if err := s.scope.Narrow(ctx, b.Name, p); err != nil {
		return nil, err
	}
	if x.Scores, err = s.scores.Read(ctx, s.Tables, p.Space, s.Log); err != nil {
		return nil, err
	}
	p.Window = max(p.Window, 1)
	x.Space, x.Scope, x.Evaluator, x.Window = p.Space, p.Scope, p.Evaluator, cmp.Or(x.Window, p.Window)
	return p, nil
}

// Parallel is how many architectures are measured at the same time.
func (s *Search) Parallel(p *backend.Problem) int {
	workers := s.workers
	if workers == 0 && p.Elsewhere {
		return s.Config.Window
	}
	if workers == 0 {
		workers = p.Workers
	}
	if workers > s.Config.Window && (s.workers > 0 || p.Slow) {
		s.Log.Info("not all workers have work: a wider --window would give them some, and another history",
			zap.Int("workers", workers), zap.Int("window", s.Config.Window))
	}
	return workers
}
