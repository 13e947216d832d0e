package comparison

import (
	"fmt"
	"strconv"

	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/compare/analysis"
)

// Sentence says a conclusion of a comparison in words.
func Sentence(c analysis.Comparison, x analysis.Conclusion) string {
	switch a := c.Across; x.Kind {
	case analysis.BrokeOff:
		return fmt.Sprintf("%d of %d runs of %s broke off; they count with what they had found until then.",
			x.Runs, x.Of, x.Strategy)
	case analysis.Valueless:
		return fmt.Sprintf("%d of %d runs of %s never had a value: "+
			"they are not in its means, and worse than all others in the tests.", x.Runs, x.Of, x.Strategy)
	case analysis.Frontless:
		return fmt.Sprintf("%d of %d runs of %s never had a value: their hypervolume is 0.", x.Runs, x.Of, x.Strategy)
	case analysis.BestOfAll:
		return fmt.Sprintf("%s is shown to be better than every other strategy %s.", x.Strategy, after(c.Plan))
	case analysis.Better, analysis.BetterByRanks:
		return better(c.Plan, x)
	case analysis.Undecided:
		return undecided(*x.Pair)
	case analysis.Differ:
		return fmt.Sprintf("Over the %d problems the strategies differ %s.", a.Problems, tests(a))
	case analysis.BetterRanks:
		return fmt.Sprintf("%s has better ranks than %s (Nemenyi p %s).", x.Strategy, x.Other, equals(x.P))
	case analysis.Alike:
		return fmt.Sprintf("Over the %d problems together no difference between the strategies is shown %s. "+
			"More runs do not change that: it takes more problems.", a.Problems, tests(a))
	case analysis.NoneApart:
		return fmt.Sprintf("Which ones is not shown: no two mean ranks are further apart than the critical difference, %.2f.",
			float64(a.Critical))
	}
	return string(x.Kind)
}

// after names the end of the axis.
func after(p compare.Plan) string {
	if p.Axis == compare.Hours {
		return "after " + simulated(p.End())
	}
	return "after " + strconv.FormatFloat(p.End(), 'g', 6, 64) + " queries"
}

// tests are those of several problems together.
func tests(a *analysis.Across) string {
	return fmt.Sprintf("(Friedman p %s, Iman-Davenport p %s)", equals(a.Friedman.P), equals(a.ImanDavenport.P))
}

func better(plan compare.Plan, x analysis.Conclusion) string {
	p := *x.Pair
	test := fmt.Sprintf("p %s in %d pairs of runs", equals(p.Wilcoxon.Holm), p.N)
	if x.Pairs > 1 {
		test += fmt.Sprintf(", corrected for %d comparisons", x.Pairs)
	}
	if !p.Difference.Value.Known() {
		return fmt.Sprintf("%s is better than %s: %s.", p.A, p.B, test)
	}
	d, interval := p.Difference, ""
	if d.Low.Known() {
		interval = fmt.Sprintf(" (%g %% interval %s to %s)", 100*plan.Confidence, short(d.Low), short(d.High))
	}
	if x.Kind == analysis.BetterByRanks {
		return fmt.Sprintf("%s is better than %s by ranks (%s), but not clearly on average: the mean difference is %s%s, "+
			"as a few runs differ much the other way.", p.A, p.B, test, short(d.Value), interval)
	}
	return fmt.Sprintf("%s is better than %s by %s on average%s: %s.", p.A, p.B, short(d.Value), interval, test)
}

// undecided says how much "no difference shown" means.
func undecided(p analysis.Pair) string {
	d := p.Difference.Value
	switch {
	case p.N == 0:
		return fmt.Sprintf("Nothing is known of %s and %s: they have no runs with the same seed.", p.A, p.B)
	case p.Differ == 0:
		return fmt.Sprintf("%s and %s came to the same in all %d pairs of runs.", p.A, p.B, p.N)
	}
	text := fmt.Sprintf("No difference shown between %s and %s in %d pairs of runs (p %s)",
		p.A, p.B, p.N, equals(p.Wilcoxon.Holm))
	if !d.Known() {
		return text + "."
	}
	size, of := short(max(d, -d)), ""
	if d != 0 {
		of = " for " + map[bool]string{true: p.A, false: p.B}[d > 0]
	}
	text += fmt.Sprintf(": the mean difference is %s%s", size, of)
	if !p.Detectable.Known() {
		return text + ". So few pairs cannot show any: make more runs."
	}
	text += fmt.Sprintf(". One of %s would have been shown with probability 0.8", short(p.Detectable))
	if p.Needed > p.N {
		text += fmt.Sprintf("; to show one of %s, about %s pairs of runs are needed", size, rounded(p.Needed))
	}
	return text + "."
}
