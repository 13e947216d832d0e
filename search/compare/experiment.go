package compare

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/nassearch/nassearch/search"
)

// Experiment makes the runs of a comparison.
type Experiment struct {
	config Config
	plan   Plan
	asking sync.Mutex // of Config.Query
}

// New makes an experiment. Opening its store is left to the caller; see [Experiment.Plan].
func New(c Config) (*Experiment, error) {
	if err := c.validate(); err != nil {
		return nil, err
	}
	p, err := c.plan()
	if err != nil {
		return nil, err
	}
	c.Strategies, c.Tasks = p.Strategies, slices.Clone(c.Tasks)
	for i, t := range c.Tasks {
		if t.Known == nil { // what it takes is worth to be shared, and too much for all runs at the same time
			c.Tasks[i].Evaluator = share(t.Evaluator, c.Workers)
		}
	}
	return &Experiment{config: c, plan: p}, nil
}

// Plan says what is compared.
func (e *Experiment) Plan() Plan { return e.plan }

// Keep sets the store, before Run.
func (e *Experiment) Keep(s *Store) { e.config.Store = s }

// Observe sets who sees every run when it ends, before Run.
func (e *Experiment) Observe(f func(Run)) { e.config.Observe = f }

// Watch sets who sees every query, before Run.
func (e *Experiment) Watch(f func()) { e.config.Query = f }

// There is how many of the runs the store already has, and how many there will be.
func (e *Experiment) There() (runs, total int) {
	done, open := e.there()
	return len(done), len(done) + len(open)
}

// Beyond is how many runs the store has that the plan does not ask for: with higher seeds.
func (e *Experiment) Beyond() int {
	if e.config.Store == nil {
		return 0
	}
	there, _ := e.There()
	return len(e.config.Store.runs) - there
}

type job struct {
	task     Task
	problem  Problem
	strategy Strategy
	seed     uint64
}

func (j job) key() runKey { return runKey{j.problem.Name, j.strategy.Name, j.seed} }

// jobs lists the plan's runs: all strategies on all problems with the first seed, then with the next, so that what
// is there when a comparison is cut can be compared in pairs.
func (e *Experiment) jobs() []job {
	var all []job
	for i := range e.plan.Runs {
		for t, task := range e.config.Tasks {
			for _, s := range e.plan.Strategies {
				all = append(all, job{task, e.plan.Problems[t], s, e.plan.Seed + uint64(i)})
			}
		}
	}
	return all
}

// Run makes the runs that the store does not have, and returns all of the plan's that there are, by problem,
// strategy and seed in the plan's order. A study that breaks off, also by a panic of its strategy, is a run with a
// failure; it is tried again when the comparison is continued. When ctx ends, runs under way are left to be
// continued, and those that are finished are returned. An error is that of the store.
func (e *Experiment) Run(ctx context.Context) ([]Run, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	done, open := e.there()
	queue := make(chan job)
	var mutex sync.Mutex // of done and err
	var err error
	var workers sync.WaitGroup
	for range max(e.config.Workers, 1) {
		workers.Go(func() {
			for j := range queue {
				run, finished, failure := e.run(ctx, j)
				mutex.Lock()
				if failure == nil && finished {
					done[j.key()] = run
					failure = e.finish(run)
				}
				if failure != nil {
					err = cmp.Or(err, failure)
					cancel()
				}
				mutex.Unlock()
			}
		})
	}
	for _, j := range open {
		select {
		case queue <- j:
		case <-ctx.Done():
		}
	}
	close(queue)
	workers.Wait()
	if err != nil {
		return nil, fmt.Errorf("comparison: %w", err)
	}
	return e.ordered(done), nil
}

// there returns the runs that the store has, and the others as jobs.
func (e *Experiment) there() (done map[runKey]Run, open []job) {
	done = map[runKey]Run{}
	for _, j := range e.jobs() {
		if e.config.Store != nil {
			if run, ok := e.config.Store.find(j.key()); ok {
				done[j.key()] = run
				continue
			}
		}
		open = append(open, j)
	}
	return done, open
}

// finish keeps a run.
func (e *Experiment) finish(r Run) error {
	if e.config.Store != nil && r.Failure == "" {
		if err := e.config.Store.keep(r); err != nil {
			return err
		}
	}
	if e.config.Observe != nil {
		e.config.Observe(r)
	}
	return nil
}

// ordered lists runs by problem, strategy and seed.
func (e *Experiment) ordered(done map[runKey]Run) []Run {
	var all []Run
	for _, p := range e.plan.Problems {
		for _, s := range e.plan.Strategies {
			for i := range e.plan.Runs {
				if r, ok := done[runKey{p.Name, s.Name, e.plan.Seed + uint64(i)}]; ok {
					all = append(all, r)
				}
			}
		}
	}
	return all
}

// run makes one run. It is not finished if ctx ended before. An error is that of the store.
func (e *Experiment) run(ctx context.Context, j job) (run Run, finished bool, err error) {
	record := newRecorder(j.problem, e.config.CountDuplicates, Run{
		Problem: j.problem.Name, Strategy: j.strategy.Name, Seed: j.seed, Steps: []Step{}, StrategySeconds: Unknown(),
	})
	var inside time.Duration
	c := e.config.study(j.task, j.strategy, j.seed)
	c.Registry = search.Registry{c.Strategy: measured(c.Registry[c.Strategy], &inside)}
	c.Observe = func(t search.Trial) {
		if record.observe(ctx, t) && e.config.Query != nil {
			e.asking.Lock()
			defer e.asking.Unlock()
			e.config.Query()
		}
	}

	var store *patient
	result, failure := guarded(func() (search.Result, error) {
		study, err := search.New(c)
		if err != nil {
			return search.Result{}, err
		}
		if e.config.Store != nil {
			store = e.config.Store.study(j.key(), study.Description())
			study.Keep(store)
		}
		return study.Run(ctx, e.config.Workers)
	})
	if store != nil {
		if err := store.close(); err != nil {
			return Run{}, false, err
		}
	}
	if ctx.Err() != nil && (failure != nil || result.Stop == search.Interrupted || record.cut) {
		return Run{}, false, nil
	}
	run = record.run
	run.Stop = result.Stop
	if failure != nil {
		run.Stop, run.Failure = Broken, failure.Error()
	}
	if store == nil || !store.continued {
		run.StrategySeconds = Number(inside.Seconds())
	}
	return run, true, nil
}

// Broken is why a run ended whose study failed.
const Broken search.Reason = "failed"

// guarded turns a panic into an error.
func guarded(f func() (search.Result, error)) (r search.Result, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return f()
}

// measured makes strategies whose time inside Ask and Tell is added up.
func measured(e search.Entry, total *time.Duration) search.Entry {
	make := e.New
	e.New = func(p search.Problem, o search.Options) (search.Strategy, error) {
		defer since(time.Now(), total)
		s, err := make(p, o)
		return stopwatch{s, total}, err
	}
	return e
}

func since(start time.Time, total *time.Duration) { *total += time.Since(start) }

// stopwatch is a strategy that measures its time.
type stopwatch struct {
	search.Strategy
	total *time.Duration
}

// Unwrap returns the strategy, for what it can besides.
func (w stopwatch) Unwrap() search.Strategy { return w.Strategy }

func (w stopwatch) Ask(ctx context.Context, r *rand.Rand, pending []search.Proposal) (search.Proposal, error) {
	defer since(time.Now(), w.total)
	return w.Strategy.Ask(ctx, r, pending)
}

func (w stopwatch) Tell(t search.Trial) {
	defer since(time.Now(), w.total)
	w.Strategy.Tell(t)
}
