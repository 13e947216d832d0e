package compare

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Conclusion says in words what follows, or what does not.
type Conclusion struct {
	Text  string `json:"text"`
	Shown bool   `json:"shown"` // false where the sentence is that no difference is shown
}

// String is the sentence.
func (c Conclusion) String() string { return c.Text }

// shown is a conclusion that something is so.
func shown(format string, a ...any) Conclusion { return Conclusion{fmt.Sprintf(format, a...), true} }

// conclusions says in words what follows from a result at the end of the axis, and what does not.
func (a analysis) conclusions(r Result) []Conclusion {
	all := []Conclusion{}
	for _, s := range r.Strategies {
		if s.Failures > 0 {
			all = append(all, shown("%d of %d runs of %s broke off; they count with what they had found until then.", s.Failures, s.Runs, s.Strategy))
		}
		if missing := s.Runs - s.Checkpoints[len(s.Checkpoints)-1].Quality.N; missing > 0 {
			all = append(all, shown("%d of %d runs of %s never had a value: they are not in its means, and worse than all others in the tests.", missing, s.Runs, s.Strategy))
		}
	}
	if len(r.Checkpoints) == 0 {
		return all
	}
	pairs := r.Checkpoints[len(r.Checkpoints)-1].Pairs
	if best := undefeated(pairs); best != "" {
		all = append(all, shown("%s is shown to be better than every other strategy %s.", best, a.when()))
	}
	for _, p := range pairs {
		all = append(all, a.conclusion(p, len(pairs)))
	}
	return all
}

// when names the end of the axis.
func (a analysis) when() string {
	end := strconv.FormatFloat(a.plan.End(), 'g', 6, 64)
	if a.plan.Axis == Hours {
		return "after " + end + " simulated hours"
	}
	return "after " + end + " queries"
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

// conclusion is what a pair says.
func (a analysis) conclusion(p Pair, pairs int) Conclusion {
	d, low, high := p.Difference.Value, p.Difference.Low, p.Difference.High
	if p.Better == "" {
		return Conclusion{Text: a.nothingShown(p)}
	}
	worse := p.B
	if p.Better == p.B {
		worse, d, low, high = p.A, -d, -high, -low
	}
	test := fmt.Sprintf("p %s in %d pairs of runs", probability(p.Wilcoxon.Holm), p.N)
	if pairs > 1 {
		test += fmt.Sprintf(", corrected for %d comparisons", pairs)
	}
	switch {
	case !d.Known():
		return shown("%s is better than %s: %s.", p.Better, worse, test)
	case low > 0 || !low.Known() && d > 0:
		return shown("%s is better than %s by %s on average%s: %s.", p.Better, worse, short(d), a.interval(low, high), test)
	}
	return shown("%s is better than %s by ranks (%s), but not clearly on average: the mean difference is %s%s, as a few runs differ much the other way.",
		p.Better, worse, test, short(d), a.interval(low, high))
}

// nothingShown says how much "no difference shown" means.
func (a analysis) nothingShown(p Pair) string {
	d := p.Difference
	switch {
	case p.N == 0:
		return fmt.Sprintf("Nothing is known of %s and %s: they have no runs with the same seed.", p.A, p.B)
	case p.Differ == 0:
		return fmt.Sprintf("%s and %s came to the same in all %d pairs of runs.", p.A, p.B, p.N)
	}
	text := fmt.Sprintf("No difference shown between %s and %s in %d pairs of runs (p %s)", p.A, p.B, p.N, probability(p.Wilcoxon.Holm))
	if !d.Value.Known() {
		return text + "."
	}
	text += fmt.Sprintf(": the mean difference is %s", short(Number(math.Abs(float64(d.Value)))))
	if d.Value != 0 {
		text += fmt.Sprintf(" for %s", map[bool]string{true: p.A, false: p.B}[d.Value > 0])
	}
	if !p.Detectable.Known() {
		return text + ". So few pairs cannot show any: make more runs."
	}
	text += fmt.Sprintf(". One of %s would have been shown with probability 0.8", short(p.Detectable))
	if p.Needed > p.N {
		text += fmt.Sprintf("; to show one of %s, about %s pairs of runs are needed", short(Number(math.Abs(float64(d.Value)))), rounded(p.Needed))
	}
	return text + "."
}

func (a analysis) interval(low, high Number) string {
	if !low.Known() {
		return ""
	}
	return fmt.Sprintf(" (%g %% interval %s to %s)", 100*a.plan.Confidence, short(low), short(high))
}

// short prints three digits that count, and no exponent.
func short(n Number) string {
	v := float64(n)
	if v == 0 {
		return "0"
	}
	places := 2 - int(math.Floor(math.Log10(math.Abs(v))))
	text := strconv.FormatFloat(v, 'f', min(max(places, 0), 9), 64)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text
}

// probability prints "= 0.031" or "< 0.0001".
func probability(p Number) string {
	if p < 1e-4 {
		return "< 0.0001"
	}
	return "= " + strconv.FormatFloat(float64(p), 'g', 2, 64)
}

// rounded prints a number of runs with two digits that count: more would promise too much.
func rounded(n int) string {
	unit := 1
	for n/unit >= 100 {
		unit *= 10
	}
	return strconv.Itoa((n + unit - 1) / unit * unit)
}
