package predictors

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective/analysis/predictors"
	"github.com/nassearch/nassearch/search/report/article"
	"github.com/nassearch/nassearch/search/report/sheet"
)

// jointSection says what all measures together tell of a target.
func (w words) jointSection(i int, j predictors.Joint) article.Section {
	suffix := ""
	if i > 0 {
		suffix = fmt.Sprintf("-%d", i+1)
	}
	s := article.Section{Name: "joint" + suffix, Title: "All measures together, of " + j.Target.Brief(),
		Lead: fmt.Sprintf("%d splits of %s classes: learnt from %s, tested on %s", w.options.Repetitions,
			numeral.Thousands(j.N), numeral.Thousands(j.Learn), numeral.Thousands(j.Test))}
	if j.Problem != "" {
		s.Lead, s.Sentences = "", jointSentences(j)
		return s
	}
	s.Tables = []article.Table{
		{Name: "models" + suffix, Brief: models(j), Note: "Alone: a line through the ranks of one measure."},
		{Name: "importance" + suffix, Brief: importance(j), Note: "Impurity: share of the squares that the forest's " +
			"splits explain. Permutation: by how much R2 falls where a measure's values are shuffled among the tested " +
			"classes. Measures that tell the same share both."},
	}
	if len(j.Curve) == 0 {
		return s
	}
	s.Tables = append(s.Tables, article.Table{Name: "learning" + suffix, Brief: learning(j)})
	s.Pictures = []article.Picture{{Name: "learning" + suffix, Figure: learningCurve(j),
		Caption: "Mean over the splits; bands are one standard deviation."}}
	return s
}

func spread(s predictors.Spread) []sheet.Cell {
	return []sheet.Cell{sheet.Number(s.Mean, fmt.Sprintf("%6.3f", s.Mean)), sheet.Number(s.SD, fmt.Sprintf("%.3f", s.SD))}
}

func models(j predictors.Joint) *sheet.Sheet {
	s := sheet.New("by", "R2", "sd", "tau-b", "sd")
	s.Title, s.Named = "Prediction of unseen classes", true
	add := func(name string, of predictors.Score) {
		s.Add(append(append(sheet.Texts(name), spread(of.R2)...), spread(of.Kendall)...)...)
	}
	add("random forest", j.Forest)
	add("ridge on ranks", j.Ridge)
	singles := slices.Clone(j.Singles)
	slices.SortStableFunc(singles, func(a, b predictors.Single) int { return -cmp.Compare(a.R2.Mean, b.R2.Mean) })
	for _, one := range singles {
		add(one.Measure.Brief()+" alone", one.Score)
	}
	return s
}

func importance(j predictors.Joint) *sheet.Sheet {
	s := sheet.New("measure", "permutation", "sd", "impurity", "sd")
	s.Title, s.Named = "Importance to the forest", true
	all := slices.Clone(j.Importance)
	slices.SortStableFunc(all, func(a, b predictors.Importance) int {
		return -cmp.Compare(a.Permutation.Mean, b.Permutation.Mean)
	})
	for _, i := range all {
		s.Add(append(append(sheet.Texts(i.Measure.Brief()), spread(i.Permutation)...), spread(i.Impurity)...)...)
	}
	return s
}

func learning(j predictors.Joint) *sheet.Sheet {
	s := sheet.New("known classes", "forest R2", "sd", "forest tau-b", "sd", "ridge R2", "sd", "ridge tau-b", "sd")
	s.Title = "From few known classes"
	for _, k := range j.Curve {
		row := []sheet.Cell{sheet.Int(k.Classes)}
		for _, of := range []predictors.Spread{k.Forest.R2, k.Forest.Kendall, k.Ridge.R2, k.Ridge.Kendall} {
			row = append(row, spread(of)...)
		}
		s.Add(row...)
	}
	return s
}

// learningCurve is of tau-b, which a search needs, and does not fall below -1.
func learningCurve(j predictors.Joint) figure.Curves {
	f := figure.Curves{
		Title: "tau-b of predictions from few known classes", About: "tau-b over the number of known classes",
		X: figure.Axis{Title: "known classes"}, Y: figure.Axis{Title: "tau-b"},
		Series: []figure.Series{{Name: "forest"}, {Name: "ridge", Color: 1}},
	}
	for _, k := range j.Curve {
		for i, of := range []predictors.Spread{k.Forest.Kendall, k.Ridge.Kendall} {
			s := &f.Series[i]
			s.Add(figure.Point{X: float64(k.Classes), Y: of.Mean})
			s.Low, s.High = append(s.Low, of.Mean-of.SD), append(s.High, of.Mean+of.SD)
		}
	}
	return f
}
