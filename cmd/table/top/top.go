// Package top has the command that lists the best classes of a table.
package top

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/nassearch/nassearch/cmd/internal/backends"
	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/search/report/sheet"
	"github.com/nassearch/nassearch/space"
	"github.com/spf13/cobra"
)

// command is what the flags and the program give to the list.
type command struct {
	*program.Program
	by    string
	most  int
	scope backends.Scope
}

// Command returns the command.
func Command(p *program.Program) *cobra.Command {
	c := &command{Program: p}
	cmd := &cobra.Command{
		Use:   "top [TABLE]",
		Short: "List the best classes of a table, all or those within bounds",
		Long: `top lists the classes of architectures that are best in a metric, with their sizes, and by the member that
stands for the class: its native index and, where meta.json is at hand, its released id. Ranks are among the classes
within the bounds that have a value.`,
		Example: `  nassearch table top --by pgd_acc
  nassearch table top robustness-data --by pgd_acc@2/255 --where 'params<=0.5M' --where 'clean_acc>=0.9' -n 5
  nassearch table top --by params -n 100 -o csv`,
		Args: usage.Args(0, 1, "one table or none"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := c.Tables.Name(c.Env, args); err != nil {
				return err
			}
			return c.run(cmd.Context())
		},
	}
	cmd.Flags().StringVar(&c.by, "by", "pgd_acc", "metric that orders them, best first (see 'nassearch objectives')")
	cmd.Flags().IntVarP(&c.most, "number", "n", 10, "classes to list")
	c.scope.RegisterWhere(cmd.Flags())
	p.Tables.RegisterFidelity(cmd.Flags())
	return cmd
}

// list is what the command found, for programs.
type list struct {
	Table   string   `json:"table"`
	Dataset string   `json:"dataset"`
	By      string   `json:"by"`
	Where   []string `json:"where"`
	Classes int      `json:"classes"` // within the bounds that have a value
	Whole   int      `json:"of"`      // of the space
	Cells   []cell   `json:"cells"`

	metrics []objective.Metric
}

// cell is a class.
type cell struct {
	Rank   int                `json:"rank"`
	Values map[string]float64 `json:"values"`
	Arch   space.Arch         `json:"arch"` // stands for the class
	space.Named

	names  []string  // in the order of [space.NameColumns]
	values []float64 // in the list's metrics, NaN where there is none
}

func (c *command) run(ctx context.Context) error {
	if err := usage.AtLeast("number", c.most, 1); err != nil {
		return err
	}
	t, err := c.Tables.Open()
	if err != nil {
		return err
	}
	l, err := c.list(ctx, t)
	if err != nil {
		return err
	}
	return c.Out.Print(output.Document{Text: l.text, CSV: l.sheet(space.NameColumns()...).CSV, JSON: l})
}

// list finds the best classes within the bounds.
func (c *command) list(ctx context.Context, t *table.Table) (l list, err error) {
	view, err := t.Select(ctx, []string{c.by}, table.Settings{})
	if err != nil {
		return l, err
	}
	p := backends.TableProblem(t, view, table.Settings{})
	if err := c.scope.Narrow(ctx, "table", p); err != nil {
		return l, err
	}
	known, _ := p.Landscape()
	l = list{
		Table: t.Info().Description, Dataset: t.Info().Dataset, By: view.Metrics()[0].Key(),
		Where: append([]string{}, p.Scope.Where...), Whole: t.Space().Classes(), Cells: []cell{},
	}
	var best []int // classes
	for class := range l.Whole {
		if !math.IsNaN(known.Values(class)[0]) {
			best = append(best, class)
		}
	}
	l.Classes = len(best)
	goal := view.Metrics()[0].Goal
	slices.SortStableFunc(best, func(a, b int) int { return goal.Compare(known.Values(a)[0], known.Values(b)[0]) })
	more, err := c.more(ctx, t, view)
	if err != nil {
		return l, err
	}
	for _, m := range more {
		l.metrics = append(l.metrics, m.Metrics()[0])
	}
	for _, class := range best[:min(c.most, len(best))] {
		one := newCell(t, class, more, l.metrics)
		one.Rank = known.Rank(0, known.Values(class)[0])
		l.Cells = append(l.Cells, one)
	}
	return l, nil
}

// more are the metrics that are shown: that of the order, those with bounds, and sizes.
func (c *command) more(ctx context.Context, t *table.Table, view *table.View) ([]*table.View, error) {
	bounds, err := c.scope.Constraints()
	if err != nil {
		return nil, err
	}
	all := []*table.View{view}
	add := func(metric string) error {
		v, err := t.Select(ctx, []string{metric}, table.Settings{})
		same := func(o *table.View) bool { return o.Metrics()[0] == v.Metrics()[0] }
		if err == nil && !slices.ContainsFunc(all, same) {
			all = append(all, v)
		}
		return err
	}
	for _, b := range bounds {
		if err := add(b.Metric); err != nil {
			return nil, err
		}
	}
	if _, ok := t.Space().(space.Sizer); ok {
		for _, size := range []string{"params", "flops"} {
			if err := add(size); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}

func newCell(t *table.Table, class int, more []*table.View, metrics []objective.Metric) cell {
	arch, names := t.Space().Class(class), t.Names()
	c := cell{Arch: arch, Named: names.Of(arch), Values: map[string]float64{}, names: names.Texts(arch)}
	for i, m := range more {
		v := m.Values(class)[0]
		c.values = append(c.values, v)
		if !math.IsNaN(v) {
			c.Values[metrics[i].Key()] = v
		}
	}
	return c
}

// text writes the list for people.
func (l list) text(w io.Writer) error {
	p := sheet.To(w)
	p.Line("table", l.Table+" · "+numeral.Thousands(l.Whole)+" classes")
	p.Line("by", fmt.Sprintf("%s, best first · ranks are among %s classes",
		l.metrics[0].Words(), numeral.Thousands(l.Classes)))
	for i, bound := range l.Where {
		p.Line([]string{"where", ""}[min(i, 1)], bound)
	}
	p.Raw("\n")
	p.Sheet(l.sheet("arch", "index", "id"))
	return p.Err()
}

// sheet has one row a class, which is named in the given ways.
func (l list) sheet(naming ...string) *sheet.Sheet {
	s := sheet.New("rank")
	var rows [][]float64
	for _, c := range l.Cells {
		rows = append(rows, c.values)
	}
	values := report.Columns(l.metrics, rows)
	for _, m := range l.metrics {
		s.AddColumn(m.Key())
	}
	for _, way := range naming {
		s.AddColumn(way)
	}
	for i, c := range l.Cells {
		row := []sheet.Cell{sheet.Int(c.Rank)}
		for k := range l.metrics {
			row = append(row, values[k][i])
		}
		for _, way := range naming {
			row = append(row, sheet.Text(c.names[slices.Index(space.NameColumns(), way)]))
		}
		s.Add(row...)
	}
	return s
}
