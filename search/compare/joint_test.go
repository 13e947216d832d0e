package compare_test

import (
	"math"
	"slices"
	"testing"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search/compare"
)

// Where nobody knows the true front, runs are compared in the box of all runs: the strategy whose runs found all of the
// joint front has its whole hypervolume, and the volumes of a run's steps never fall.
func TestSeveralMetricsWithoutALandscapeAreComparedInTheJointBox(t *testing.T) {
	c := config()
	c.Tasks = []compare.Task{task(3)}
	c.Tasks[0].Known, c.Strategies = nil, c.Strategies[:1]
	all := runs(t, c, "")
	found := analyse(t, c, all)
	p := found.Results[0].Problem
	if !p.Joint || p.Optimum.Known() || len(p.Front) == 0 || !experiment(t, c).Plan().Problems[0].Joint {
		t.Fatalf("%+v", p)
	}
	var points [][]float64
	for _, r := range all {
		for _, s := range r.Steps {
			points = append(points, s.Values)
		}
	}
	for _, v := range points {
		dominated := func(f []float64) bool {
			return objective.Attains(objective.Costs(p.Objective, f), objective.Costs(p.Objective, v))
		}
		if !slices.ContainsFunc(p.Front, dominated) {
			t.Errorf("nothing on the joint front attains %v", v)
		}
		for i, loss := range p.Box().Losses(v) {
			if !(loss >= 0 && loss <= 1) {
				t.Errorf("%v is outside of the box in metric %d", v, i)
			}
		}
	}
	whole, err := p.Box().Hypervolume(t.Context(), p.Front)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range found.Results[0].Runs {
		last := 0.
		for _, s := range r.Steps {
			if !(s.Quality >= last && s.Quality <= whole.Value+1e-12) {
				t.Errorf("seed %d: volume %v after %v, of %v", r.Seed, s.Quality, last, whole)
			}
			last = s.Quality
		}
	}
	if m := found.Results[0].Strategies[0].Multi; !(m.IGD.Mean.Value >= 0) || !(m.FrontShare.Max > 0) {
		t.Errorf("%+v", m)
	}
	if s := all[0].Steps; len(s) == 0 || s[0].Quality != 0 {
		t.Errorf("analysing changed the runs: %+v", s)
	}
}

// Runs of several metrics of which none has a value have empty fronts, of volume 0.
func TestSeveralMetricsWithoutAnyValue(t *testing.T) {
	c := config()
	c.Tasks = []compare.Task{task(2)}
	c.Tasks[0].Known, c.Strategies = nil, c.Strategies[:1]
	all := runs(t, c, "")
	for i := range all {
		all[i].Steps = nil
	}
	s := analyse(t, c, all).Results[0].Strategies[0]
	if s.Valueless != c.Runs || s.End().Quality.Mean.Value != 0 || !math.IsNaN(float64(s.Multi.IGD.Mean.Value)) {
		t.Errorf("%+v", s)
	}
}

// Who reads a folder is told that the runs of several metrics are without hypervolumes where nobody knows their box.
func TestFolderTellsThatNobodyKnowsTheBox(t *testing.T) {
	for joint, task := range map[bool]compare.Task{true: task(2), false: task(2)} {
		c, dir := config(), t.TempDir()
		if c.Tasks, c.Strategies = []compare.Task{task}, c.Strategies[:1]; joint {
			c.Tasks[0].Known = nil
		}
		runs(t, c, dir)
		if r, _, err := compare.Follow(dir).Next(); err != nil || r.Problems[0].Joint != joint {
			t.Errorf("joint: %v, want %v, %v", r.Problems[0].Joint, joint, err)
		}
	}
	dir := t.TempDir()
	runs(t, config(), dir)
	if r, _, err := compare.Follow(dir).Next(); err != nil || r.Problems[0].Joint {
		t.Errorf("one metric is %v, %v", r.Problems[0].Joint, err)
	}
}
