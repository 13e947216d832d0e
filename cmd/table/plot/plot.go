// Package plot has the command that draws a table.
package plot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/files"
	"github.com/nassearch/nassearch/cmd/internal/metrics"
	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/analysis/distribution"
	"github.com/nassearch/nassearch/objective/analysis/scatter"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/search/report/sheet"
	"github.com/nassearch/nassearch/space"
	"github.com/spf13/cobra"
)

// kinds are what a table can be drawn as, the usual one first.
var kinds = []kind{
	{"eps", (*options).overEps}, {"corruption", (*options).byCorruption}, {"severity", (*options).overSeverities},
	{"scatter", (*options).scatter},
}

// kind is a way to draw a table.
type kind struct {
	name string
	draw func(*options, context.Context, *table.Table) (drawing, error)
}

// options are the command's flags.
type options struct {
	known     objective.Catalogue // that has the words for metrics
	kind, out string
	metrics   string
	x, y      string
}

// Command returns the command.
func Command(p *program.Program) *cobra.Command {
	o := &options{known: p.Known}
	names := usage.Names(kinds, func(k kind) string { return k.name })
	cmd := &cobra.Command{
		Use:   "plot [TABLE] --out FILE",
		Short: "Draw a table: over eps, by corruption, or one metric against another",
		Long: `plot draws a table's values into a file and prints the numbers that the drawing shows.

--kind eps draws a panel for each metric that has eps, accuracies under attack unless --metrics says otherwise: a
box for every eps, spanning the quartiles over all cells, beside that of clean images. Whiskers reach the last
value within one and a half of the box's height. Eps 255/255, which leaves nothing of the image, is left out. A
dashed line stands at the accuracy of guessing.

--kind corruption draws the same for each metric that has severities: a box for every severity. --kind severity draws
a line through the medians of each, from clean images (severity 0) on.

--kind scatter draws a point for each cell, and marks the cells that no other beats in both metrics. An axis is
logarithmic where values differ by powers of ten.`,
		Example: `  nassearch table plot --out eps.svg
  nassearch table plot robustness-data --kind severity --out severity.svg
  nassearch table plot robustness-data --kind scatter --x clean_acc --y pgd_acc@2/255 --out front.png`,
		Args: usage.Args(0, 1, "one table or none"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := p.Tables.Name(p.Env, args); err != nil {
				return err
			}
			return o.run(cmd.Context(), p)
		},
	}
	f := cmd.Flags()
	p.Tables.RegisterFidelity(f)
	usage.Choice(cmd, &o.kind, "kind", names, strings.Join(names, " or "))
	f.StringVar(&o.metrics, "metrics", "", "of the panels of --kind eps and corruption, of the lines of --kind "+
		"severity: "+metrics.Usage)
	f.StringVar(&o.x, "x", "clean_acc",
		"metric of the horizontal axis of --kind scatter; may carry its setting: pgd_acc@4/255")
	f.StringVar(&o.y, "y", "pgd_acc", "metric of the vertical axis")
	f.StringVar(&o.out, "out", "", "file to draw into: .svg, .png or .pdf")
	files.Writes(f, "out", "svg", "png", "pdf")
	return cmd
}

// drawing is a figure with the numbers that it shows, as rows and for programs.
type drawing struct {
	figure  figure.Picture
	brief   *sheet.Sheet // for people
	rows    *sheet.Sheet
	numbers any
}

// run draws a figure and prints its numbers.
func (o *options) run(ctx context.Context, p *program.Program) error {
	i := slices.IndexFunc(kinds, func(k kind) bool { return k.name == o.kind })
	if i < 0 {
		return usage.OneOf("kind", o.kind, usage.Names(kinds, func(k kind) string { return k.name }), " or ")
	}
	if o.out == "" {
		return usage.Mark(errors.New("nowhere to draw: give --out a file that ends with .svg, .png or .pdf"))
	}
	if err := output.CheckFigure("out", o.out); err != nil {
		return err
	}
	t, err := p.Tables.Open()
	if err != nil {
		return err
	}
	d, err := kinds[i].draw(o, ctx, t)
	if err != nil {
		return err
	}
	if err := output.Figure(p.Log, o.out, d.figure); err != nil {
		return err
	}
	return p.Out.Brief("table    "+t.Info().Description+"\n\n", d.brief, d.rows, d.numbers)
}

