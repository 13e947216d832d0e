package analysis

import "github.com/nassearch/nassearch/search/compare"

// Kind is what a conclusion says.
type Kind string

// Of one problem, at the end of the axis.
const (
	BrokeOff      Kind = "broke off"       // Runs of the Of runs of Strategy did
	Valueless     Kind = "valueless"       // Runs of the Of runs of Strategy never had a value
	Frontless     Kind = "frontless"       // the same where runs end with a front
	BestOfAll     Kind = "best of all"     // Strategy is shown to be better than every other
	Better        Kind = "better"          // Pair's A is shown to be better than its B
	BetterByRanks Kind = "better by ranks" // and so it is here, but not clearly on average
	Undecided     Kind = "undecided"       // no difference is shown in Pair
)

// Of several problems together.
const (
	Differ      Kind = "differ"       // the strategies do
	BetterRanks Kind = "better ranks" // Strategy has better ones than Other, with Nemenyi's P
	Alike       Kind = "alike"        // no difference between them is shown
	NoneApart   Kind = "none apart"   // which ones differ is not shown
)

// Conclusion is what follows from the runs, or what does not. Of its numbers it has those that its kind names.
type Conclusion struct {
	Kind     Kind           `json:"kind"`
	Strategy string         `json:"strategy,omitzero"`
	Other    string         `json:"other,omitzero"`
	Runs     int            `json:"runs,omitzero"`
	Of       int            `json:"of,omitzero"`
	P        compare.Number `json:"p,omitzero"`
	Pair     *Pair          `json:"pair,omitzero"`
	Pairs    int            `json:"pairs,omitzero"` // for which the tests of Pair are corrected
}

// Shown is false where the conclusion is that no difference is shown.
func (c Conclusion) Shown() bool {
	return c.Kind != Undecided && c.Kind != Alike && c.Kind != NoneApart
}

// conclusions says what follows from a result at the end of the axis, and what does not.
func conclusions(r Result) []Conclusion {
	all := []Conclusion{}
	for _, s := range r.Strategies {
		if s.Failures > 0 {
			all = append(all, Conclusion{Kind: BrokeOff, Strategy: s.Strategy, Runs: s.Failures, Of: s.Runs})
		}
		if s.Valueless > 0 {
			kind := Valueless
			if r.Problem.Multi() {
				kind = Frontless
			}
			all = append(all, Conclusion{Kind: kind, Strategy: s.Strategy, Runs: s.Valueless, Of: s.Runs})
		}
	}
	pairs := r.End().Pairs
	if best := undefeated(pairs); best != "" {
		all = append(all, Conclusion{Kind: BestOfAll, Strategy: best})
	}
	for _, p := range pairs {
		all = append(all, verdict(p, len(pairs)))
	}
	return all
}

// verdict is what one of so many pairs says.
func verdict(p Pair, pairs int) Conclusion {
	c := Conclusion{Kind: Undecided, Pair: &p, Pairs: pairs}
	if p.Better == "" {
		return c
	}
	if p.Better == p.B {
		p = p.turned()
	}
	c.Kind = BetterByRanks
	if d := p.Difference; !d.Value.Known() || d.Low > 0 || !d.Low.Known() && d.Value > 0 {
		c.Kind = Better
	}
	return c
}

// undefeated is the strategy that is better than all others, if there is one and more than one other.
func undefeated(pairs []Pair) string {
	wins, strategies := map[string]int{}, map[string]bool{}
	for _, p := range pairs {
		strategies[p.A], strategies[p.B] = true, true
		wins[p.Better]++
	}
	for name := range strategies {
		if len(strategies) > 2 && wins[name] == len(strategies)-1 {
			return name
		}
	}
	return ""
}
