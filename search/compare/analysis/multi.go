package analysis

import (
	"github.com/nassearch/nassearch/internal/stats"
	"github.com/nassearch/nassearch/search/compare"
)

// surfaces are the shares of runs whose attainment is described.
var surfaces = []float64{.25, .5, .75}

// multi describes the fronts at the end of the runs.
func (a analysis) multi(s sample) (*Multi, error) {
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
		if err != nil {
			return nil, err
		}
		found, err := stats.FrontShare(a.problem.Costs(front), a.problem.Costs(a.problem.Front))
		if err != nil {
			return nil, err
		}
		igd, share = append(igd, distance), append(share, found)
	}
	var m Multi
	for _, d := range []struct {
		to *Distribution
		x  []float64
	}{{&m.IGD, igd}, {&m.FrontShare, share}, {&m.FrontSize, size}} {
		var err error
		if *d.to, err = a.distribution(d.x); err != nil {
			return nil, err
		}
	}
	if len(a.problem.Objective) != 2 || len(s.runs) == 0 {
		return &m, nil
	}
	for _, share := range surfaces {
		corners, err := stats.Attainment(costs, share)
		if err != nil {
			return nil, err
		}
		m.Attainment = append(m.Attainment, Surface{share, a.problem.Costs(corners)})
	}
	return &m, nil
}

// scaled returns the losses of points.
func scaled(p compare.Problem, points [][]float64) [][]float64 {
	out := make([][]float64, len(points))
	for i, v := range points {
		out[i] = p.Box().Losses(v)
	}
	return out
}
