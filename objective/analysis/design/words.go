package design

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective"
)

// Conclusion is something that follows, in words. What is not shown says how far from it the values are.
type Conclusion struct {
	Text  string `json:"text"`
	Shown bool   `json:"shown"`
}

// Conclusions says what follows from a result, with how sure it is. Of the groups it speaks of the given one.
func (r *Result) Conclusions(group *Group) []Conclusion {
	var all []Conclusion
	say := func(shown bool, format string, args ...any) {
		all = append(all, Conclusion{fmt.Sprintf(format, args...), shown})
	}
	sure := r.Any.Additive.Interval != nil
	say(sure, "Which operation is on which edge explains %s of the variance of %s, and pairs of edges another %s.",
		r.Any.Additive.Words(), r.about(), r.Any.Pairs.Words())
	all = append(all, r.foremostEdges()...)
	all = append(all, r.foremostEffects(r.Any, "")...)
	if r.Size != nil {
		say(r.Size.Interval != nil, "The size of the network alone explains %s of the variance.", r.Size.Words())
	}
	if r.Equal != nil {
		say(r.Equal.Additive.Interval != nil, "At equal size, which operation is on which edge explains %s of the variance "+
			"that is left, and pairs of edges another %s.", r.Equal.Additive.Words(), r.Equal.Pairs.Words())
		all = append(all, r.foremostEffects(*r.Equal, "At equal size ")...)
	}
	if group != nil {
		all = append(all, r.ofGroup(group)...)
	}
	return all
}

// about names the metric in a sentence, where that of how many it is the mean would be in the way.
func (r *Result) about() string {
	if r.Metric.Setting.MeanOf > 0 {
		return r.Metric.Name
	}
	return r.Metric.Words()
}

// Words are a share with its interval, in percent.
func (s Share) Words() string {
	text := fmt.Sprintf("%.1f %%", 100*s.Value)
	if s.Interval == nil {
		return text + " (too few classes for an interval)"
	}
	return text + fmt.Sprintf(" (95 %% interval %.1f to %.1f %%)", 100*s.Interval.Low, 100*s.Interval.High)
}

// Words are an estimate with its interval.
func (r *Result) Words(e Estimate) string {
	text := r.Signed(e.Value)
	if e.Interval == nil {
		return text + " (too few classes for an interval)"
	}
	return text + fmt.Sprintf(" (95 %% interval %s to %s)", r.Signed(e.Interval.Low), r.Signed(e.Interval.High))
}

// Number is a value of the metric as people read it.
func (r *Result) Number(v float64) string {
	switch r.Metric.Unit() {
	case objective.Share:
		return fmt.Sprintf("%.4f", v)
	case objective.Millions:
		return fmt.Sprintf("%.4f M", v/1e6)
	}
	return fmt.Sprintf("%.4g", v)
}

// Signed is a difference of the metric as people read it.
func (r *Result) Signed(v float64) string {
	if v > 0 {
		return "+" + r.Number(v)
	}
	return r.Number(v)
}

// foremostEdges tells which single edge matters most, and whether it does for sure.
func (r *Result) foremostEdges() []Conclusion {
	var single []EdgeShare
	for _, e := range r.Any.Edges {
		if e.With == "" {
			single = append(single, e)
		}
	}
	slices.SortStableFunc(single, func(a, b EdgeShare) int { return -cmp.Compare(a.Value, b.Value) })
	if len(single) < 2 || single[0].Interval == nil || single[1].Interval == nil {
		return nil
	}
	a, b := single[0], single[1]
	text := fmt.Sprintf("Edge %s matters most: it explains %s; edge %s follows with %s",
		a.Edge, a.Words(), b.Edge, b.Words())
	if a.Interval.Low > b.Interval.High {
		return []Conclusion{{text + ".", true}}
	}
	return []Conclusion{{fmt.Sprintf("Which edge matters most is not shown: %s explains %s, %s %s.",
		a.Edge, a.Words(), b.Edge, b.Words()), false}}
}

