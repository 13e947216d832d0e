package strategies

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
	"pgregory.net/rapid"
)

// However values come, many of them equal, a standing has the order that sorting all again after each has.
func TestStandingIsTheOrderOfSortingAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := search.Problem{}
		for i := range rapid.IntRange(1, 4).Draw(t, "metrics") {
			p.Metrics = append(p.Metrics, objective.Metric{Name: strconv.Itoa(i), Goal: objective.Direction(i % 2)})
		}
		value := rapid.OneOf(rapid.Map(rapid.IntRange(0, 3), func(n int) float64 { return float64(n) }), rapid.Float64Range(-1, 4))
		s := newStanding(p)
		var again []search.Trial
		for id := range rapid.IntRange(0, 40).Draw(t, "trials") {
			trial := search.Trial{ID: id, Arch: space.Arch(strconv.Itoa(id)), Of: -1}
			for range p.Metrics {
				trial.Values = append(trial.Values, value.Draw(t, "value"))
			}
			s.add(&contender{trial: trial, class: trial.Arch, costs: objective.Costs(p.Metrics, trial.Values)})
			again = bestFirst(p, append(again, trial))
			var got []search.Trial
			for c := range s.all {
				got = append(got, c.trial)
			}
			if diff := cmp.Diff(again, got); diff != "" || s.size() != len(got) {
				t.Fatalf("after %d:\n%s", id+1, diff)
			}
		}
	})
}

// BenchmarkASHA is what a trial takes of asha itself, an Ask and a Tell, behind so many others.
func BenchmarkASHA(b *testing.B) {
	cells, err := nasbench201.New(nasbench201.Benchmark(10, 32))
	if err != nil {
		b.Fatal(err)
	}
	for _, metrics := range []int{1, 2} {
		for _, n := range []int{100, 1_000, 10_000} {
			b.Run(fmt.Sprintf("%d metrics after %d trials", metrics, n), func(b *testing.B) {
				p := search.Problem{Space: cells.Each(), Fidelities: []float64{1. / 9, 1. / 3, 1}, Metrics: make([]objective.Metric, metrics)}
				s, _, err := All().New("asha", p, nil)
				if err != nil {
					b.Fatal(err)
				}
				r := rand.New(rand.NewPCG(1, 1))
				one := func(id int) {
					q, err := s.Ask(context.Background(), r, nil)
					if err != nil {
						b.Fatal(err)
					}
					t := search.Trial{ID: id, Arch: q.Arch, Fidelity: q.Fidelity, Of: -1}
					for range metrics {
						t.Values = append(t.Values, r.Float64())
					}
					s.Tell(t)
				}
				for id := range n {
					one(id)
				}
				const more = 100
				for b.Loop() {
					for id := range more {
						one(n + id)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*more), "ns/trial")
			})
		}
	}
}
