package compare

import (
	"fmt"
	"math"

	"github.com/nassearch/nassearch/internal/stats"
)

// across compares strategies over several problems by the ranks of their mean qualities at the end; nil for fewer
// than two problems or strategies.
func across(p Plan, results []Result) (*Across, error) {
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
	a.Friedman = Test{Number(f.ChiSquare), Number(f.P), Number(f.P)}
	a.ImanDavenport = Test{Number(f.F), Number(f.FP), Number(f.FP)}
	if math.IsInf(f.F, 0) {
		a.ImanDavenport.Statistic = Unknown()
	}
	for _, rank := range f.MeanRanks {
		a.MeanRanks = append(a.MeanRanks, Number(rank))
	}
	nemenyi, err := stats.Nemenyi(f.MeanRanks, f.Problems)
	if err != nil {
		return nil, err
	}
	for _, row := range nemenyi {
		var ps []Number
		for _, v := range row {
			ps = append(ps, Number(v))
		}
		a.Nemenyi = append(a.Nemenyi, ps)
	}
	cd, err := stats.CriticalDifference(len(f.MeanRanks), f.Problems, 1-p.Confidence)
	if err != nil {
		return nil, err
	}
	a.Critical = Number(cd)
	cliques, err := stats.Cliques(f.MeanRanks, cd)
	for _, c := range cliques {
		var names []string
		for _, i := range c {
			names = append(names, a.Strategies[i])
		}
		a.Groups = append(a.Groups, names)
	}
	a.Conclusions = a.conclude(p)
	return a, err
}

// standings are the mean regrets of the strategies at the end, smaller being better: the sign of qualities that are
// to be large is turned. A strategy without any value is last.
func standings(r Result) []float64 {
	var row []float64
	for _, s := range r.Strategies {
		cost := r.Problem.Goal().Cost(float64(s.Checkpoints[len(s.Checkpoints)-1].Quality.Mean.Value))
		if math.IsNaN(cost) {
			cost = math.Inf(1)
		}
		row = append(row, math.Round(cost*1e12)/1e12)
	}
	return row
}

// conclude says what follows from the ranks. Both tests must agree: of few problems Friedman's is too careful, and Iman and
// Davenport's too bold.
func (a *Across) conclude(p Plan) []Conclusion {
	tests := fmt.Sprintf("(Friedman p %s, Iman-Davenport p %s)", probability(a.Friedman.P), probability(a.ImanDavenport.P))
	if alpha := Number(1 - p.Confidence); !(a.ImanDavenport.P <= alpha && a.Friedman.P <= alpha) {
		return []Conclusion{{Text: fmt.Sprintf("Over the %d problems together no difference between the strategies is shown %s. More runs do not change that: it takes more problems.", a.Problems, tests)}}
	}
	all := []Conclusion{shown("Over the %d problems the strategies differ %s.", a.Problems, tests)}
	some := false
	for i, s := range a.Strategies {
		for j, t := range a.Strategies {
			if a.MeanRanks[i] < a.MeanRanks[j] && a.Nemenyi[i][j] <= Number(1-p.Confidence) {
				all = append(all, shown("%s has better ranks than %s (Nemenyi p %s).", s, t, probability(a.Nemenyi[i][j])))
				some = true
			}
		}
	}
	if !some {
		all = append(all, Conclusion{Text: fmt.Sprintf("Which ones is not shown: no two mean ranks are further apart than the critical difference, %.2f.", float64(a.Critical))})
	}
	return all
}
