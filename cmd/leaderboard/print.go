package leaderboard

import (
	"fmt"
	"math"
	"slices"

	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/analysis/leaderboard"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/search/report/article"
	"github.com/nassearch/nassearch/search/report/sheet"
	"github.com/nassearch/nassearch/space"
)

// article is the boards as people read them.
func (r result) article() article.Article {
	a := article.Article{
		Title: "Leaderboard of " + r.table.Info().Name, Lead: r.Table, Warnings: r.Doubts,
		Facts: []article.Fact{
			{Name: "table", Text: r.Table + " · " + numeral.Thousands(r.Of) + " classes"},
		},
	}
	for _, f := range []article.Fact{{Name: "split", Text: r.Split}, {Name: "attacks", Text: r.Attacks}} {
		if f.Text != "" {
			a.Facts = append(a.Facts, f)
		}
	}
	for _, bound := range r.Where {
		a.Facts = append(a.Facts, article.Fact{Name: "where", Text: bound})
	}
	for _, own := range r.Own {
		a.Facts = append(a.Facts, article.Fact{Name: "own", Text: own})
	}
	for i, b := range r.Boards {
		a.Conclusions = append(a.Conclusions, conclusion(b)...)
		a.Sections = append(a.Sections, section(i, b))
	}
	return a
}

// conclusion says which class of the table is the best.
func conclusion(b leaderboard.Board) []string {
	i := slices.IndexFunc(b.Networks, func(n leaderboard.Network) bool { return n.Own == "" })
	if i < 0 {
		return nil
	}
	best := b.Networks[i]
	text := "in the worst case"
	if b.Corrupts() {
		text = "on average"
	}
	return []string{fmt.Sprintf("%s: the best of %s cells has %.4f %s: %s.", b.Name, numeral.Thousands(b.Classes),
		*scoreOf(b, best), text, best.Short(best.Arch))}
}

func scoreOf(b leaderboard.Board, n leaderboard.Network) *float64 {
	if b.Corrupts() {
		return n.Mean
	}
	return n.Worst
}

func section(i int, b leaderboard.Board) article.Section {
	s := article.Section{Name: fmt.Sprint("board", i+1), Title: b.Name}
	switch {
	case b.Classes == 0:
		s.Lead = "The table has nothing here."
	case b.Corrupts():
		s.Lead = fmt.Sprintf("By the mean over corruptions, among %s cells.", numeral.Thousands(b.Classes))
	default:
		s.Lead = fmt.Sprintf("By the lowest accuracy of the attacks, among %s cells.", numeral.Thousands(b.Classes))
	}
	if b.Lacking > 0 {
		s.Lead += fmt.Sprintf(" %s others lack a value.", numeral.Thousands(b.Lacking))
	}
	list := board(b)
	s.Tables = []article.Table{{Name: s.Name, Brief: list}}
	return s
}

// board has a row a network.
func board(b leaderboard.Board) *sheet.Sheet {
	s := sheet.New("rank", "cell")
	for _, n := range b.Networks {
		name := n.Short(n.Arch)
		if n.Own != "" {
			name = n.Own
		}
		s.Add(sheet.Int(n.Rank), sheet.Text(name))
	}
	column := func(title string, m objective.Metric, of func(leaderboard.Network) *float64) {
		values := make([]float64, len(b.Networks))
		any := false
		for i, n := range b.Networks {
			values[i] = math.NaN()
			if v := of(n); v != nil {
				values[i], any = *v, true
			}
		}
		if any {
			s.AddColumn(title, report.Cells(m, values)...)
		}
	}
	named := func(name string, of func(leaderboard.Network) *float64) {
		column(name, objective.Metric{Name: name}, of)
	}
	named("clean_acc", func(n leaderboard.Network) *float64 { return n.Clean })
	for _, m := range slices.Concat(b.Metrics, b.Others) {
		named(m.Name, func(n leaderboard.Network) *float64 { return valueOf(n, m.Name) })
	}
	share := objective.Metric{Name: "clean_acc"}
	column("mean", share, func(n leaderboard.Network) *float64 { return n.Mean })
	column("worst", share, func(n leaderboard.Network) *float64 { return n.Worst })
	named("params", func(n leaderboard.Network) *float64 { return n.Params })
	named("flops", func(n leaderboard.Network) *float64 { return n.FLOPs })
	archs := make([]sheet.Cell, len(b.Networks))
	for i, n := range b.Networks {
		archs[i] = sheet.Text(string(n.Arch))
	}
	s.AddColumn("arch", archs...)
	s.Lead = 2
	return s
}

func valueOf(n leaderboard.Network, name string) *float64 {
	if v, ok := n.Values[name]; ok {
		return &v
	}
	return nil
}

// rows has a row a threat and network, with columns for all metrics of all boards.
func (r result) rows() *sheet.Sheet {
	var names []string
	for _, b := range r.Boards {
		for _, m := range slices.Concat(b.Metrics, b.Others) {
			if !slices.Contains(names, m.Name) {
				names = append(names, m.Name)
			}
		}
	}
	columns := slices.Concat([]string{"threat", "rank", "own"}, space.NameColumns(), []string{"clean_acc"}, names,
		[]string{"mean", "worst", "params", "flops"})
	s := sheet.New(columns...)
	cell := func(v *float64) sheet.Cell {
		if v == nil {
			return sheet.Cell{}
		}
		return sheet.Float(*v)
	}
	for _, b := range r.Boards {
		for _, n := range b.Networks {
			row := sheet.Texts(b.Name, fmt.Sprint(n.Rank), n.Own)
			row = append(row, sheet.Texts(r.table.Names().Texts(n.Arch)...)...)
			row = append(row, cell(n.Clean))
			for _, name := range names {
				row = append(row, cell(valueOf(n, name)))
			}
			s.Add(append(row, cell(n.Mean), cell(n.Worst), cell(n.Params), cell(n.FLOPs))...)
		}
	}
	return s
}
