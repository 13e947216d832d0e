package design

import (
	"fmt"
	"strconv"

	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/objective/analysis/design"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/search/report/article"
	"github.com/nassearch/nassearch/search/report/sheet"
	"github.com/nassearch/nassearch/space"
)

// sizes are networks of equal size.
func (p paper) sizes() article.Section {
	brief := sheet.New("3x3 + 1x1", "classes", "min", "q1", "median", "q3", "max", "spread", "best", "worst")
	all := sheet.New("conv3x3", "conv1x1", "params", "classes", "min", "q1", "median", "q3", "max", "std_dev")
	for _, end := range []string{"best", "worst"} {
		for _, column := range space.NameColumns() {
			all.AddColumn(end + "_" + column)
		}
	}
	boxes := figure.Boxes{
		Title:    fmt.Sprintf("%s of networks of equal size", p.Metric.Words()),
		About:    "The values of all classes of a group of equal size, by the numbers of 3x3 and 1x1 convolutions",
		Category: "3x3 + 1x1 convolutions", Values: figure.Axis{Title: p.known.Label(p.Metric)},
		Panels: make([]figure.Panel, 1),
	}
	s := article.Section{
		Name: "sizes", Title: "Networks of equal size",
		Lead: "Classes by the size of the network that represents them. What they have is not drawn by lot: there is no " +
			"interval.",
	}
	for i, g := range p.Groups {
		row := append([]sheet.Cell{sheet.Text(g.Name()), sheet.Int(g.Classes)},
			p.values(g.Min, g.Q1, g.Median, g.Q3, g.Max, g.Spread())...)
		brief.Add(append(row, sheet.Texts(g.Best.Name(), g.Worst.Name())...)...)
		all.Add(p.exactGroup(g)...)
		box, err := figure.NewBox(g.Name(), 0, g.Values)
		if err == nil {
			box.Quiet = true
			boxes.Panels[0].Boxes = append(boxes.Panels[0].Boxes, box)
		}
		s.Cells = append(s.Cells, p.extremes(&p.Groups[i])...)
	}
	s.Pictures = []article.Picture{{Name: "sizes", Figure: boxes, Caption: "Every group of equal size"}}
	s.Tables = []article.Table{{Name: "sizes", Brief: brief, All: all}}
	return s
}

func (p paper) exactGroup(g design.Group) []sheet.Cell {
	row := make([]sheet.Cell, 2)
	if g.Conv3x3 != nil {
		row = []sheet.Cell{sheet.Int(*g.Conv3x3), sheet.Int(*g.Conv1x1)}
	}
	params := sheet.Cell{}
	if g.Params != nil {
		params = sheet.Text(strconv.FormatInt(*g.Params, 10))
	}
	row = append(row, params, sheet.Int(g.Classes))
	for _, v := range []float64{g.Min, g.Q1, g.Median, g.Q3, g.Max, g.StdDev} {
		row = append(row, sheet.Float(v))
	}
	for _, c := range []design.Cell{g.Best, g.Worst} {
		row = append(row, sheet.Texts(p.table.Names().Texts(c.Arch)...)...)
	}
	return row
}

// extremes are the best and the worst cell of a group. A terminal shows those of the chosen one.
func (p paper) extremes(g *design.Group) (cells []article.Cell) {
	if g.Classes < 2 {
		return nil
	}
	for i, c := range []design.Cell{g.Best, g.Worst} {
		cell := article.Cell{Arch: c.Arch, Title: fmt.Sprintf("%s of %s: %s, %s", []string{"best", "worst"}[i], g.Name(),
			report.Value(p.Metric, c.Value), c.Name())}
		if g == p.group {
			cell.Drawing = drawing(p.table.Space(), c.Arch)
		}
		cells = append(cells, cell)
	}
	return cells
}

// traits are what the best of a group share.
func (p paper) traits() article.Section {
	columns := []string{"what", "best", "rest", "difference", "95 % interval", "p", "p (Holm)"}
	brief := sheet.New(columns...)
	brief.Title = p.group.Words()
	all := sheet.New("conv3x3", "conv1x1", "params", "top", "classes", "edge", "operation", "trait", "best", "rest",
		"difference", "low", "high", "p", "p_holm")
	for i := range p.Groups {
		g := &p.Groups[i]
		for k, t := range g.Traits {
			if g == p.group && (k < mostTraits || t.Shown()) {
				brief.Add(trait(t)...)
			}
			row := append(p.exactGroup(*g)[:3], sheet.Int(g.Top), sheet.Int(g.Classes))
			row = append(row, sheet.Texts(t.Edge, t.Operation, t.Name)...)
			row = append(row, sheet.Float(t.Best), sheet.Float(t.Rest), sheet.Float(t.Difference))
			all.Add(append(append(row, ends(t.Interval)...), sheet.Float(t.P), sheet.Float(t.Holm))...)
		}
	}
	note := fmt.Sprintf("p: exact, over all ways to choose the best at random; corrected for all %d traits of all groups.",
		p.Tests)
	if p.group.Note != "" {
		note = "What the best share is not told: " + p.group.Note + "."
	}
	return article.Section{
		Name: "traits", Title: "What the best of equal size share",
		Lead:   fmt.Sprintf("The best %d of a group, and those as good as the last of them, against the rest.", p.Best),
		Tables: []article.Table{{Name: "traits", Brief: brief, All: all, Note: note}},
	}
}

// mostTraits are shown even if nothing is for sure.
const mostTraits = 8

// trait is a row for people: shares in percent, means as they are.
func trait(t design.Trait) []sheet.Cell {
	text := func(format string) func(float64) sheet.Cell {
		return func(v float64) sheet.Cell { return sheet.Number(v, fmt.Sprintf(format, v)) }
	}
	number, scale := text("%.2f"), 1.
	if t.Edge != "" {
		number, scale = text("%.0f %%"), 100
	}
	row := []sheet.Cell{sheet.Text(t.Name), number(scale * t.Best), number(scale * t.Rest), number(scale * t.Difference)}
	row[3].Best = t.Shown()
	if t.Interval == nil {
		row = append(row, sheet.Text("none"))
	} else {
		row = append(row, sheet.Range(number(scale*t.Interval.Low).Text, number(scale*t.Interval.High).Text))
	}
	return append(row, sheet.Number(t.P, design.Probability(t.P)), sheet.Number(t.Holm, design.Probability(t.Holm)))
}
