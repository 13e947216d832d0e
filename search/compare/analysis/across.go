package analysis

import (
	"math"

	"github.com/nassearch/nassearch/internal/stats"
	"github.com/nassearch/nassearch/search/compare"
)

// across compares strategies over several problems by the ranks of their mean qualities at the end; nil for fewer
// than two problems or strategies.
func across(p compare.Plan, results []Result) (*Across, error) {
	if len(results) < 2 || len(p.Strategies) < 2 {
		return nil, nil
	}
	a := &Across{Problems: len(results), Groups: [][]string{}}
	for _, s := range p.Strategies {
		a.Strategies = append(a.Strategies, s.Name)
	}
	var rows [][]float64
	for _, r := range results {
		rows = append(rows, standings(p, r))
	}
	f, err := stats.Friedman(rows)
	if err != nil {
		return nil, err
	}
	a.Friedman = Test{compare.Number(f.ChiSquare), compare.Number(f.P), compare.Number(f.P)}
	a.ImanDavenport = Test{compare.Number(f.F), compare.Number(f.FP), compare.Number(f.FP)}
	if math.IsInf(f.F, 0) {
		a.ImanDavenport.Statistic = compare.Unknown()
	}
	a.MeanRanks = numbers(f.MeanRanks)
	nemenyi, err := stats.Nemenyi(f.MeanRanks, f.Problems)
	if err != nil {
		return nil, err
	}
	for _, row := range nemenyi {
		a.Nemenyi = append(a.Nemenyi, numbers(row))
	}
	cd, err := stats.CriticalDifference(len(f.MeanRanks), f.Problems, 1-p.Confidence)
	if err != nil {
		return nil, err
	}
	a.Critical = compare.Number(cd)
	cliques, err := stats.Cliques(f.MeanRanks, cd)
	for _, c := range cliques {
		var names []string
		for _, i := range c {
			names = append(names, a.Strategies[i])
		}
		a.Groups = append(a.Groups, names)
	}
	a.Conclusions = a.conclusions(p)
	return a, err
}

func numbers(list []float64) (all []compare.Number) {
	for _, v := range list {
		all = append(all, compare.Number(v))
	}
	return all
}

// standings are the mean regrets of the strategies at the end, smaller being better: the sign of qualities that are
// to be large is turned. Where these are not of the same runs, they are the mean ranks of the runs with one seed, over
// the seeds that all have; a run without a value is last.
func standings(p compare.Plan, r Result) []float64 {
	row := make([]float64, len(r.Strategies))
	even := r.Even()
	for i, s := range r.Strategies {
		row[i] = math.Inf(1) // without runs
		if mean := s.End().Quality.Mean.Value; mean.Known() {
			row[i] = r.Problem.Goal().Cost(float64(mean))
		}
		even = even && s.End().Quality.N == s.Runs
	}
	if even {
		return rounded(row)
	}
	return sumOfRanks(p, r)
}

// rounded makes numbers the same that differ by rounding alone.
func rounded(row []float64) []float64 {
	largest := 0.0
	for _, v := range row {
		if !math.IsInf(v, 0) {
			largest = max(largest, math.Abs(v))
		}
	}
	for i, v := range row {
		if !math.IsInf(v, 0) {
			row[i] = stats.Round(v, largest)
		}
	}
	return row
}

// sumOfRanks compares the runs seed by seed: it sums the ranks of the runs over the seeds that all strategies have.
func sumOfRanks(p compare.Plan, r Result) []float64 {
	bySeed := map[uint64][]float64{}
	for _, s := range r.Strategies {
		for _, run := range newSample(r.Problem, s.Strategy, r.Runs).runs {
			cost := r.Problem.Goal().Cost(r.Problem.At(run, p.Axis, p.End()))
			if math.IsNaN(cost) {
				cost = math.Inf(1)
			}
			bySeed[run.Seed] = append(bySeed[run.Seed], cost)
		}
	}
	total := make([]float64, len(r.Strategies))
	for _, costs := range bySeed {
		if len(costs) < len(r.Strategies) {
			continue
		}
		for i, rank := range stats.Ranks(costs) {
			total[i] += rank // in any order: sums of halves are exact
		}
	}
	return total
}

// conclusions says what follows from the ranks. Both tests must agree: of few problems Friedman's is too careful, and
// Iman and Davenport's too bold.
func (a *Across) conclusions(p compare.Plan) []Conclusion {
	alpha := compare.Number(1 - p.Confidence)
	if !(a.ImanDavenport.P <= alpha && a.Friedman.P <= alpha) {
		return []Conclusion{{Kind: Alike}}
	}
	all := []Conclusion{{Kind: Differ}}
	for i, s := range a.Strategies {
		for j, t := range a.Strategies {
			if a.MeanRanks[i] < a.MeanRanks[j] && a.Nemenyi[i][j] <= alpha {
				all = append(all, Conclusion{Kind: BetterRanks, Strategy: s, Other: t, P: a.Nemenyi[i][j]})
			}
		}
	}
	if len(all) == 1 {
		all = append(all, Conclusion{Kind: NoneApart})
	}
	return all
}
