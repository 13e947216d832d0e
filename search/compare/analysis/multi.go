package analysis

import (
	"math"

	"github.com/nassearch/nassearch/internal/stats"
	"github.com/nassearch/nassearch/search/compare"
)

// surfaces are the shares of runs whose attainment is described.
var surfaces = []float64{.25, .5, .75}

// multi describes the fronts at the end of the runs.
func (a *analysis) multi(s sample) *Multi {
	var igd, share, size []float64
	var costs [][][]float64
	truth := scaled(a.problem, a.problem.Front)
	for _, r := range s.runs {
		front := r.Front(a.problem)
		costs = append(costs, a.problem.Costs(front))
		size = append(size, float64(len(front)))
		if len(front) == 0 {
			continue
		}
		distance, err := stats.IGDPlus(scaled(a.problem, front), truth)
		a.keep(err)
		found, err := stats.FrontShare(a.problem.Costs(front), a.problem.Costs(a.problem.Front))
		a.keep(err)
		igd, share = append(igd, distance), append(share, found)
	}
	m := &Multi{
		Volume: a.distribution(s.known(a.volume)), IGD: a.distribution(igd), FrontShare: a.distribution(share),
		FrontSize: a.distribution(size),
	}
	if len(a.problem.Objective) != 2 || len(s.runs) == 0 {
		return m
	}
	for _, share := range surfaces {
		corners, err := stats.Attainment(costs, share)
		a.keep(err)
		m.Attainment = append(m.Attainment, Surface{share, a.problem.Costs(corners)})
	}
	return m
}

// volume is the share of the true front's hypervolume that a run has at its end, NaN if there is none of that.
func (a *analysis) volume(r compare.Run) float64 {
	if !(a.problem.Optimum > 0) {
		return math.NaN()
	}
	return min(a.end(r)/float64(a.problem.Optimum), 1) // estimates of both may err
}

// scaled returns the losses of points.
func scaled(p compare.Problem, points [][]float64) [][]float64 {
	out := make([][]float64, len(points))
	for i, v := range points {
		out[i] = p.Box().Losses(v)
	}
	return out
}
