package cmd

import (
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/nassearch/nassearch/cmd/internal/progress"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/internal/atomicfile"
	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/internal/figure/plot"
	"github.com/nassearch/nassearch/objective/analysis/correlate"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/search/report"
	"github.com/spf13/cobra"
	"go.uber.org/zap"
)

func (a *app) correlateCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "correlate [A [B]]",
		Short: "Say how alike the metrics of two tables, or of one, order the cells",
		Long: `correlate compares every metric of table A with every metric of table B, over the classes that both have, by rank
correlation: Kendall's tau-b and Spearman's rho, each with a 95 % interval. With one table, or --data alone, its
metrics are compared with each other. Values are taken as they are, so that what costs accuracy correlates
negatively with it.

Without --metrics, each table is taken at its default eps; single corruptions are left out where there is their
mean, and so are params and flops, which are not measured.`,
		Example: `  nassearch table correlate embedded robustness-data
  nassearch table correlate robustness-data --out heat.svg
  nassearch table correlate mine.csv robustness-data --dataset-b cifar10 --metrics clean_acc,pgd_acc@4/255
  nassearch table correlate robustness-data --metrics-a clean_acc,params --metrics-b 'pgd_acc@*' -o csv`,
		Args: usage.Args(cobra.MaximumNArgs(2)),
		RunE: func(cmd *cobra.Command, args []string) error { return a.correlate(cmd.Context(), args) },
	}
	f := cmd.Flags()
	f.String("metrics", "", metricsUsage)
	f.String("metrics-a", "", "those of A, if not --metrics")
	f.String("metrics-b", "", "those of B, if not --metrics")
	f.String("dataset-a", "", "data set of A, if not --dataset")
	f.String("dataset-b", "", "data set of B, if not --dataset")
	f.Bool("all-eps", false, "take metrics that are given without an eps at all that the table has")
	f.String("statistic", statistics[0], "what the heat map shows: kendall or spearman")
	f.Int("bootstrap", 0, "make intervals by so many resamples of the classes, slowly (default: by formula)")
	f.Uint64("seed", 1, "of the resamples")
	f.String("out", "", "file for the heat map: .svg, .png or .pdf")
	must(cmd.RegisterFlagCompletionFunc("statistic", cobra.FixedCompletions(statistics, cobra.ShellCompDirectiveNoFileComp)))
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

func (a *app) correlate(ctx context.Context, paths []string) error {
	c, err := a.correlation(paths)
	if err != nil {
		return err
	}
	for _, s := range []*side{&c.A, &c.B} {
		if err := a.readSide(ctx, s); err != nil {
			return err
		}
	}
	o := correlate.Options{Confidence: c.Confidence, Bootstrap: c.Bootstrap, Seed: a.config.GetUint64("seed")}
	if c.self {
		c.result, err = correlate.Self(ctx, c.A.columns, o)
	} else {
		c.result, err = correlate.Matrix(ctx, c.A.columns, c.B.columns, o)
	}
	if err != nil {
		return err
	}
	if err := c.collect(); err != nil {
		return err
	}
	if path := a.config.GetString("out"); path != "" {
		if err := a.writeFigure(path, c.heatmap()); err != nil {
			return err
		}
	}
	switch a.config.GetString("output") {
	case "json":
		return report.JSON(a.stdout, c)
	case "csv":
		return c.csv(a.stdout)
	}
	return c.text(a.stdout)
}

// correlation reads arguments and flags.
func (a *app) correlation(paths []string) (c correlation, err error) {
	first := a.config.GetString("data")
	if len(paths) > 0 {
		first = paths[0]
	}
	second := first
	if len(paths) > 1 {
		second = paths[1]
	}
	get := func(name, shared string) string { return cmp.Or(a.config.GetString(name), a.config.GetString(shared)) }
	c = correlation{
		A:          side{Path: first, dataset: get("dataset-a", "dataset"), metrics: get("metrics-a", "metrics")},
		B:          side{Path: second, dataset: get("dataset-b", "dataset"), metrics: get("metrics-b", "metrics")},
		Confidence: confidence, Bootstrap: a.config.GetInt("bootstrap"), statistic: correlate.Statistic(a.config.GetString("statistic")),
	}
	c.self = c.A.Path == c.B.Path && c.A.dataset == c.B.dataset && c.A.metrics == c.B.metrics
	if s := c.statistic; s != correlate.Kendall && s != correlate.Spearman {
		return c, usage.Mark(fmt.Errorf("--statistic %q: want kendall or spearman", s))
	}
	if n := c.Bootstrap; n != 0 && n < minResamples {
		return c, usage.Mark(fmt.Errorf("--bootstrap %d: want at least %d resamples, or 0 for intervals by formula", n, minResamples))
	}
	if path := a.config.GetString("out"); path != "" {
		if _, err := plot.Format(path); err != nil {
			return c, usage.Mark(fmt.Errorf("--out %w", err))
		}
	}
	return c, nil
}

// readSide opens a table and reads its columns.
func (a *app) readSide(ctx context.Context, s *side) error {
	t, _, err := a.openTableAt(s.Path, s.dataset)
	if err != nil {
		return err
	}
	s.Dataset, s.Description = t.Info().Dataset, t.Info().Description
	names := summaries(t)
	if s.metrics != "" {
		if names, err = expand(t.Available(), s.metrics); err != nil {
			return err
		}
	}
	if a.config.GetBool("all-eps") {
		names = atAllEps(t, names)
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
		return usage.Mark(fmt.Errorf("one metric of one table has nothing to be compared with: give --metrics more, or another table"))
	}
	if _, most := c.result.Architectures(); most == 0 {
		return fmt.Errorf("no class has values both in %s and in %s", c.A.Path, c.B.Path)
	}
	return nil
}

// writeFigure draws into a file, in the format that its name says.
func (a *app) writeFigure(path string, f figure.Picture) error {
	format, err := plot.Format(path)
	if err != nil {
		return err
	}
	if err := atomicfile.Write(path, func(w io.Writer) error { return plot.Write(w, format, f) }); err != nil {
		return err
	}
	a.log.Info("drawn", zap.String("file", path))
	return nil
}

// colourful says whether an output shows colours (see no-color.org).
func colourful(w io.Writer) bool {
	return progress.IsTerminal(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

// csv writes one row a pair.
func (c correlation) csv(w io.Writer) error {
	rows := [][]string{{"a", "b", "n", "kendall", "kendall_low", "kendall_high", "kendall_p",
		"spearman", "spearman_low", "spearman_high", "spearman_p", "problem"}}
	for _, p := range c.Pairs {
		row := []string{p.A.Brief(), p.B.Brief(), strconv.Itoa(p.N)}
		for _, k := range []*correlate.Coefficient{p.Kendall, p.Spearman} {
			if k == nil {
				row = append(row, "", "", "", "")
				continue
			}
			for _, v := range []float64{k.Value, k.Low, k.High, k.P} {
				row = append(row, strconv.FormatFloat(v, 'g', -1, 64))
			}
		}
		rows = append(rows, append(row, p.Problem))
	}
	return csv.NewWriter(w).WriteAll(rows)
}
