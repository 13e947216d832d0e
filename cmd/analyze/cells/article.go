package cells

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/analysis/cells"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/search/report/article"
	"github.com/nassearch/nassearch/search/report/sheet"
	"github.com/nassearch/nassearch/space"
)

// paper is a result as people read it.
type paper struct {
	*cells.Result
	table    *table.Table
	searched []searched // nil without a comparison
	known    objective.Catalogue
}

// value is the result for programs.
func (p paper) value() any {
	return struct {
		Table       string   `json:"table"`
		Dataset     string   `json:"dataset"`
		Conclusions []string `json:"conclusions"`
		*cells.Result
		Searched []searched `json:"searched,omitempty"`
	}{p.table.Info().Description, p.table.Info().Dataset, p.sentences(), p.Result, p.searched}
}

func (p paper) article() article.Article {
	var names []string
	for _, m := range p.Metrics {
		names = append(names, m.Words())
	}
	a := article.Article{
		Title: "The best cells by " + strings.Join(names, " and "), Lead: p.table.Info().Description,
		Facts: []article.Fact{
			{Name: "table", Text: p.table.Info().Description},
			{Name: "metrics", Text: strings.Join(names, ", ")},
			{Name: "classes", Text: fmt.Sprintf("%s of %s", numeral.Thousands(p.Classes), numeral.Thousands(p.Of))},
		},
		Conclusions: p.sentences(), Sections: []article.Section{p.front()},
	}
	for _, bound := range p.Where {
		a.Facts = append(a.Facts, article.Fact{Name: "where", Text: bound})
	}
	if len(p.searched) > 0 {
		a.Sections = append(a.Sections, p.strategies())
	}
	if len(p.Metrics) > 1 {
		a.Sections = append(a.Sections, p.tradeoffs(), p.best())
	}
	return a
}

// sentences say what follows. The cells are all that there are: nothing but what strategies find has an interval.
func (p paper) sentences() (all []string) {
	for i, m := range p.Metrics {
		best := p.Best[i][0]
		all = append(all, fmt.Sprintf("The best %s is %s: %s.", m.Words(), report.Format(m, best.Values[i]), best.Name()))
	}
	if len(p.Metrics) > 1 {
		all = append(all, fmt.Sprintf("%s of %s cells are on the front: no other is as good in every metric and better in "+
			"one.", numeral.Thousands(len(p.Front)), numeral.Thousands(p.Classes)))
	}
	for i, t := range p.Tradeoffs {
		last := t.Steps[len(t.Steps)-1]
		if last.Gain == 0 {
			all = append(all, fmt.Sprintf("The best cell by %s is the best by %s too.", t.Of.Words(), t.For.Words()))
			continue
		}
		all = append(all, fmt.Sprintf("From the best %s to the best %s, %s is given up for %s (%s to %s).", t.Of.Words(),
			t.For.Words(), report.Format(t.Of, last.Given), report.Format(t.For, last.Gain), t.Steps[0].Cell.Name(),
			p.Best[i+1][0].Name()))
	}
	for _, s := range p.searched {
		all = append(all, fmt.Sprintf("%s finds %.1f %% of the front on average (95 %% interval %.1f to %.1f %%, %d runs).",
			s.Strategy, 100*s.Share, 100*s.Low, 100*s.High, s.Runs))
	}
	return all
}

// front is the cells that no other beats, or the best by the only metric.
func (p paper) front() article.Section {
	list, s := p.Front, article.Section{Name: "front", Title: "The Pareto front"}
	if len(p.Metrics) == 1 {
		list, s.Title = p.Best[0], "The best cells"
	}
	brief, all := p.list(list)
	s.Tables = []article.Table{{Name: "front", Brief: brief, All: all}}
	for _, i := range spread(len(list), mostDrawn) {
		c := list[i]
		var title []string
		for k, m := range p.Metrics {
			title = append(title, report.Value(m, c.Values[k]))
		}
		s.Cells = append(s.Cells, article.Cell{Arch: c.Arch, Title: c.Name() + ": " + strings.Join(title, " · ")})
	}
	if len(p.Metrics) > 1 {
		s.Pictures = []article.Picture{{Name: "front", Figure: p.picture(), Caption: "All cells, and the front"}}
	}
	return s
}

// mostDrawn cells are drawn of a list.
const mostDrawn = 8

// spread are so many positions of a list at most, from one end to the other.
func spread(n, most int) (at []int) {
	for i := range min(n, most) {
		at = append(at, i*(n-1)/max(1, min(n, most)-1))
	}
	return at
}