// foremostEffects tells the best and the worst operation on an edge that are shown to make a difference.
func (r *Result) foremostEffects(f Fit, where string) (all []Conclusion) {
	shown := slices.DeleteFunc(slices.Clone(f.Effects), func(e Effect) bool { return !e.Shown() })
	if len(shown) == 0 {
		return []Conclusion{{where + "no operation on an edge is shown to make a difference " +
			fmt.Sprintf("(%d effects, corrected after Holm).", len(f.Effects)), false}}
	}
	slices.SortStableFunc(shown, func(a, b Effect) int { return r.Metric.Goal.Compare(a.Value, b.Value) })
	for i, e := range []Effect{shown[0], shown[len(shown)-1]} {
		better := r.Metric.Goal.Better(e.Value, 0)
		if better != (i == 0) {
			continue
		}
		does := map[bool]string{true: "helps most", false: "harms most"}[better]
		all = append(all, Conclusion{fmt.Sprintf("%s%s on %s %s: %s, p %s, corrected for %d effects.",
			where, e.Operation, e.Edge, does, r.Words(e.Estimate), Probability(e.Holm), len(f.Effects)), true})
	}
	return all
}

// Probability is a p-value as people read it.
func Probability(p float64) string {
	if p < 1e-4 {
		return "< 0.0001"
	}
	return fmt.Sprintf("%.4f", p)
}

// mostTraits are told of a group.
const mostTraits = 3

// ofGroup tells how far networks of equal size are apart, and what the best have in common.
func (r *Result) ofGroup(g *Group) []Conclusion {
	all := []Conclusion{{fmt.Sprintf("Among the %s classes with %s, %s is from %s to %s (no interval: they are all "+
		"that were measured).", numeral.Thousands(g.Classes), g.Words(), r.about(), r.Number(g.Min), r.Number(g.Max)), true}}
	if g.Top == 0 {
		return append(all, Conclusion{fmt.Sprintf("What the best of them share is not shown: %s.", g.Note), false})
	}
	for _, t := range g.Traits[:min(mostTraits, len(g.Traits))] {
		if t.Shown() && t.Interval != nil {
			all = append(all, Conclusion{r.trait(g, t), true})
		}
	}
	if len(all) == 1 {
		all = append(all, Conclusion{fmt.Sprintf("Nothing that the best %d of them share is shown to set them apart "+
			"(%d tests, corrected after Holm).", g.Top, r.Tests), false})
	}
	return all
}

// Words name a group in a sentence.
func (g Group) Words() string {
	if g.Conv3x3 == nil {
		return g.Name()
	}
	return fmt.Sprintf("%d 3x3 and %d 1x1 convolutions", *g.Conv3x3, *g.Conv1x1)
}

func (r *Result) trait(g *Group, t Trait) string {
	test := fmt.Sprintf("exact p %s, corrected for %d tests", Probability(t.Holm), r.Tests)
	if a, n, b, m, ok := t.Counts(); ok {
		return fmt.Sprintf("%s: %d of the best %d have it, %d of the other %d: %+.1f points (95 %% interval %+.1f to "+
			"%+.1f), %s.", t.Name, a, n, b, m, 100*t.Difference, 100*t.Interval.Low, 100*t.Interval.High, test)
	}
	return fmt.Sprintf("%s: the best %d have %.2f on average, the others %.2f: %+.2f (95 %% interval %+.2f to %+.2f), %s.",
		t.Name, g.Top, t.Best, t.Rest, t.Difference, t.Interval.Low, t.Interval.High, test)
}

// Largest is the group of the most classes, the first of several; nil if there are no groups.
func (r *Result) Largest() *Group {
	var largest *Group
	for i := range r.Groups {
		if g := &r.Groups[i]; largest == nil || g.Classes > largest.Classes {
			largest = g
		}
	}
	return largest
}
