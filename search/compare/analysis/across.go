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
		rows = append(rows, standings(r))
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
// to be large is turned. A strategy without any value is last.
func standings(r Result) []float64 {
	var row []float64
	for _, s := range r.Strategies {
		cost := r.Problem.Goal().Cost(float64(s.End().Quality.Mean.Value))
		if math.IsNaN(cost) {
			cost = math.Inf(1)
		}
		row = append(row, math.Round(cost*1e12)/1e12)
	}
	return row
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
