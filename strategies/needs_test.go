package strategies

import (
	"testing"
	"time"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// All classes of NAS-Bench-201 stay within 4 GB, and what a search takes never falls with its budget.
func TestBayesianSaysWhatItNeeds(t *testing.T) {
	sp, err := nasbench201.New(nasbench201.Benchmark(10, 32))
	if err != nil {
		t.Fatal(err)
	}
	r := search.Registry{"bo": BayesianEntry()}
	s, _, err := r.New("bo", search.Problem{Space: sp, Metrics: []objective.Metric{{Name: "acc"}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var before search.Needs
	for queries := 100; queries <= sp.Classes(); queries += 100 {
		n := s.(search.Demanding).Needs(queries)
		if n.Memory < before.Memory || n.Time < before.Time {
			t.Errorf("%d queries: %+v after %+v", queries, n, before)
		}
		before = n
	}
	score := search.Score{Name: "s", Of: func(a space.Arch) (float64, bool) { return float64(len(a)), true }}
	s, _, err = r.New("bo", search.Problem{
		Space: sp, Metrics: []objective.Metric{{Name: "acc"}}, Scores: []search.Score{score},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if n := s.(search.Demanding).Needs(sp.Classes()); n.Memory <= before.Memory || n.Time <= before.Time {
		t.Errorf("with a score: %+v, without: %+v", n, before)
	}
	if before.Memory < 1<<30 || before.Memory > 4<<30 || before.Time < time.Minute {
		t.Errorf("all classes: %+v", before)
	}
}
