package strategies

import (
	"testing"

	"github.com/nassearch/nassearch/internal/sharedtest"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/searchtest"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// limited is bo whose hyper-parameters stay after few observations.
func limited(most int) search.Entry {
	entry := BayesianEntry()
	entry.New = func(p search.Problem, o search.Options) (search.Strategy, error) {
		s, err := newBayesian(p, o)
		if err == nil {
			switch s := s.(type) {
			case *Bayesian:
				s.model.mostFitted = most
			case *BayesianFront:
				for _, m := range s.models {
					m.mostFitted = most
				}
			}
		}
		return s, err
	}
	return entry
}

// Where hyper-parameters are no longer learnt, bo keeps the contract of all strategies.
func TestBayesianKeepsTheContractBeyondItsFits(t *testing.T) {
	searchtest.Run(t, "bo", limited(12), nil)
}

// BenchmarkBayesianLimit compares bo that learns hyper-parameters from all observations with bo that stops early: how
// many of the hundred best classes of the released table are among so many queries.
func BenchmarkBayesianLimit(b *testing.B) {
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
	for name, most := range map[string]int{"all": mostFitted, "200": 200} {
		b.Run(name, func(b *testing.B) {
			top, seed := 0, uint64(0)
			for b.Loop() {
				seed++
				s, err := search.New(search.Config{
					Space: sp, Evaluator: view,
					Registry: search.Registry{"bo": limited(most)}, Strategy: "bo", Seed: seed, Budget: 600,
				})
				if err != nil {
					b.Fatal(err)
				}
				r, err := s.Run(b.Context(), 1)
				if err != nil {
					b.Fatal(err)
				}
				for _, t := range r.Trials {
					if view.Rank(0, t.Values[0]) <= 100 {
						top++
					}
				}
			}
			b.ReportMetric(float64(top)/float64(b.N), "of-the-100-best")
		})
	}
}
