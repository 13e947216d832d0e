package compare_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/compare/analysis"
	"github.com/nassearch/nassearch/search/report/comparison"
)

// A random search of all classes ends with the true front.
func TestSeveralMetricsAreMeasuredAgainstTheTrueFront(t *testing.T) {
	c := config()
	c.Tasks, c.Strategies = []compare.Task{task(2)}, c.Strategies[:1]
	c.Budget, c.Checkpoints = grid.Classes(), []float64{1}
	found := analyse(t, c, runs(t, c, ""))
	r := found.Results[0]
	s, p := r.Strategies[0], r.Problem
	if s.Multi.FrontShare.Min != 1 || s.Multi.IGD.Max != 0 || int(s.Multi.FrontSize.Mean.Value) != len(p.Front) {
		t.Errorf("%+v for a front of %d", s.Multi, len(p.Front))
	}
	if end := s.Checkpoints[1]; !near(end.Quality.Min, float64(p.Optimum)) || end.Regret.Max != 0 || end.Rank.N != 0 {
		t.Errorf("%+v, the true front has %v", end, p.Optimum)
	}
	if early := s.Checkpoints[0].Quality.Mean.Value; !(early < p.Optimum) {
		t.Errorf("hypervolume %v after one query", early)
	}
	for _, surface := range s.Multi.Attainment {
		if !cmp.Equal(surface.Points, p.Front) {
			t.Errorf("what %v of the runs attain is %v, the front %v", surface.Share, surface.Points, p.Front)
		}
	}
	if len(s.Multi.Attainment) != 3 || s.Reach[3].Share.Value != 1 {
		t.Errorf("%d surfaces, %v at the optimum", len(s.Multi.Attainment), s.Reach[3].Share.Value)
	}
}

func TestComparisonWithoutRunsKnowsNothing(t *testing.T) {
	c := config()
	found := analyse(t, c, nil)
	if s := found.Results[0].Strategies[0]; found.Complete || s.Runs != 0 || s.Checkpoints[0].Quality.Mean.Value.Known() {
		t.Errorf("%+v", s)
	}
	if _, err := json.Marshal(found); err != nil {
		t.Error(err)
	}
}

func TestComparisonSurvivesJSON(t *testing.T) {
	c := config()
	c.Runs = 2
	found := analyse(t, c, runs(t, c, ""))
	b, err := json.Marshal(found)
	if err != nil {
		t.Fatal(err)
	}
	var back analysis.Comparison
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(back)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(b), string(again)); diff != "" {
		t.Error(diff)
	}
}

// The same strategy under two names: equal runs on shared seeds, and no difference.
func TestStrategyComparedWithItselfIsTheSame(t *testing.T) {
	c := config()
	c.Strategies = []compare.Strategy{{Name: "x", Algorithm: "climb"}, {Name: "y", Algorithm: "climb"}}
	found := analyse(t, c, runs(t, c, ""))
	for _, at := range found.Results[0].Checkpoints {
		if p := at.Pairs[0]; p.Better != "" || p.Wilcoxon.P != 1 || p.Difference.Value != 0 {
			t.Errorf("%+v", p)
		}
	}
	got := found.Results[0].Conclusions
	if len(got) != 1 || got[0].Shown() || comparison.Sentence(found, got[0]) != "x and y came to the same in all 6 pairs of runs." {
		t.Errorf("%+v", got)
	}
}

// On seeds of their own, two names of one strategy differ by chance alone: in at most 7 of 100 comparisons.
func TestStrategyComparedWithItselfOnOtherSeedsShowsNoDifference(t *testing.T) {
	shown := 0
	for rep := range uint64(100) {
		c := config()
		c.Runs, c.Budget, c.Resamples = 20, 8, 10
		c.Strategies = []compare.Strategy{{Name: "x", Algorithm: "climb"}}
		c.Seed = 1000 * rep
		all := runs(t, c, "")
		c.Seed += 500
		for i, r := range runs(t, c, "") {
			r.Strategy, r.Seed = "y", all[i].Seed
			all = append(all, r)
		}
		c.Seed -= 500
		c.Strategies = append(c.Strategies, compare.Strategy{Name: "y", Algorithm: "climb"})
		found := analyse(t, c, all)
		if found.Results[0].Checkpoints[1].Pairs[0].Better != "" {
			shown++
		}
	}
	if shown > 7 {
		t.Errorf("a difference was shown in %d of 100 comparisons", shown)
	}
}
