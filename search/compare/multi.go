package compare

import "github.com/nassearch/nassearch/internal/stats"

// surfaces are the shares of runs whose attainment is described.
var surfaces = []float64{.25, .5, .75}

// Front returns the points that no other of the run dominates, best in the first metric first.
func (r Run) Front(p Problem) [][]float64 {
	var points [][]float64
	for _, s := range r.Steps {
		points = append(points, s.Values)
	}
	return p.front(points)
}

// multi describes the fronts at the end of the runs.
func (a analysis) multi(s sample) (*Multi, error) {
	var igd, share, size []float64
	var costs [][][]float64
	truth := a.problem.scaled(a.problem.Front)
	for _, r := range s.runs {
		front := r.Front(a.problem)
		costs = append(costs, a.problem.costs(front))
		size = append(size, float64(len(front)))
		if len(front) == 0 {
			continue
		}
		distance, err := stats.IGDPlus(a.problem.scaled(front), truth)
		if err != nil {
			return nil, err
		}
		found, err := stats.FrontShare(a.problem.costs(front), a.problem.costs(a.problem.Front))
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
		m.Attainment = append(m.Attainment, Surface{share, a.problem.costs(corners)})
	}
	return &m, nil
}

// scaled returns the losses of points.
func (p Problem) scaled(points [][]float64) [][]float64 {
	out := make([][]float64, len(points))
	for i, v := range points {
		out[i] = p.box().Losses(v)
	}
	return out
}
