package predictors

import (
	"fmt"
	"strings"

	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective/analysis/predictors"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/search/report/article"
)

// words say what was found.
type words struct {
	predictors.Result
	options  predictors.Options
	table    table.Info
	measures measures
}

// value is the result for programs.
type value struct {
	Table       string   `json:"table"`
	Dataset     string   `json:"dataset"`
	MeasuresOf  string   `json:"measures_of,omitempty"`
	Warnings    []string `json:"warnings"`
	Conclusions []string `json:"conclusions"`
	Confidence  float64  `json:"confidence"`
	BestShare   float64  `json:"best_share"`
	Bootstrap   int      `json:"bootstrap"`
	Repetitions int      `json:"repetitions"`
	Seed        uint64   `json:"seed"`
	predictors.Result
}

func (w words) value() value {
	return value{
		Table: w.table.Description, Dataset: w.table.Dataset, MeasuresOf: w.measures.about,
		Warnings: w.warnings(), Conclusions: w.conclusions(), Confidence: confidence,
		BestShare: w.options.Best, Bootstrap: w.options.Bootstrap, Repetitions: w.options.Repetitions,
		Seed: w.options.Seed, Result: w.Result,
	}
}

// confidence is that of intervals.
const confidence = .95

func (w words) article() article.Article {
	a := article.Article{
		Title: "What foretells robust accuracy", Lead: w.lead(), Warnings: w.warnings(), Conclusions: w.conclusions(),
		Facts: w.facts(), Numbers: "correlations",
		Sections: []article.Section{w.meansSection(), w.pairsSection()},
	}
	if curves := w.overEps(); len(curves) > 0 {
		a.Sections = append(a.Sections, article.Section{Name: "eps", Title: "Over eps",
			Lead: "tau-b of measures with accuracy under attacks of growing size; bands are intervals", Pictures: curves})
	}
	for i, j := range w.Joint {
		a.Sections = append(a.Sections, w.jointSection(i, j))
	}
	return a
}

func (w words) lead() string {
	text := w.table.Description
	if w.measures.apart {
		text += " · measures of " + w.measures.about
	}
	return text
}

// facts are what the numbers follow from.
func (w words) facts() []article.Fact {
	all := []article.Fact{{Name: "table", Text: w.table.Description}}
	if w.measures.apart {
		all = append(all, article.Fact{Name: "measures", Text: w.measures.about})
	}
	least, most := w.Scored[0], w.Scored[0]
	for _, n := range w.Scored {
		least, most = min(least, n), max(most, n)
	}
	scored := numeral.Thousands(most)
	if least < most {
		scored = numeral.Thousands(least) + " to " + scored
	}
	text := fmt.Sprintf("%s of %s have a score", scored, numeral.Thousands(w.Classes))
	if least < w.Classes {
		text += fmt.Sprintf(", %s have none and are left out", numeral.Thousands(w.Classes-least))
	}
	all = append(all, article.Fact{Name: "classes", Text: text})
	if m := w.measures.members; m.Classes > 0 {
		all = append(all, article.Fact{Name: "cells", Text: fmt.Sprintf("the score is that of the class's representative in "+
			"%s, of another member in %s; the members differ in %s", numeral.Thousands(m.Own),
			numeral.Thousands(m.Classes-m.Own), numeral.Thousands(m.Differing))})
	}
	intervals := "95 %, by the influence of every class: what resamples of the classes tend to"
	if w.options.Bootstrap > 0 {
		intervals = fmt.Sprintf("95 %%, of pairs by %s resamples of the classes, of means by influences",
			numeral.Thousands(w.options.Bootstrap))
	}
	all = append(all, article.Fact{Name: "intervals", Text: intervals})
	if w.table.Split != "" {
		all = append(all, article.Fact{Name: "images", Text: w.table.Split})
	}
	return all
}

// warnings are what casts doubt on all measures.
func (w words) warnings() []string {
	all := []string{}
	if w.measures.dataset != "" && w.table.Dataset != "" && w.measures.dataset != w.table.Dataset {
		all = append(all, fmt.Sprintf("The measures are of %s, the table is of %s.", w.measures.dataset, w.table.Dataset))
	}
	compared, more := 0, 0
	for _, m := range w.Means {
		if m.More != nil {
			compared++
			if m.More.Low > 0 {
				more++
			}
		}
	}
	if compared > 0 && more == 0 {
		all = append(all, fmt.Sprintf("Nothing is shown to tell more than the number of parameters alone: the mean tau "+
			"of none of %s is shown to be farther from 0 than that of params.", numeral.Count(compared, "other measure")))
	}
	return all
}

