package strategies

import (
	"math"
	"slices"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
)

// rung is a fidelity at which architectures are compared before the best of them are trained for longer.
type rung struct {
	fidelity float64
	level    int // its place among 1, 1/eta, 1/eta^2 and so on; 0 is that of the full training
}

// rungOptions are those that strategies have which begin with short trainings.
func rungOptions() []search.Option {
	return []search.Option{
		search.IntOption("eta", 3, 2, 1000, "one of so many goes on to a training that is so many times as long"),
		search.FloatOption("min_fidelity", 0, 0, 1, "shortest training that is asked for, as a share of the full one; "+
			"0: the shortest there is"),
	}
}

// rungs returns those fidelities of a problem that are nearest to 1/eta^k, one for each k that has any, the shortest
// training first; the last is the full one. Where there is no other it is the only one.
func rungs(p search.Problem, o search.Options) []rung {
	eta, least := float64(o.Int("eta")), o.Float("min_fidelity")
	all := []rung{{1, 0}}
	off := []float64{0} // of each, how far it is from its level
	for _, f := range slices.Backward(p.Fidelities) {
		at := -math.Log(f) / math.Log(eta)
		level := int(math.Round(at))
		away := math.Abs(at - float64(level))
		last := len(all) - 1
		switch {
		case f < least && !objective.SameFidelity(f, least):
		case level > all[last].level:
			all, off = append(all, rung{f, level}), append(off, away)
		case level > 0 && away < off[last]:
			all[last].fidelity, off[last] = f, away
		}
	}
	slices.Reverse(all)
	return all
}

// reduced is the share of a size that is left some levels higher.
func reduced(size, eta, levels int) int {
	for range levels {
		size /= eta
	}
	return size
}

// enlarged is a size times eta for each of some levels, or a size that no search comes to.
func enlarged(size, eta, levels int) int {
	const most = 1 << 30
	for range levels {
		if size > most/eta {
			return most
		}
		size *= eta
	}
	return size
}

// bestFirst returns the trials that have values, the best first. Those of several metrics are ordered by non-dominated
// fronts, and on one front the less crowded is first. Of equal ones the first is the first.
func bestFirst(p search.Problem, trials []search.Trial) []search.Trial {
	best := slices.DeleteFunc(slices.Clone(trials), search.Trial.Failed)
	if goal := p.Metrics[0].Goal; len(p.Metrics) == 1 {
		slices.SortStableFunc(best, func(a, b search.Trial) int { return goal.Compare(a.Values[0], b.Values[0]) })
		return best
	}
	points := make([][]float64, len(best))
	for i, t := range best {
		points[i] = objective.Costs(p.Metrics, t.Values)
	}
	sorted := make([]search.Trial, len(best))
	for i, at := range objective.BestFirst(points) {
		sorted[i] = best[at]
	}
	return sorted
}

// asked are requests: a class may be asked for at every fidelity.
type asked map[request]bool

type request struct {
	class    space.Arch
	fidelity float64
}

// among says which classes are not among those that are asked for at a fidelity, or pending.
func (a asked) among(p search.Problem, pending []search.Proposal, fidelity float64) (fresh func(space.Arch) bool) {
	waits := map[space.Arch]bool{}
	for _, q := range pending {
		if q.Fidelity == fidelity {
			waits[p.Class(q.Arch)] = true
		}
	}
	return func(class space.Arch) bool { return !waits[class] && !a[request{class, fidelity}] }
}
