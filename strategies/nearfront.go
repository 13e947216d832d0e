package strategies

import (
	"slices"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
)

// searchedWidely is how many observations there are when half of the proposals of [BayesianFront] are neighbours of the
// front.
const searchedWidely = 100

// nearFront narrows fresh to neighbours of what is not dominated by anything that is known, or believed of what is
// pending. It leaves fresh as it is where all of them are known, where the space has no neighbours, and where it cannot
// be listed: there candidates are mutants anyway.
func (b *BayesianFront) nearFront(
	of []projection, pending []search.Proposal, fresh func(space.Arch) bool,
) func(space.Arch) bool {
	s, ok := b.problem.Space.(space.Neighborer)
	if !ok || b.classes == nil {
		return fresh
	}
	archs := slices.Clone(b.archs)
	for _, p := range pending {
		archs = append(archs, p.Arch)
	}
	costs := make([][]float64, len(archs))
	for i := range costs {
		for _, p := range of {
			costs[i] = append(costs[i], -p.values[i])
		}
	}
	near := map[space.Arch]bool{}
	for _, i := range objective.NonDominated(costs) {
		for _, a := range s.Neighbors(archs[i]) {
			if class := b.problem.Class(a); fresh(class) {
				near[class] = true
			}
		}
	}
	if len(near) == 0 {
		return fresh
	}
	return func(class space.Arch) bool { return near[class] }
}