// overEps has a panel for every metric that has eps.
func (o *options) overEps(ctx context.Context, t *table.Table) (drawing, error) {
	d, err := o.over(ctx, t, "eps", distribution.Metrics(t))
	if err != nil {
		return drawing{}, err
	}
	rows := boxRows(d.Boxes, "eps")
	return drawing{d.Figure, rows, rows, d.Boxes}, nil
}

// byCorruption has a panel for every metric that has severities.
func (o *options) byCorruption(ctx context.Context, t *table.Table) (drawing, error) {
	d, err := o.over(ctx, t, "severity", distribution.Corruptions(t))
	if err != nil {
		return drawing{}, err
	}
	rows := boxRows(d.Boxes, "severity")
	return drawing{d.Figure, rows, rows, d.Boxes}, nil
}

// overSeverities has a line for every metric that has severities.
func (o *options) overSeverities(ctx context.Context, t *table.Table) (drawing, error) {
	d, err := o.over(ctx, t, "severity", distribution.Corruptions(t))
	if err != nil {
		return drawing{}, err
	}
	rows := boxRows(d.Boxes, "severity")
	return drawing{d.Curves(), rows, rows, d.Boxes}, nil
}

// over describes those of some metrics that are asked for.
func (o *options) over(
	ctx context.Context, t *table.Table, what string, all []table.MetricInfo,
) (d distribution.Distribution, err error) {
	panels, err := panelsOf(t, what, all, o.metrics)
	if err != nil {
		return d, err
	}
	return distribution.Over(ctx, t, o.known, panels, t.Info().Labels)
}

// panelsOf finds the metrics of a list, or all accuracies, among those that were measured at several eps or severities.
func panelsOf(t *table.Table, what string, panels []table.MetricInfo, list string) ([]table.MetricInfo, error) {
	if list == "" {
		panels = slices.DeleteFunc(panels, func(m table.MetricInfo) bool { return !distribution.IsAccuracy(m) })
		if len(panels) == 0 {
			return nil, fmt.Errorf("table %s has no accuracy by %s: see 'nassearch table info'", t.Info().Name, what)
		}
		return panels, nil
	}
	names, err := metrics.Expand(panels, list)
	if err != nil {
		return nil, err
	}
	var chosen []table.MetricInfo
	for _, name := range names {
		i := slices.IndexFunc(panels, func(m table.MetricInfo) bool { return m.Metric.Name == name })
		if i >= 0 {
			chosen = append(chosen, panels[i])
			continue
		}
		return nil, usage.Mark(fmt.Errorf("--metrics %s: table %s has no such metric by %s: it has %s",
			name, t.Info().Name, what, strings.Join(metrics.Names(panels), " ")))
	}
	return chosen, nil
}

// boxRows has a row a box, with the eps or the severity.
func boxRows(boxes []distribution.Box, at string) *sheet.Sheet {
	s := sheet.New("metric", at, "classes", "min", "q1", "median", "q3", "max")
	for _, b := range boxes {
		row := []string{b.Name, "", strconv.Itoa(b.N)}
		switch {
		case b.Eps != nil:
			row[1] = b.Eps.String()
		case b.Severity != 0:
			row[1] = strconv.Itoa(b.Severity)
		}
		s.Add(append(sheet.Texts(row...), report.Cells(b.Metric, []float64{b.Min, b.Q1, b.Median, b.Q3, b.Max})...)...)
	}
	return s
}

// scatter has one metric against another.
func (o *options) scatter(ctx context.Context, t *table.Table) (drawing, error) {
	s, err := scatter.New(ctx, t, o.x, o.y)
	if err != nil {
		return drawing{}, fmt.Errorf("--x %s --y %s: %w", o.x, o.y, err)
	}
	brief := sheet.New(s.X.Words(), s.Y.Words(), "cell", "arch")
	rows := sheet.New(append([]string{s.X.Key(), s.Y.Key()}, space.NameColumns()...)...)
	values := make([][]float64, len(s.Front))
	for i, c := range s.Front {
		values[i] = []float64{c.X, c.Y}
	}
	columns := report.Columns([]objective.Metric{s.X, s.Y}, values)
	for i, c := range s.Front {
		row := sheet.RowOf(columns, i)
		brief.Add(append(slices.Clone(row), sheet.Texts(c.Name(), string(c.Arch))...)...)
		rows.Add(append(row, sheet.Texts(t.Names().Texts(c.Arch)...)...)...)
	}
	return drawing{s.Figure(o.known), brief, rows, s}, nil
}
