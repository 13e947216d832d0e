package strategies

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/nassearch/nassearch/internal/sharedtest"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// BenchmarkBayesianParts is a whole run of bo, 300 queries over all classes of the released pgd_acc table, with
// the shares of its parts: fitting hyper-parameters, keeping the posterior of all classes, and maximising the
// acquisition (which solves for the deviations that it needs).
func BenchmarkBayesianParts(b *testing.B) {
	sp, err := nasbench201.New(nasbench201.Benchmark(10, 32))
	if err != nil {
		b.Fatal(err)
	}
	tab, err := table.Open(sharedtest.Robustness(b), table.Options{Space: sp, Dataset: "cifar10"})
	if err != nil {
		b.Fatal(err)
	}
	view, err := tab.Select(b.Context(), []string{"pgd_acc"}, table.Settings{})
	if err != nil {
		b.Fatal(err)
	}
	parts := &timed{}
	entry := BayesianEntry()
	entry.New = func(p search.Problem, o search.Options) (search.Strategy, error) {
		s, err := newBayesian(p, o)
		if err == nil {
			bo := s.(*Bayesian)
			parts.candidates, bo.candidates = bo.candidates, parts
			s = toldTimed{bo, parts}
		}
		return s, err
	}
	seed := uint64(0)
	for b.Loop() {
		seed++
		s, err := search.New(search.Config{
			Space: sp, Evaluator: view,
			Registry: search.Registry{"bo": entry}, Strategy: "bo", Seed: seed, Budget: 300,
		})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := s.Run(context.Background(), 1); err != nil {
			b.Fatal(err)
		}
	}
	share := func(d time.Duration) float64 { return 100 * d.Seconds() / b.Elapsed().Seconds() }
	b.ReportMetric(share(parts.tell-parts.posterior), "%fit")
	b.ReportMetric(share(parts.posterior), "%posterior")
	b.ReportMetric(share(parts.acquisition), "%acquisition")
}

// timed is candidates with a stop-watch.
type timed struct {
	candidates
	tell, posterior, acquisition time.Duration
}

func (t *timed) condition() { defer add(&t.posterior, time.Now()); t.candidates.condition() }
func (t *timed) extend()    { defer add(&t.posterior, time.Now()); t.candidates.extend() }
func (t *timed) best(r *rand.Rand, s score, fresh func(space.Arch) bool) (space.Arch, bool) {
	defer add(&t.acquisition, time.Now())
	return t.candidates.best(r, s, fresh)
}

func add(d *time.Duration, start time.Time) { *d += time.Since(start) }

// toldTimed measures Tell, which fits and conditions.
type toldTimed struct {
	search.Strategy
	parts *timed
}

func (t toldTimed) Tell(trial search.Trial) {
	defer add(&t.parts.tell, time.Now())
	t.Strategy.Tell(trial)
}
