package design

import (
	"fmt"
	"math"
	"strconv"

	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/analysis/design"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/search/report/article"
	"github.com/nassearch/nassearch/search/report/sheet"
)

// paper is a result as people read it.
type paper struct {
	*design.Result
	table *table.Table
	group *design.Group // that is shown; nil if there are none
	known objective.Catalogue
}

// value is the result for programs.
func (p paper) value() any {
	return struct {
		Table       string              `json:"table"`
		Dataset     string              `json:"dataset"`
		Conclusions []design.Conclusion `json:"conclusions"`
		*design.Result
	}{p.table.Info().Description, p.table.Info().Dataset, p.Conclusions(p.group), p.Result}
}

func (p paper) article() article.Article {
	a := article.Article{
		Title: "What design has to do with " + p.Metric.Words(), Lead: p.table.Info().Description, Warnings: p.Notes,
		Facts: []article.Fact{
			{Name: "table", Text: p.table.Info().Description},
			{Name: "metric", Text: p.Metric.Words()},
			{Name: "classes", Text: fmt.Sprintf("%s of %s", numeral.Thousands(p.Classes), numeral.Thousands(p.Of))},
			{Name: "weight", Text: p.weight()},
			{Name: "intervals", Text: "95 %, robust to differences between classes; p-values corrected after Holm"},
		},
		Sections: []article.Section{p.effects(), p.shares()},
	}
	for _, bound := range p.Where {
		a.Facts = append(a.Facts, article.Fact{Name: "where", Text: bound})
	}
	for _, c := range p.Conclusions(p.group) {
		a.Conclusions = append(a.Conclusions, c.Text)
	}
	if len(p.Groups) > 0 {
		a.Sections = append(a.Sections, p.sizes(), p.traits())
	}
	return a
}

func (p paper) weight() string {
	if p.Weight == design.Class {
		return "class: every class counts once, by its representative"
	}
	return fmt.Sprintf("string: each of %s cells counts once, with its class's value; a class is one observation",
		numeral.Thousands(p.Strings))
}

// effects are those of operations on edges.
func (p paper) effects() article.Section {
	brief := sheet.New("edge", "operation", "effect", "95 % interval", "p (Holm)", "at equal size", "95 % interval",
		"p (Holm)")
	brief.Lead = 2
	all := sheet.New("edge", "operation", "effect", "low", "high", "p", "p_holm",
		"equal_size", "equal_size_low", "equal_size_high", "equal_size_p", "equal_size_p_holm")
	for _, edge := range p.Edges {
		for _, operation := range p.Operations {
			one, equal := find(&p.Any, edge, operation), find(p.Equal, edge, operation)
			if one == nil && equal == nil {
				continue
			}
			name := sheet.Texts(edge, operation)
			brief.Add(append(append(name, p.cells(one)...), p.cells(equal)...)...)
			all.Add(append(append(sheet.Texts(edge, operation), exact(one)...), exact(equal)...)...)
		}
	}
	s := article.Section{
		Name: "effects", Title: "Operations on edges",
		Lead: "How much an operation on an edge is worth above the mean of all operations there; at equal size a " +
			"convolution above its mean over all edges.",
		Tables: []article.Table{{Name: "effects", Brief: brief, All: all}},
	}
	if len(p.Any.Interactions) > 0 {
		s.Tables = append(s.Tables, p.interactions())
	}
	s.Pictures = append(s.Pictures, article.Picture{
		Name: "effects", Figure: p.heat(&p.Any, "any size"),
		Caption: "Effects in standard deviations of the metric, any size",
	})
	if p.Equal != nil {
		s.Pictures = append(s.Pictures, article.Picture{
			Name: "effects-equal-size", Figure: p.heat(p.Equal, "equal size"),
			Caption: "Effects in standard deviations of the metric, at equal size",
		})
	}
	return s
}

// find returns an effect of a fit; nil if there is none.
func find(f *design.Fit, edge, operation string) *design.Estimate {
	if f == nil {
		return nil
	}
	for i, e := range f.Effects {
		if e.Edge == edge && e.Operation == operation {
			return &f.Effects[i].Estimate
		}
	}
	return nil
}

// cells are an estimate for people.
func (p paper) cells(e *design.Estimate) []sheet.Cell {
	if e == nil {
		return sheet.Texts("not told", "", "")
	}
	value := sheet.Number(e.Value, p.Signed(e.Value))
	value.Best = e.Shown()
	if e.Interval == nil {
		return []sheet.Cell{value, sheet.Text("none"), sheet.Text("")}
	}
	return []sheet.Cell{
		value, sheet.Range(p.Signed(e.Interval.Low), p.Signed(e.Interval.High)),
		sheet.Number(e.Holm, design.Probability(e.Holm)),
	}
}