// list has a row a cell, for people and for programs.
func (p paper) list(cells []cells.Cell) (brief, all *sheet.Sheet) {
	brief, all = sheet.New(), sheet.New()
	rows := make([][]float64, len(cells))
	for i, c := range cells {
		rows[i] = c.Values
	}
	columns := report.Columns(p.Metrics, rows)
	for _, m := range p.Metrics {
		brief.AddColumn(m.Key())
		all.AddColumn(m.Key())
	}
	brief.AddColumn("cell")
	brief.AddColumn("arch")
	for _, name := range space.NameColumns() {
		all.AddColumn(name)
	}
	for i, c := range cells {
		brief.Add(append(sheet.RowOf(columns, i), sheet.Texts(c.Name(), string(c.Arch))...)...)
		all.Add(append(sheet.RowOf(columns, i), sheet.Texts(p.table.Names().Texts(c.Arch)...)...)...)
	}
	return brief, all
}

// best are the best by each metric.
func (p paper) best() article.Section {
	s := article.Section{Name: "best", Title: "The best by each metric"}
	for i, m := range p.Metrics {
		brief, all := p.list(p.Best[i])
		brief.Title = "by " + m.Words()
		s.Tables = append(s.Tables, article.Table{Name: "best-" + strconv.Itoa(i+1), Brief: brief, All: all})
	}
	return s
}

// tradeoffs are what the first metric costs in the others.
func (p paper) tradeoffs() article.Section {
	s := article.Section{
		Name: "tradeoffs", Title: "What one metric costs in another",
		Lead: fmt.Sprintf("The best cell among those that give up at most so much of the best %s.", p.Metrics[0].Words()),
	}
	for i, t := range p.Tradeoffs {
		brief := sheet.New("given up", "of all", t.Of.Key(), t.For.Key(), "gain", "cell")
		brief.Title = t.For.Words()
		var given, of, to, gain []float64
		for _, step := range t.Steps {
			given, gain = append(given, step.Given), append(gain, step.Gain)
			of, to = append(of, step.Cell.Values[0]), append(to, step.Cell.Values[i+1])
		}
		columns := [][]sheet.Cell{
			report.Cells(t.Of, given), report.Cells(t.Of, of), report.Cells(t.For, to), report.Cells(t.For, gain),
		}
		for k, step := range t.Steps {
			brief.Add(columns[0][k], sheet.Number(step.Share, fmt.Sprintf("%g %%", 100*step.Share)), columns[1][k],
				columns[2][k], columns[3][k], sheet.Text(step.Cell.Name()))
		}
		s.Tables = append(s.Tables, article.Table{Name: "tradeoff-" + strconv.Itoa(i+1), Brief: brief})
	}
	return s
}

// strategies are what searches found of the front.
func (p paper) strategies() article.Section {
	brief, all := sheet.New("strategy", "runs", "of the front", "95 % interval"),
		sheet.New("strategy", "runs", "share", "low", "high")
	text := func(v float64) string { return strconv.FormatFloat(100*v, 'f', 1, 64) + " %" }
	for _, s := range p.searched {
		brief.Add(sheet.Text(s.Strategy), sheet.Int(s.Runs), sheet.Number(s.Share, text(s.Share)),
			sheet.Range(text(s.Low), text(s.High)))
		all.Add(sheet.Text(s.Strategy), sheet.Int(s.Runs), sheet.Float(s.Share), sheet.Float(s.Low), sheet.Float(s.High))
	}
	return article.Section{
		Name: "strategies", Title: "How much of the front strategies find",
		Lead:   "The share of the front's different points that a run found, or something as good: mean over runs.",
		Tables: []article.Table{{Name: "strategies", Brief: brief, All: all}},
	}
}

// picture is all cells and the front, in the first two metrics.
func (p paper) picture() figure.Scatter {
	x, y := p.Metrics[0], p.Metrics[1]
	f := figure.Scatter{
		Title: p.table.Info().Description + " · " + numeral.Thousands(p.Classes) + " classes",
		About: fmt.Sprintf("All cells by %s and %s, and those that no other beats in both", x.Words(), y.Words()),
	}
	var unit [2]float64
	f.X.Title, unit[0] = p.axis(0)
	f.Y.Title, unit[1] = p.axis(1)
	scaled := func(v []float64) figure.Point { return figure.Point{X: v[0] * unit[0], Y: v[1] * unit[1]} }
	for _, v := range p.Points {
		f.Points = append(f.Points, scaled(v))
	}
	front := objective.Front(p.Metrics[:2], inTwo(p.Points))
	f.Front = figure.Front{Name: "Pareto front", SmallX: x.Goal == objective.Minimize}
	for _, v := range front {
		f.Front.Points = append(f.Front.Points, scaled(v))
	}
	return f
}

// inTwo are points in the first two metrics.
func inTwo(points [][]float64) [][]float64 {
	two := make([][]float64, len(points))
	for i, v := range points {
		two[i] = v[:2]
	}
	return two
}

// axis names a metric, with the unit that its values are shown in: large sizes of networks in millions.
func (p paper) axis(metric int) (title string, unit float64) {
	m := p.Metrics[metric]
	large := func(v []float64) bool { return math.Abs(v[metric]) >= 1e5 }
	if m.Unit() == objective.Millions && slices.ContainsFunc(p.Points, large) {
		return p.known.Label(m) + " (millions)", 1e-6
	}
	return p.known.Label(m), 1
}
