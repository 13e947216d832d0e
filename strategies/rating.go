package strategies

import (
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
)

// rating orders trials with several metrics among their like.
type rating struct {
	front    int
	crowding float64
}

// better says whether a is on an earlier front than b or, on the same, less crowded.
func (a rating) better(b rating) bool {
	return a.front < b.front || a.front == b.front && a.crowding > b.crowding
}

// ratings rate trials that have values among each other.
func ratings(p search.Problem, trials []search.Trial) []rating {
	points := costs(p, trials)
	fronts := objective.Ranks(points)
	all := make([]rating, len(trials))
	for i, crowding := range objective.Crowding(points, fronts) {
		all[i] = rating{fronts[i], crowding}
	}
	return all
}

// costs are those of trials that have values.
func costs(p search.Problem, trials []search.Trial) [][]float64 {
	points := make([][]float64, len(trials))
	for i, t := range trials {
		points[i] = objective.Costs(p.Metrics, t.Values)
	}
	return points
}