// exact is an estimate for programs.
func exact(e *design.Estimate) []sheet.Cell {
	if e == nil {
		return make([]sheet.Cell, 5)
	}
	return append(append([]sheet.Cell{sheet.Float(e.Value)}, ends(e.Interval)...), sheet.Float(e.P), sheet.Float(e.Holm))
}

// ends are those of an interval, empty if there is none.
func ends(in *design.Interval) []sheet.Cell {
	if in == nil {
		return make([]sheet.Cell, 2)
	}
	return []sheet.Cell{sheet.Float(in.Low), sheet.Float(in.High)}
}

func (p paper) interactions() article.Table {
	s := sheet.New("edge", "operation", "with_edge", "with_operation", "effect", "low", "high", "p", "p_holm")
	s.Title = "Beyond what each does: two operations together"
	for _, i := range p.Any.Interactions {
		row := sheet.Texts(i.Edge, i.Operation, i.With, i.WithOperation)
		s.Add(append(row, exact(&i.Estimate)...)...)
	}
	return article.Table{Name: "interactions", Brief: s, Folded: true}
}

// heat is the effects in standard deviations.
func (p paper) heat(f *design.Fit, size string) figure.Heat {
	h := figure.Heat{
		Title: fmt.Sprintf("Effects on %s in standard deviations, %s", p.Metric.Words(), size), Rows: p.Edges,
		Columns: p.Operations,
	}
	for _, edge := range p.Edges {
		row := make([]float64, len(p.Operations))
		for i, operation := range p.Operations {
			row[i] = math.NaN()
			if e := find(f, edge, operation); e != nil {
				row[i] = max(-1, min(1, e.Value/p.StdDev))
			}
		}
		h.Values = append(h.Values, row)
	}
	return h
}

// shares are what edges and pairs explain.
func (p paper) shares() article.Section {
	brief := sheet.New("what", "explains", "95 % interval", "at equal size", "95 % interval")
	all := sheet.New("edge", "with", "share", "low", "high", "equal_size", "equal_size_low", "equal_size_high")
	add := func(edge, with string, any design.Share, equal *design.Share) {
		name := edge
		if with != "" {
			name += " with " + with
		}
		brief.Add(append(append([]sheet.Cell{sheet.Text(name)}, percent(&any)...), percent(equal)...)...)
		row := append(sheet.Texts(edge, with), sheet.Float(any.Value))
		row = append(row, ends(any.Interval)...)
		if equal != nil {
			row = append(append(row, sheet.Float(equal.Value)), ends(equal.Interval)...)
		}
		all.Add(row...)
	}
	var additive, pairs *design.Share
	if p.Equal != nil {
		additive, pairs = &p.Equal.Additive, &p.Equal.Pairs
	}
	if p.Size != nil {
		add("size", "", *p.Size, nil)
	}
	add("all edges", "", p.Any.Additive, additive)
	add("all pairs", "", p.Any.Pairs, pairs)
	for i, e := range p.Any.Edges {
		var equal *design.Share
		if p.Equal != nil {
			equal = &p.Equal.Edges[i].Share
		}
		add(e.Edge, e.With, e.Share, equal)
	}
	return article.Section{
		Name: "shares", Title: "What explains the variance",
		Lead: "All edges: the additive model. All pairs: what interactions explain beyond it. An edge, or a pair: what " +
			"leaving it out of all edges, or of all pairs, costs. Size: what the numbers of 3x3 and 1x1 convolutions explain " +
			"alone.",
		Tables: []article.Table{{Name: "shares", Brief: brief, All: all}},
	}
}

// percent is a share for people.
func percent(s *design.Share) []sheet.Cell {
	if s == nil {
		return make([]sheet.Cell, 2)
	}
	text := func(v float64) string { return strconv.FormatFloat(100*v, 'f', 1, 64) + " %" }
	value := sheet.Number(s.Value, text(s.Value))
	if s.Interval == nil {
		return []sheet.Cell{value, sheet.Text("none")}
	}
	return []sheet.Cell{value, sheet.Range(text(s.Interval.Low), text(s.Interval.High))}
}

// values are numbers of the metric in a table.
func (p paper) values(v ...float64) []sheet.Cell { return report.Cells(p.Metric, v) }
