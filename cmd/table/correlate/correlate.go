// Package correlate has the command that says how alike metrics order the cells.
package correlate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/nassearch/nassearch/cmd/internal/backends"
	"github.com/nassearch/nassearch/cmd/internal/files"
	"github.com/nassearch/nassearch/cmd/internal/metrics"
	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/internal/figure/term"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective/analysis/correlate"
	"github.com/nassearch/nassearch/search/report/sheet"
)

// options are the command's flags.
type options struct {
	metrics            string
	metricsA, metricsB string
	datasetA, datasetB string
	fidelityA          string
	fidelityB          string
	allEps             bool
	statistic          string
	bootstrap          int
	seed               uint64
	out                string
}

// Command returns the command.
func Command(p *program.Program) *cobra.Command {
	o := new(options)
	cmd := &cobra.Command{
		Use:   "correlate [A [B]]",
		Short: "Say how alike the metrics of two tables, or of one, order the cells",
		Long: `
correlate compares every metric of table A with every metric of table B, over the classes that both have, by rank
correlation: Kendall's tau-b and Spearman's rho, each with a 95 % interval. With one table, or --data alone, its
metrics are compared with each other. Values are taken as they are, so that what costs accuracy correlates
negatively with it.

Without --metrics, each table is taken at its default eps; single corruptions are left out where there is their
mean, and so are params and flops, which are not measured.`[1:],
		Example: `  nassearch table correlate embedded robustness-data
  nassearch table correlate robustness-data --out heat.svg
  nassearch table correlate mine.csv robustness-data --dataset-b cifar10 --metrics clean_acc,pgd_acc@4/255
  nassearch table correlate robustness-data --metrics-a clean_acc,params --metrics-b 'pgd_acc@*' -o csv`,
		Args: usage.Args(0, 2, "at most two tables"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := p.Tables.Name(p.Env, args); err != nil {
				return err
			}
			return o.run(cmd.Context(), p, args)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.metrics, "metrics", "", metrics.Usage)
	f.StringVar(&o.metricsA, "metrics-a", "", "those of A, if not --metrics")
	f.StringVar(&o.metricsB, "metrics-b", "", "those of B, if not --metrics")
	f.StringVar(&o.datasetA, "dataset-a", "", "data set of A, if not --dataset")
	f.StringVar(&o.datasetB, "dataset-b", "", "data set of B, if not --dataset")
	f.StringVar(&o.fidelityA, "fidelity-a", "1", "share of the full training of A's networks, such as 1/8")
	f.StringVar(&o.fidelityB, "fidelity-b", "1", "share of the full training of B's networks")
	f.BoolVar(&o.allEps, "all-eps", false, "take metrics that are given without an eps at all that the table has")
	usage.Choice(cmd, &o.statistic, "statistic", statistics, "what the heat map shows: kendall or spearman")
	f.IntVar(&o.bootstrap, "bootstrap", 0,
		"make intervals by so many resamples of the classes, slowly (default: by formula)")
	f.Uint64Var(&o.seed, "seed", 1, "of the resamples")
	f.StringVar(&o.out, "out", "", "file for the heat map: .svg, .png or .pdf")
	files.Writes(f, "out", "svg", "png", "pdf")
	return cmd
}

var statistics = []string{"kendall", "spearman"}

const (
	confidence   = .95
	minResamples = 100 // below, a 95 % interval is made of its outermost few
)

// correlation is the result for programs.
type correlation struct {
	A          side             `json:"a"`
	B          side             `json:"b"`
	Confidence float64          `json:"confidence"`
	Bootstrap  int              `json:"bootstrap"` // resamples of intervals; 0: by formula
	Pairs      []correlate.Pair `json:"pairs"`

	self      bool // the same metrics of the same table
	statistic correlate.Statistic
	result    correlate.Result
}

// run compares the metrics of the tables that arguments and flags name.
func (o *options) run(ctx context.Context, p *program.Program, paths []string) error {
	c, err := o.read(p.Tables, paths)
	if err != nil {
		return err
	}
	if err := cmp.Or(o.open(ctx, p.Tables, &c.A), o.open(ctx, p.Tables, &c.B)); err != nil {
		return err
	}
	if c.A.space != c.B.space {
		return errors.New("one of the tables has a value for each cell: choose --rows first or --rows mean")
	}
	options := correlate.Options{Confidence: c.Confidence, Bootstrap: c.Bootstrap, Seed: o.seed}
	if c.self {
		c.result, err = correlate.Self(ctx, c.A.columns, options)
	} else {
		c.result, err = correlate.Matrix(ctx, c.A.columns, c.B.columns, options)
	}
	if err != nil {
		return err
	}
	if err := c.collect(); err != nil {
		return err
	}
	if o.out != "" {
		if err := output.Figure(p.Log, o.out, c.heatmap()); err != nil {
			return err
		}
	}
	return p.Out.Print(output.Document{Text: c.text, CSV: c.csv, JSON: c})
}

// read reads arguments and flags.
func (o *options) read(tables *backends.Tables, paths []string) (c correlation, err error) {
	first := tables.Data
	if len(paths) > 0 {
		first = paths[0]
	}
	second := first
	if len(paths) > 1 {
		second = paths[1]
	}
	c = correlation{
		A: side{
			Path: first, dataset: cmp.Or(o.datasetA, tables.Dataset), metrics: cmp.Or(o.metricsA, o.metrics),
			fidelity: o.fidelityA,
		},
		B: side{
			Path: second, dataset: cmp.Or(o.datasetB, tables.Dataset), metrics: cmp.Or(o.metricsB, o.metrics),
			fidelity: o.fidelityB,
		},
		Confidence: confidence, Bootstrap: o.bootstrap, statistic: correlate.Statistic(o.statistic),
	}
	c.self = c.A.Path == c.B.Path && c.A.dataset == c.B.dataset && c.A.metrics == c.B.metrics &&
		c.A.fidelity == c.B.fidelity
	if err := usage.OneOf("statistic", o.statistic, statistics, " or "); err != nil {
		return c, err
	}
	if n := o.bootstrap; n != 0 && n < minResamples {
		return c, usage.Mark(fmt.Errorf("--bootstrap %d: want at least %d resamples, or 0 for intervals by formula",
			n, minResamples))
	}
	if o.out != "" {
		err = output.CheckFigure("out", o.out)
	}
	return c, err
}

// collect lists the pairs, and refuses tables that have nothing in common.
func (c *correlation) collect() error {
	c.Pairs = c.result.Pairs()
	if len(c.Pairs) == 0 {
		return usage.Mark(errors.New("one metric of one table has nothing to be compared with: " +
			"give --metrics more, or another table"))
	}
	if _, most := c.result.Architectures(); most == 0 {
		return fmt.Errorf("no class has values both in %s and in %s", c.A.Path, c.B.Path)
	}
	return nil
}

// csv writes one row a pair.
func (c correlation) csv(w io.Writer) error {
	s := sheet.New("a", "b", "n", "kendall", "kendall_low", "kendall_high", "kendall_p",
		"spearman", "spearman_low", "spearman_high", "spearman_p", "problem")
	for _, p := range c.Pairs {
		row := sheet.Texts(p.A.Brief(), p.B.Brief(), strconv.Itoa(p.N))
		for _, k := range []*correlate.Coefficient{p.Kendall, p.Spearman} {
			if k == nil {
				row = append(row, make([]sheet.Cell, 4)...)
				continue
			}
			row = append(row, sheet.Float(k.Value), sheet.Float(k.Low), sheet.Float(k.High), sheet.Float(k.P))
		}
		s.Add(append(row, sheet.Text(p.Problem))...)
	}
	return s.CSV(w)
}

// heatmap is the figure.
func (c correlation) heatmap() figure.Heat {
	h := c.result.Heat(c.statistic)
	h.Title = fmt.Sprintf("%s · %s\n", c.statistic.Words(), c.classes())
	if c.result.Self {
		h.Title += c.A.Description
	} else {
		h.Title += "rows: " + c.A.Description + "\ncolumns: " + c.B.Description
	}
	return h
}

// classes says how many classes the pairs are over.
func (c correlation) classes() string {
	least, most := c.result.Architectures()
	if least == most {
		return numeral.Thousands(most) + " classes"
	}
	return fmt.Sprintf("%s to %s classes", numeral.Thousands(least), numeral.Thousands(most))
}

// text writes the heat map, and the pairs that matter most with their intervals.
func (c correlation) text(w io.Writer) error {
	var heat strings.Builder
	if err := term.Heat(&heat, c.result.Heat(c.statistic), output.Colourful(w), output.Columns(w)); err != nil {
		return err
	}
	p := sheet.To(w)
	if c.result.Self {
		p.Line("table", c.A.Description)
	} else {
		p.Line("rows", c.A.Description)
		p.Line("columns", c.B.Description)
	}
	p.Line("shown", c.statistic.Words()+" · "+c.classes())
	p.Raw("\n" + heat.String() + "\n")
	pairs := c.result.Foremost(mostPairs)
	p.Sheet(pairRows(pairs))
	method := "by formula"
	if c.Bootstrap > 0 {
		method = fmt.Sprintf("by %s resamples of the classes", numeral.Thousands(c.Bootstrap))
	}
	p.Raw("\nintervals are of 95 %, " + method)
	if more := len(c.Pairs) - len(pairs); more > 0 {
		p.Raw(fmt.Sprintf("; -o csv lists %s more pairs", numeral.Thousands(more)))
	}
	p.Raw("\n")
	return p.Err()
}

// mostPairs is how many pairs a person reads.
const mostPairs = 60

func pairRows(pairs []correlate.Pair) *sheet.Sheet {
	s := sheet.New("metric", "with", "classes", "tau-b", "interval", "rho", "interval", "")
	s.Lead = 2
	for _, p := range pairs {
		row := []string{p.A.Brief(), p.B.Brief(), strconv.Itoa(p.N)}
		if p.Problem != "" {
			s.Add(sheet.Texts(append(row, "", "", "", "", p.Problem)...)...)
			continue
		}
		for _, k := range []*correlate.Coefficient{p.Kendall, p.Spearman} {
			row = append(row, fmt.Sprintf("%6.3f", k.Value), fmt.Sprintf("%6.3f to %6.3f", k.Low, k.High))
		}
		s.Add(sheet.Texts(append(row, "")...)...)
	}
	return s
}
