package kept

import (
	"fmt"
	"slices"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/live/census"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// study reads the file of a study.
func study(path string) func(*Kept) (bool, error) {
	f := search.Follow(path)
	return func(k *Kept) (bool, error) {
		r, changed, err := f.Next()
		if !changed {
			return false, k.Err
		}
		k.Version, k.Done, k.Failed, k.Result = r.Version, r.Queries, r.Failed, r.Result
		k.Clock = 0
		for _, t := range r.Trials {
			k.Clock = max(k.Clock, t.End)
		}
		k.cut = r.Unfinished > 0 || r.Missing > 0
		k.Space = Cells(r.Study.Space)
		if err == nil {
			err = valid(k.Space, r.Trials)
		}
		return true, err
	}
}

// cells is the name of the space of all classes.
const cells = "nasbench201"

// Cells is NAS-Bench-201 by the name that a study has of it; nil for another space, which the program does not know.
func Cells(name string) space.Space {
	all, err := nasbench201.New(nasbench201.Benchmark(10, 32))
	switch {
	case err != nil:
		return nil
	case name == all.Name():
		return all
	case name == all.Each().Name():
		return all.Each()
	}
	return nil
}

// valid returns an error for a trial that is none of the space.
func valid(sp space.Space, trials []search.Trial) error {
	if sp == nil {
		return nil
	}
	for _, t := range trials {
		if err := sp.Validate(t.Arch); err != nil {
			return fmt.Errorf("trial %d: %w", t.ID, err)
		}
	}
	return nil
}

// compared reads the file of a comparison.
func compared(path string) func(*Kept) (bool, error) {
	f := compare.Follow(path)
	return func(k *Kept) (bool, error) {
		r, changed, err := f.Next()
		k.Underway = f.Underway
		if !changed {
			return false, k.Err
		}
		k.Version, k.Done, k.Failed, k.Compare, k.cut = r.Version, len(r.Runs), 0, &r, r.Unfinished > 0
		for _, run := range r.Runs {
			if run.Failure != "" {
				k.Failed++
			}
		}
		return true, err
	}
}

// censused reads the file of a census.
func censused(path string) func(*Kept) (bool, error) {
	f := census.Follow(path)
	return func(k *Kept) (bool, error) {
		r, changed, err := f.Next()
		if !changed {
			return false, k.Err
		}
		k.Version, k.Done, k.Name, k.Result = r.Version, len(r.Records), r.Name, measured(r)
		k.Failed, k.Space = k.Result.Failed, Cells(cells)
		k.whole, k.cut = nasbench201.Classes*len(r.Seeds), r.Unfinished > 0
		return true, search.LogError(err)
	}
}

// usual is the attack that a census is told by, if it has it.
const usual = "pgd"

// measured tells a census as a study: clean accuracy and, if there is one, that under the usual attack, else the first,
// at the size that is meant where none is named.
func measured(r census.Recorded) search.Result {
	clean := objective.Metric{Name: "clean_acc", Goal: objective.Maximize}
	d := search.Description{Space: cells, Objective: []objective.Metric{clean}, Strategy: "census", Window: 1}
	attack, eps := -1, 0
	for i, a := range r.Protocol.Attacks {
		if len(a.Eps) > 0 && (attack < 0 || a.Name == usual) {
			attack, eps = i, max(0, slices.Index(a.Eps, r.Protocol.Eps))
		}
	}
	if attack >= 0 {
		a := r.Protocol.Attacks[attack]
		d.Objective = append(d.Objective, objective.Metric{
			Name: a.Name + "_acc", Goal: objective.Maximize, Setting: objective.At(a.Eps[eps]),
		})
	}
	out := search.Result{Study: d}
	for i, one := range r.Records {
		t := search.Trial{ID: i, Fidelity: 1, Of: -1, Failure: one.Failed}
		if c, err := nasbench201.FromIndex(one.Cell); err == nil { // as the log has checked
			t.Arch = c.Arch()
		}
		switch {
		case t.Failed():
			t.Cause = objective.OtherCause
			out.Failed++
		case attack < 0:
			t.Values = []float64{one.Clean[0]}
		default:
			t.Values = []float64{one.Clean[0], one.Under[attack][eps][0]}
		}
		out.Trials = append(out.Trials, t)
	}
	out.Queries = len(out.Trials)
	return out
}
