package analysis

import (
	"cmp"
	"math"
	"slices"

	"github.com/nassearch/nassearch/internal/stats"
	"github.com/nassearch/nassearch/search/compare"
)

// allPairs compares the strategies by their qualities at the checkpoints, by their areas, and by how soon they reached
// the optimum.
func (a *analysis) allPairs(r *Result) {
	for _, at := range a.plan.Checkpoints {
		quality := func(r compare.Run) float64 { return -a.problem.Goal().Cost(a.at(r, at)) }
		r.Checkpoints = append(r.Checkpoints, PairsAt{at, a.pairs(quality)})
	}
	r.AreaPairs = a.pairs(func(r compare.Run) float64 { return -a.area(r) })
	r.ReachPairs = []PairsWithin{}
	for _, goal := range a.goals() {
		soon := func(r compare.Run) float64 {
			if o := a.observation(r, goal.Within); o.Reached {
				return -o.At
			}
			return math.NaN()
		}
		r.ReachPairs = append(r.ReachPairs, PairsWithin{goal, a.pairs(soon)})
	}
}

// pairs compares all pairs of strategies by a score of their runs, larger being better and NaN worst: by the runs with
// seeds that both have.
func (a *analysis) pairs(score func(compare.Run) float64) []Pair {
	scores := make([]map[uint64]float64, len(a.samples)) // by seed
	for i, s := range a.samples {
		scores[i] = map[uint64]float64{}
		for _, r := range s.runs {
			scores[i][r.Seed] = score(r)
		}
	}
	pairs := []Pair{}
	for i, s := range a.samples {
		for j := i + 1; j < len(a.samples); j++ {
			var x, y []float64
			for _, r := range s.runs {
				if v, ok := scores[j][r.Seed]; ok {
					x, y = append(x, scores[i][r.Seed]), append(y, v)
				}
			}
			p := a.pair(x, y)
			p.A, p.B = s.strategy, a.samples[j].strategy
			pairs = append(pairs, p)
		}
	}
	a.correct(pairs, func(p *Pair) *Test { return &p.Wilcoxon })
	a.correct(pairs, func(p *Pair) *Test { return &p.MannWhitney })
	for i := range pairs {
		pairs[i].Better = a.better(pairs[i])
	}
	return pairs
}

// correct adjusts the p-values of a test over all pairs that have one.
func (a *analysis) correct(pairs []Pair, test func(*Pair) *Test) {
	var p []float64
	var of []*Test
	for i := range pairs {
		if t := test(&pairs[i]); t.P.Known() {
			p, of = append(p, float64(t.P)), append(of, t)
		}
	}
	if len(p) == 0 {
		return
	}
	holm, err := stats.Holm(p)
	a.keep(err)
	for i := range holm {
		of[i].Holm = compare.Number(holm[i])
	}
}

// better names the strategy that the paired test shows to be better: the one with the larger sum of ranks.
func (a *analysis) better(p Pair) string {
	switch {
	case !(p.Wilcoxon.Holm <= compare.Number(1-a.plan.Confidence)):
		return ""
	case p.Effect > 0:
		return p.A
	default:
		return p.B
	}
}

// pair compares two strategies by the scores of paired runs.
func (a *analysis) pair(x, y []float64) Pair {
	none := Test{compare.Unknown(), compare.Unknown(), compare.Unknown()}
	p := Pair{
		N: len(x), Difference: unknown(), Wilcoxon: none, MannWhitney: none,
		Effect: compare.Unknown(), A12: compare.Unknown(), Cliff: compare.Unknown(), Detectable: compare.Unknown(),
	}
	if len(x) == 0 {
		return p
	}
	a.difference(&p, x, y)
	standIn(x, y)
	for i := range x {
		if x[i] != y[i] {
			p.Differ++
		}
	}
	w, err := stats.Wilcoxon(x, y, stats.SignedRank{})
	a.keep(err)
	p.Wilcoxon.Statistic, p.Wilcoxon.P = compare.Number(w.Statistic()), compare.Number(w.P)
	p.Effect = compare.Number(w.RankBiserial())
	m, err := stats.MannWhitney(x, y, stats.RankSum{})
	a.keep(err)
	p.MannWhitney.Statistic, p.MannWhitney.P = compare.Number(m.U), compare.Number(m.P)
	e, err := stats.EffectSize(x, y)
	a.keep(err)
	p.Cliff, p.A12 = compare.Number(e.Delta), compare.Number(e.A12())
	return p
}

// beyond says whether a difference is beyond all numbers.
func beyond(v float64) bool { return math.IsInf(v, 0) }

// standIn gives runs without a value one that is worse than all others.
func standIn(x, y []float64) {
	low, high := math.Inf(1), math.Inf(-1)
	for _, v := range slices.Concat(x, y) {
		if !math.IsNaN(v) {
			low, high = min(low, v), max(high, v)
		}
	}
	if low > high { // no run has a value
		low, high = 0, 0
	}
	shrink := 1. // which no test by ranks notices
	if max(high, -low) > math.MaxFloat64/8 {
		shrink = 1. / 8
	}
	low, high = shrink*low, shrink*high
	step := cmp.Or(max(high, -low), 1) // of the size of the values, beside which it is neither lost nor all that counts
	for _, list := range [][]float64{x, y} {
		for i, v := range list {
			list[i] = shrink * v
			if math.IsNaN(v) {
				list[i] = low - (high - low) - step
			}
		}
	}
}

// difference describes x - y where both are known, and plans how many pairs would show it.
func (a *analysis) difference(p *Pair, x, y []float64) {
	var u, v []float64
	for i := range x {
		if !math.IsNaN(x[i]) && !math.IsNaN(y[i]) {
			u, v = append(u, x[i]), append(v, y[i])
		}
	}
	if len(u) == 0 {
		return
	}
	d, err := stats.Differences(u, v)
	a.keep(err)
	if slices.ContainsFunc(d, beyond) {
		return
	}
	s, err := stats.Describe(d)
	a.keep(err)
	p.Difference = a.estimate(d, s.Mean, stats.Mean)
	if a.err != nil || s.StdDev == 0 || beyond(s.StdDev) {
		return
	}
	k := len(a.samples)
	design := stats.PairedDesign{Alpha: (1 - a.plan.Confidence) / float64(k*(k-1)/2)} // the first step of Holm's
	if n, err := design.Pairs(s.Mean, s.StdDev); err == nil {                         // else there is none to show
		p.Needed = n
	}
	shown, err := design.Difference(len(d), s.StdDev)
	a.keep(err)
	if !math.IsInf(shown, 0) {
		p.Detectable = compare.Number(shown)
	}
}
