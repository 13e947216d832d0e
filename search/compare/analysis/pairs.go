package analysis

import (
	"math"
	"slices"

	"github.com/nassearch/nassearch/internal/stats"
	"github.com/nassearch/nassearch/search/compare"
)

// score rates a run, larger being better and NaN worst.
type score func(compare.Run) (float64, error)

// allPairs compares the strategies by their qualities at the checkpoints, by their areas, and by how soon they reached
// the optimum.
func (a analysis) allPairs(r *Result) (err error) {
	for _, at := range a.plan.Checkpoints {
		pairs, err := a.pairs(func(r compare.Run) (float64, error) {
			return -a.problem.Goal().Cost(r.At(a.plan.Axis, at)), nil
		})
		if err != nil {
			return err
		}
		r.Checkpoints = append(r.Checkpoints, PairsAt{at, pairs})
	}
	r.AreaPairs, err = a.pairs(func(r compare.Run) (float64, error) {
		area, err := a.area(r)
		return -area, err
	})
	if err != nil {
		return err
	}
	r.ReachPairs = []PairsWithin{}
	for _, within := range a.distances() {
		pairs, err := a.pairs(func(r compare.Run) (float64, error) {
			o, err := a.observation(r, within)
			if !o.Reached {
				return math.NaN(), err
			}
			return -o.At, err
		})
		if err != nil {
			return err
		}
		r.ReachPairs = append(r.ReachPairs, PairsWithin{within, pairs})
	}
	return nil
}

// pairs compares all pairs of strategies.
func (a analysis) pairs(by score) ([]Pair, error) {
	pairs := []Pair{}
	for i, s := range a.samples {
		for _, t := range a.samples[i+1:] {
			p, err := a.pair(s, t, by)
			if err != nil {
				return nil, err
			}
			pairs = append(pairs, p)
		}
	}
	for _, test := range []func(*Pair) *Test{
		func(p *Pair) *Test { return &p.Wilcoxon },
		func(p *Pair) *Test { return &p.MannWhitney },
	} {
		if err := correct(pairs, test); err != nil {
			return nil, err
		}
	}
	for i := range pairs {
		pairs[i].Better = a.better(pairs[i])
	}
	return pairs, nil
}

// correct adjusts the p-values of a test over all pairs that have one.
func correct(pairs []Pair, test func(*Pair) *Test) error {
	var p []float64
	var of []*Test
	for i := range pairs {
		if t := test(&pairs[i]); t.P.Known() {
			p, of = append(p, float64(t.P)), append(of, t)
		}
	}
	if len(p) == 0 {
		return nil
	}
	holm, err := stats.Holm(p)
	for i := range holm {
		of[i].Holm = compare.Number(holm[i])
	}
	return err
}

// better names the strategy that the paired test shows to be better: the one with the larger sum of ranks.
func (a analysis) better(p Pair) string {
	switch {
	case !(p.Wilcoxon.Holm <= compare.Number(1-a.plan.Confidence)):
		return ""
	case p.Effect > 0:
		return p.A
	default:
		return p.B
	}
}

// pair compares two strategies by the runs with seeds that both have.
func (a analysis) pair(s, t sample, by score) (Pair, error) {
	x, y, err := paired(s, t, by)
	none := Test{compare.Unknown(), compare.Unknown(), compare.Unknown()}
	p := Pair{
		A: s.strategy, B: t.strategy, N: len(x), Difference: nothing().Mean, Wilcoxon: none, MannWhitney: none,
		Effect: compare.Unknown(), A12: compare.Unknown(), Cliff: compare.Unknown(), Needed: 0, Detectable: compare.Unknown(),
	}
	if err != nil || len(x) == 0 {
		return p, err
	}
	if err := a.difference(&p, x, y); err != nil {
		return p, err
	}
	standIn(x, y)
	for i := range x {
		if x[i] != y[i] {
			p.Differ++
		}
	}
	w, err := stats.Wilcoxon(x, y, stats.SignedRank{})
	if err != nil {
		return p, err
	}
	p.Wilcoxon.Statistic, p.Wilcoxon.P = compare.Number(w.Statistic()), compare.Number(w.P)
	p.Effect = compare.Number(w.RankBiserial())
	m, err := stats.MannWhitney(x, y, stats.RankSum{})
	if err != nil {
		return p, err
	}
	p.MannWhitney.Statistic, p.MannWhitney.P = compare.Number(m.U), compare.Number(m.P)
	e, err := stats.EffectSize(x, y)
	if err != nil {
		return p, err
	}
	p.Cliff, p.A12 = compare.Number(e.Delta), compare.Number(e.A12())
	return p, nil
}

// paired returns the scores of the runs with common seeds.
func paired(s, t sample, by score) (x, y []float64, err error) {
	bySeed := map[uint64]compare.Run{}
	for _, r := range t.runs {
		bySeed[r.Seed] = r
	}
	for _, r := range s.runs {
		q, ok := bySeed[r.Seed]
		if !ok {
			continue
		}
		u, err := by(r)
		if err != nil {
			return nil, nil, err
		}
		v, err := by(q)
		if err != nil {
			return nil, nil, err
		}
		x, y = append(x, u), append(y, v)
	}
	return x, y, nil
}

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
	for _, list := range [][]float64{x, y} {
		for i, v := range list {
			if math.IsNaN(v) {
				list[i] = low - (high - low) - 1
			}
		}
	}
}

// difference describes x - y where both are known, and plans how many pairs would show it.
func (a analysis) difference(p *Pair, x, y []float64) error {
	var u, v []float64
	for i := range x {
		if !math.IsNaN(x[i]) && !math.IsNaN(y[i]) {
			u, v = append(u, x[i]), append(v, y[i])
		}
	}
	if len(u) == 0 {
		return nil
	}
	d, err := stats.Differences(u, v)
	if err != nil {
		return err
	}
	s, err := stats.Describe(d)
	if err != nil {
		return err
	}
	if p.Difference, err = a.estimate(d, s.Mean, stats.Mean); err != nil || s.StdDev == 0 {
		return err
	}
	k := len(a.samples)
	design := stats.PairedDesign{Alpha: (1 - a.plan.Confidence) / float64(k*(k-1)/2)} // the first step of Holm's
	if n, err := design.Pairs(s.Mean, s.StdDev); err == nil {                         // else there is none to show
		p.Needed = n
	}
	shown, err := design.Difference(len(d), s.StdDev)
	if !math.IsInf(shown, 0) {
		p.Detectable = compare.Number(shown)
	}
	return err
}
