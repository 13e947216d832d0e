// Package query has the command that shows everything that is known of one architecture.
package query

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/search/report/sheet"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/spf13/cobra"
)

var drawings = []string{"text", "dot", "svg"}

// Command returns the command.
func Command(p *program.Program) *cobra.Command {
	var drawing string
	cmd := &cobra.Command{
		Use:   "query ARCH|INDEX|#OFFICIALID",
		Short: "Show everything that is known of one architecture",
		Long: `query shows one cell: its drawing, its size, the other members of its isomorphism class, and, with --data,
everything that the table has of it. The cell is given by its text, by its native index (0 to 15624), or, with
the robustness dataset at hand, by its released id after a #.`,
		Example: `  nassearch query 1462
  nassearch query '#13433' --data robustness-data
  nassearch query '|nor_conv_3x3~0|+|none~0|none~1|+|none~0|none~1|skip_connect~2|' ` +
			"--draw svg > cell.svg",
		Args: usage.Args(1, 1, "one cell: its text, index or #id"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return query(cmd.Context(), p, args[0], drawing)
		},
	}
	cmd.Flags().StringVar(&drawing, "draw", "", "print nothing but a drawing: text, dot or svg")
	usage.Complete(cmd, "draw", drawings...)
	p.Tables.RegisterFidelity(cmd.Flags())
	return cmd
}

func query(ctx context.Context, p *program.Program, name, drawing string) error {
	t, err := p.Tables.Open()
	if err != nil {
		return err
	}
	cell, err := p.Tables.Cell(name)
	if err != nil {
		return err
	}
	if drawing != "" {
		if p.Given("output") {
			return usage.Mark(errors.New("--output has no meaning with --draw, which prints nothing but a drawing"))
		}
		return draw(p.Out, cell, drawing)
	}
	k, err := know(ctx, t, cell)
	if err != nil {
		return err
	}
	return p.Out.Print(output.Document{Text: k.text, CSV: k.rows().CSV, JSON: k})
}

func draw(w io.Writer, c nasbench201.Cell, form string) error {
	text := func() string { return c.Text() + "\n" }
	drawing, ok := map[string]func() string{"text": text, "dot": c.DOT, "svg": c.SVG}[form]
	if !ok {
		return usage.OneOf("draw", form, drawings, ", ")
	}
	_, err := io.WriteString(w, drawing())
	return err
}

// text writes it for people.
func (k knowledge) text(w io.Writer) error {
	p := sheet.To(w)
	p.Line("cell", string(k.Arch))
	for row := range strings.Lines(k.cell.Text()) {
		p.Line("", "  "+strings.TrimRight(row, "\n"))
	}
	index := fmt.Sprintf("native index %d", k.Index)
	if k.ID != nil {
		index += fmt.Sprintf(" · released id #%d", *k.ID)
		if *k.Representative != *k.ID {
			index += fmt.Sprintf(", measured as #%d", *k.Representative)
		}
	}
	p.Line("index", index)
	p.Line("size", k.sizes())
	if k.Smallest != nil {
		p.Line("", fmt.Sprintf("%s in the smallest network of the class", parameters(k.Smallest.Params)))
	}
	k.members(p)
	if k.Table != "" {
		p.Line("table", k.Table)
		if k.Seeds != "" {
			p.Line("seeds", k.Seeds+" trainings of each network, of which a value is the mean")
		}
		p.Raw("\n")
	}
	for _, g := range groups(k.values) {
		p.Sheet(g.sheet())
		p.Raw("\n")
	}
	return p.Err()
}

// sizes tells those of the cell's network.
func (k knowledge) sizes() string {
	text := fmt.Sprintf("depth %d · %d live edges", k.Depth, k.LiveEdges)
	if k.Params == nil {
		return text + " · parameters not known: the table does not say which network the cells were put into"
	}
	flops := report.Format(objective.Metric{Name: "flops"}, float64(*k.FLOPs))
	return parameters(*k.Params) + " · " + flops + " FLOPs · " + text
}

func parameters(n int64) string {
	return report.Format(objective.Metric{Name: "params"}, float64(n)) + " parameters"
}

// members writes the class.
func (k knowledge) members(p *sheet.Printer) {
	const most = 8
	p.Line("class", fmt.Sprintf("%d of 0 to %d, with %d members:", k.Number, nasbench201.Classes-1, len(k.Members)))
	for _, m := range k.Members[:min(most, len(k.Members))] {
		note := ""
		if m == k.Canonical && len(k.Members) > 1 {
			note = "  (canonical)"
		}
		p.Line("", string(m)+note)
	}
	if more := len(k.Members) - most; more > 0 {
		p.Line("", fmt.Sprintf("and %d more (--output json lists them)", more))
	}
}

// group is a table of metrics (rows) that have the same kind of setting (columns).
type group struct {
	heading       string
	columns, rows []string
	cells         map[[2]string]sheet.Cell // by row and column
}

// groups arranges values: those without settings, those by eps, those by severity.
func groups(values []table.Value) []*group {
	var all []*group
	beside := map[string][]float64{} // by metric
	for _, v := range values {
		if !v.Missing {
			beside[v.Metric.Name] = append(beside[v.Metric.Name], v.Number)
		}
	}
	for _, v := range values {
		heading, column := place(v.Metric.Setting)
		i := slices.IndexFunc(all, func(g *group) bool { return g.heading == heading })
		if i < 0 {
			i, all = len(all), append(all, &group{heading: heading, cells: map[[2]string]sheet.Cell{}})
		}
		g := all[i]
		if !slices.Contains(g.columns, column) {
			g.columns = append(g.columns, column)
		}
		if !slices.Contains(g.rows, v.Metric.Name) {
			g.rows = append(g.rows, v.Metric.Name)
		}
		cell := sheet.Text("missing")
		if !v.Missing {
			cell = sheet.Number(v.Number, report.Beside(v.Metric, beside[v.Metric.Name]...)(v.Number))
		}
		g.cells[[2]string{v.Metric.Name, column}] = cell
	}
	return all
}

// place is the heading of the group that a setting belongs to, and its column there.
func place(s objective.Setting) (heading, column string) {
	switch {
	case s.Eps != 0:
		return "at eps", s.String()
	case s.Severity == objective.EverySeverity:
		return "at severity", "mean"
	case s.Severity != 0:
		return "at severity", strconv.Itoa(s.Severity)
	}
	return "metric", "value"
}

func (g *group) sheet() *sheet.Sheet {
	s := sheet.New(append([]string{g.heading}, g.columns...)...)
	for _, name := range g.rows {
		row := []sheet.Cell{sheet.Text(name)}
		for _, c := range g.columns {
			row = append(row, g.cells[[2]string{name, c}])
		}
		s.Add(row...)
	}
	return s
}
