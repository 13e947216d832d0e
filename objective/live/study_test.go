package live_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/strategies"
	"github.com/nassearch/nassearch/trainer/kernel"
)

// study searches with some workers, four trials in flight.
func study(t *testing.T, e objective.Evaluator, l *live.Lab, strategy string, budget, workers int) search.Result {
	t.Helper()
	sp, err := nasbench201.New(l.Network())
	if err != nil {
		t.Fatal(err)
	}
	s, err := search.New(search.Config{
		Space: sp, Evaluator: e,
		Registry: strategies.All(), Strategy: strategy, Seed: 1, Budget: budget, Window: 4,
	})
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Run(t.Context(), workers)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// sameHistory compares trials in everything but what the clock measured.
func sameHistory(want, got []search.Trial) string {
	return cmp.Diff(want, got, cmpopts.IgnoreFields(search.Trial{}, "Wall", "Record"), cmpopts.EquateEmpty())
}

func TestWorkersAndThreadsChangeNoHistory(t *testing.T) {
	l := newLab(t, quick(t))
	e := newEvaluator(t, l, live.Limits{}, "pgd_acc")
	want := study(t, e, l, "evolution", 8, 1)
	for _, c := range []struct{ workers, threads int }{{2, 1}, {4, 2}} {
		l.Threads = c.threads
		got := study(t, e, l, "evolution", 8, c.workers)
		if diff := sameHistory(want.Trials, got.Trials); diff != "" {
			t.Errorf("%+v: the history differs:\n%s", c, diff)
		}
	}
}

// faulty measures some classes with another evaluator.
type faulty struct {
	objective.Evaluator
	instead map[space.Arch]objective.Evaluator
}

func (f faulty) Evaluate(ctx context.Context, r objective.Request) (objective.Outcome, error) {
	if e, ok := f.instead[r.Arch]; ok {
		return e.Evaluate(ctx, r)
	}
	return f.Evaluator.Evaluate(ctx, r)
}

// fault is what happens to a trial, and what is said of it.
type fault struct {
	trial  int
	reason string
	e      *live.Evaluator
}

// One trial panics in a kernel without functions, one diverges, one is given no memory, one no time.
func TestTrialsFailAlone(t *testing.T) {
	l := newLab(t, quick(t))
	good := newEvaluator(t, l, live.Limits{}, "pgd_acc")
	want := study(t, good, l, "random", 10, 2)
	var archs []space.Arch
	for _, trial := range want.Trials {
		archs = append(archs, cell(t, trial.Arch).Canonical().Arch())
	}
	broken, wild := newLab(t, quick(t)), quick(t)
	broken.Kernel = new(kernel.Kernel)
	wild.Training.LearningRate = 1e30
	faults := []fault{
		{3, "panic: ", newEvaluator(t, broken, live.Limits{}, "pgd_acc")},
		{2, "training diverged: loss ", newEvaluator(t, newLab(t, wild), live.Limits{}, "pgd_acc")},
		{5, "the network needs about ", newEvaluator(t, l, live.Limits{Memory: 1000}, "pgd_acc")},
		{8, "not done after 1ns", newEvaluator(t, l, live.Limits{Time: 1}, "pgd_acc")},
	}
	e := faulty{good, map[space.Arch]objective.Evaluator{}}
	for _, f := range faults {
		i := slices.IndexFunc(want.Trials, func(t search.Trial) bool { return t.ID == f.trial })
		if want.Trials[i].Duplicate() {
			t.Fatalf("trial %d is a duplicate: choose another", f.trial)
		}
		e.instead[archs[i]] = f.e
	}
	for _, workers := range []int{1, 2} {
		got := study(t, e, l, "random", 10, workers)
		if got.Failed != len(faults) || got.Queries != 10 {
			t.Errorf("%d of %d queries failed, want %d of 10", got.Failed, got.Queries, len(faults))
		}
		var rest, whole []search.Trial
		for i, trial := range got.Trials {
			f := slices.IndexFunc(faults, func(f fault) bool { return f.trial == trial.ID })
			if f < 0 {
				rest, whole = append(rest, trial), append(whole, want.Trials[i])
				continue
			}
			if !strings.Contains(trial.Failure, faults[f].reason) {
				t.Errorf("trial %d failed because of %q, want %q", trial.ID, trial.Failure, faults[f].reason)
			}
		}
		if diff := sameHistory(whole, rest); diff != "" {
			t.Errorf("the other trials differ:\n%s", diff)
		}
	}
}

// Between the estimates of two sizes lies a limit that one keeps and the other does not.
func TestMemoryLimitFailsLargeNetworksOnly(t *testing.T) {
	l := newLab(t, quick(t))
	limit := (l.Spec(cell(t, small)).TrainingMemory(l.Training) + l.Spec(cell(t, large)).TrainingMemory(l.Training)) / 2
	e := newEvaluator(t, l, live.Limits{Memory: limit, Time: time.Hour}, "pgd_acc")
	evaluate(t, e, small)
	o, err := e.Evaluate(t.Context(), objective.Request{Arch: large, Fidelity: 1, Seed: 1})
	var full *live.MemoryError
	if !errors.As(err, &full) || full.Limit != limit || full.Need <= limit {
		t.Errorf("error %v, want a *MemoryError", err)
	}
	if r := record(t, o); r.Memory <= limit || r.Train != 0 {
		t.Errorf("record %+v, want the estimate and no training", r)
	}
}
