package predictors

import (
	"cmp"
	"math"
	"slices"

	"github.com/nassearch/nassearch/internal/stats"
)

// means are those over the targets that count.
func means(rows []row, o Options) ([]Mean, error) {
	var params *row
	for i := range rows {
		if rows[i].measure.Name == Params {
			params = &rows[i]
		}
	}
	var all []Mean
	for _, r := range rows {
		m := Mean{Measure: r.measure, Targets: r.all.n}
		var err error
		if m.All, err = r.all.mean(o.Confidence); err != nil {
			return nil, err
		}
		if m.Best, err = r.best.mean(o.Confidence); err != nil {
			return nil, err
		}
		if params != nil && r.measure.Name != Params && params.all.n > 0 && r.all.n == params.all.n {
			if m.More, err = r.all.farther(params.all, o.Confidence); err != nil {
				return nil, err
			}
		}
		all = append(all, m)
	}
	slices.SortStableFunc(all, func(a, b Mean) int { return -cmp.Compare(a.size(), b.size()) })
	return all, nil
}

// size is how far the mean is from 0; less than any if there is none.
func (m Mean) size() float64 {
	if m.All == nil {
		return -1
	}
	return math.Abs(m.All.Value)
}

// mean is that of the correlations, nil if there are none.
func (f influence) mean(confidence float64) (*Coefficient, error) {
	if f.n == 0 {
		return nil, nil
	}
	value := f.value / float64(f.n)
	half, err := f.half(1, influence{}, 0, confidence)
	return &Coefficient{value, max(value-half, -1), min(value+half, 1)}, err
}

// farther is by how much the mean is farther from 0 than another.
func (f influence) farther(other influence, confidence float64) (*Coefficient, error) {
	mine, its := f.value/float64(f.n), other.value/float64(other.n)
	sign := math.Copysign(1, mine)
	half, err := f.half(sign, other, -math.Copysign(1, its), confidence)
	value := math.Abs(mine) - math.Abs(its)
	return &Coefficient{value, max(value-half, -1), min(value+half, 1)}, err
}

// half is half the width of the interval of a sum of two means with signs, by the influence of every class. Where that
// knows no error it is as wide as if both erred together, each as the intervals of its correlations say.
func (f influence) half(sign float64, other influence, its, confidence float64) (float64, error) {
	if f.sure || other.sure {
		wide := f.width / float64(f.n) / 2
		if other.n > 0 {
			wide += other.width / float64(other.n) / 2
		}
		return wide, nil
	}
	squares := 0.0
	for i, v := range f.sum {
		v *= sign / float64(f.n)
		if other.n > 0 {
			v += its * other.sum[i] / float64(other.n)
		}
		squares += v * v
	}
	return stats.HalfWidth(math.Sqrt(squares), confidence)
}
