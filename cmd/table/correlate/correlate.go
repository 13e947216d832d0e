// Package correlate has the command that says how alike metrics order the cells.
package correlate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/nassearch/nassearch/cmd/internal/backends"
	"github.com/nassearch/nassearch/cmd/internal/env"
	"github.com/nassearch/nassearch/cmd/internal/metrics"
	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective/analysis/correlate"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/spf13/cobra"
)

// options are the command's flags.
type options struct {
	tables             *backends.Tables
	metrics            string
	metricsA, metricsB string
	datasetA, datasetB string
	allEps             bool
	statistic          string
	bootstrap          int
	seed               uint64
	out                string
}

// Command returns the command.
func Command(e *env.Env, out *output.Printer, tables *backends.Tables) *cobra.Command {
	o := &options{tables: tables}
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
		Args: usage.Args(cobra.MaximumNArgs(2)),
		RunE: func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), e, out, args) },
	}
	f := cmd.Flags()
	f.StringVar(&o.metrics, "metrics", "", metrics.Usage)
	f.StringVar(&o.metricsA, "metrics-a", "", "those of A, if not --metrics")
	f.StringVar(&o.metricsB, "metrics-b", "", "those of B, if not --metrics")
	f.StringVar(&o.datasetA, "dataset-a", "", "data set of A, if not --dataset")
	f.StringVar(&o.datasetB, "dataset-b", "", "data set of B, if not --dataset")
	f.BoolVar(&o.allEps, "all-eps", false, "take metrics that are given without an eps at all that the table has")
	f.StringVar(&o.statistic, "statistic", statistics[0], "what the heat map shows: kendall or spearman")
	f.IntVar(&o.bootstrap, "bootstrap", 0,
		"make intervals by so many resamples of the classes, slowly (default: by formula)")
	f.Uint64Var(&o.seed, "seed", 1, "of the resamples")
	f.StringVar(&o.out, "out", "", "file for the heat map: .svg, .png or .pdf")
	usage.Complete(cmd, "statistic", statistics...)
	return cmd
}

var statistics = []string{"kendall", "spearman"}

const (
	confidence   = .95
	minResamples = 100 // below, a 95 % interval is made of its outermost few
)

// side is a table of a correlation, at chosen metrics.
type side struct {
	Path        string `json:"path"`
	Dataset     string `json:"dataset"`
	Description string `json:"description"`

	dataset, metrics string // as they were asked for
	columns          []correlate.Column
}

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
func (o *options) run(ctx context.Context, e *env.Env, out *output.Printer, paths []string) error {
	c, err := o.read(paths)
	if err != nil {
		return err
	}
	for _, s := range []*side{&c.A, &c.B} {
		if err := o.open(ctx, s); err != nil {
			return err
		}
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
		if err := output.Figure(e.Log, o.out, c.heatmap()); err != nil {
			return err
		}
	}
	return out.Print(output.Document{Text: c.text, CSV: c.csv, JSON: c})
}

// read reads arguments and flags.
func (o *options) read(paths []string) (c correlation, err error) {
	first := o.tables.Data
	if len(paths) > 0 {
		first = paths[0]
	}
	second := first
	if len(paths) > 1 {
		second = paths[1]
	}
	c = correlation{
		A:          side{Path: first, dataset: cmp.Or(o.datasetA, o.tables.Dataset), metrics: cmp.Or(o.metricsA, o.metrics)},
		B:          side{Path: second, dataset: cmp.Or(o.datasetB, o.tables.Dataset), metrics: cmp.Or(o.metricsB, o.metrics)},
		Confidence: confidence, Bootstrap: o.bootstrap, statistic: correlate.Statistic(o.statistic),
	}
	c.self = c.A.Path == c.B.Path && c.A.dataset == c.B.dataset && c.A.metrics == c.B.metrics
	if !slices.Contains(statistics, o.statistic) {
		return c, usage.Mark(fmt.Errorf("--statistic %q: want kendall or spearman", o.statistic))
	}
	if n := o.bootstrap; n != 0 && n < minResamples {
		return c, usage.Mark(fmt.Errorf("--bootstrap %d: want at least %d resamples, or 0 for intervals by formula",
			n, minResamples))
	}
	if o.out != "" {
		err = output.CheckFigure(o.out)
	}
	return c, err
}

// open opens a table and reads its columns.
func (o *options) open(ctx context.Context, s *side) error {
	t, err := o.tables.OpenAt(s.Path, s.dataset)
	if err != nil {
		return err
	}
	s.Dataset, s.Description = t.Info().Dataset, t.Info().Description
	names := metrics.Summaries(t)
	if s.metrics != "" {
		if names, err = metrics.Expand(t.Available(), s.metrics); err != nil {
			return err
		}
	}
	if o.allEps {
		names = metrics.AtAllEps(t, names)
	}
	view, err := t.Select(ctx, names, table.Settings{})
	if err != nil {
		return err
	}
	for i, m := range view.Metrics() {
		s.columns = append(s.columns, correlate.Column{Metric: m, Values: view.Column(i)})
	}
	return nil
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