// conclusions are what follows, each with its interval.
func (w words) conclusions() []string {
	all := []string{}
	if len(w.Means) > 0 && w.Means[0].All != nil {
		m := w.Means[0]
		text := fmt.Sprintf("Of %s %s orders classes most like the targets: its mean tau over %s is %s",
			numeral.Count(len(w.Means), "measure"), m.Measure.Brief(), numeral.Count(m.Targets, "target"), withInterval(m.All))
		if m.Best != nil {
			text += fmt.Sprintf(", over the best %s %s", share(w.options.Best), withInterval(m.Best))
		}
		all = append(all, text+".")
	}
	all = append(all, w.parameters()...)
	for j, t := range w.Targets {
		if t.Setting.Eps != w.table.DefaultEps || t.Setting.Eps == 0 {
			continue
		}
		all = append(all, w.target(j)...)
	}
	for _, j := range w.Joint {
		all = append(all, jointSentences(j)...)
	}
	return all
}

// parameters says which measures tell more than the size of the network.
func (w words) parameters() []string {
	var more []string
	compared := 0
	for _, m := range w.Means {
		if m.More == nil {
			continue
		}
		compared++
		if m.More.Low > 0 {
			more = append(more, fmt.Sprintf("%s by %s", m.Measure.Brief(), withInterval(m.More)))
		}
	}
	if len(more) == 0 {
		return nil
	}
	all, rest := len(more), ""
	if all > mostNamed+1 {
		more, rest = more[:mostNamed], fmt.Sprintf(" and %d others", all-mostNamed)
	}
	return []string{fmt.Sprintf("%d of %d measures tell more than the number of parameters, by their mean tau: %s%s.",
		all, compared, strings.Join(more, ", "), rest)}
}

// mostNamed are the most measures that a sentence lists; the table has them all.
const mostNamed = 5

// target says which measure does best for a target, and what params does.
func (w words) target(j int) []string {
	best, params := -1, -1
	size := func(i int) float64 { return abs(w.Pairs[i][j].All.Kendall.Value) }
	for i, m := range w.Measures {
		if w.Pairs[i][j].All.Kendall == nil {
			continue
		}
		if best < 0 || size(i) > size(best) {
			best = i
		}
		if m.Name == predictors.Params {
			params = i
		}
	}
	if best < 0 {
		return nil
	}
	say := func(i int) string {
		return w.Measures[i].Brief() + " has tau " + withInterval(w.Pairs[i][j].All.Kendall)
	}
	text := fmt.Sprintf("With %s, %s", w.Targets[j].Brief(), say(best))
	if params >= 0 && params != best {
		text += ", " + say(params)
	}
	if few := w.Pairs[best][j].Best.Kendall; few != nil {
		text += fmt.Sprintf("; over its best %s, %s has %s", share(w.options.Best), w.Measures[best].Brief(),
			withInterval(few))
	}
	return []string{text + "."}
}

func jointSentences(j predictors.Joint) []string {
	if j.Problem != "" {
		return []string{fmt.Sprintf("%s is not predicted by all measures together: %s.", j.Target.Brief(), j.Problem)}
	}
	best := j.Singles[0]
	for _, s := range j.Singles {
		if s.R2.Mean > best.R2.Mean {
			best = s
		}
	}
	all := numeral.Count(len(j.Singles), "measure")
	if j.Forest.R2.Mean <= 0 {
		return []string{fmt.Sprintf("%s together tell a random forest nothing of %s on classes that it was not told "+
			"of: R2 is %s (± the standard deviation over splits).", all, j.Target.Brief(), plusMinus(j.Forest.R2))}
	}
	text := fmt.Sprintf("%s together explain %s of the variance of %s on classes that they were not told of (random "+
		"forest, R2 ± its standard deviation over splits; ridge regression on ranks %s)", all, plusMinus(j.Forest.R2),
		j.Target.Brief(), plusMinus(j.Ridge.R2))
	if best.R2.Mean > 0 {
		text += fmt.Sprintf(", the best alone, %s, %s", best.Measure.Brief(), plusMinus(best.R2))
	}
	return []string{text + fmt.Sprintf(": %s is left unexplained.", plusMinus(j.Unexplained))}
}

func plusMinus(s predictors.Spread) string { return fmt.Sprintf("%.3f ± %.3f", s.Mean, s.SD) }

func share(of float64) string { return numeral.Decimal(100*of, 3) + " %" }

func withInterval(c *predictors.Coefficient) string {
	return fmt.Sprintf("%.3f (%.3f to %.3f)", c.Value, c.Low, c.High)
}

func abs(v float64) float64 { return max(v, -v) }
