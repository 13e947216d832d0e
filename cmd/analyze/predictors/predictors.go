// Package predictors has the command that says which measures foretell robust accuracy.
package predictors

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/analyses"
	"github.com/nassearch/nassearch/cmd/internal/files"
	"github.com/nassearch/nassearch/cmd/internal/metrics"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/analysis/predictors"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/spf13/cobra"
)

// options are the command's flags.
type options struct {
	*program.Program
	out        *analyses.Output
	file       string
	predictors string
	targets    string
	joint      string
	analysis   predictors.Options
}

// Command returns the command.
func Command(p *program.Program) *cobra.Command {
	o := &options{Program: p}
	cmd := &cobra.Command{
		Use:   "predictors",
		Short: "Say which measures of networks foretell their accuracy under attack and corruption",
		Long: `
predictors correlates every measure that a table has, or a second file, with every accuracy under attack and
corruption: Kendall's tau-b and Spearman's rho with intervals, over all classes and over the best tenth, where a
predictor must work. All measures together then predict accuracies of classes that they were not told of, by a random
forest and by ridge regression on ranks. docs/analysing.md explains every number.

Without --predictors the measures are all columns that are no accuracies, without --targets the targets are clean
accuracy, every attack at every eps, every corruption in the mean over its severities, and the means of both.

Of the cells of one class --measures may have several rows with different values. The row of the class's
representative counts, or else that of the smallest released id (of the smallest index in tables without ids);
--rows strict refuses such a file, --rows first and mean choose otherwise. Rows of one cell must agree.`[1:],
		Example: `  nassearch analyze predictors
  nassearch analyze predictors --data robustness-data --measures scores.csv --out predictors
  nassearch analyze predictors --targets 'pgd_acc@*,corruption_acc' --joint pgd_acc@1/255
  nassearch analyze predictors --data mine.csv --predictors params,clean_acc --targets pgd_acc -o latex`,
		Args: usage.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context()) },
	}
	f := cmd.Flags()
	f.StringVar(&o.file, "measures", "", "table of measures, such as a CSV file, in the place of those of --data")
	f.StringVar(&o.predictors, "predictors", "", "the measures: "+metrics.Usage)
	f.StringVar(&o.targets, "targets", "", "the accuracies to be foretold: "+metrics.Usage)
	f.StringVar(&o.joint, "joint", "",
		"targets that all measures predict together, or none (default: the mean over attacks, or else that under PGD)")
	f.Float64Var(&o.analysis.Best, "best", .1, "share of the classes that are best by a target")
	f.IntVar(&o.analysis.Repetitions, "repetitions", 10, "splits into classes to learn from (80 %) and to test on")
	f.IntVar(&o.analysis.Trees, "trees", 100, "trees of a forest")
	f.IntVar(&o.analysis.Bootstrap, "bootstrap", 0,
		"make intervals of pairs by so many resamples of the classes, slowly (default: by what these tend to)")
	f.Uint64Var(&o.analysis.Seed, "seed", 1, "of splits, forests and resamples")
	files.Reads(f, "measures", "csv", "json", "js", "zip")
	o.out = analyses.Register(cmd, p)
	return cmd
}

const minResamples = 100 // below, a 95 % interval is made of its outermost few

// check refuses numbers that make no sense.
func (o *options) check() error {
	a := o.analysis
	switch {
	case !(a.Best > 0 && a.Best < 1):
		return usage.Mark(fmt.Errorf("--best %v: want a share between 0 and 1, both excluded", a.Best))
	case a.Repetitions < 2:
		return usage.Mark(fmt.Errorf("--repetitions %d: want at least 2, for a spread", a.Repetitions))
	case a.Trees < 1:
		return usage.Mark(fmt.Errorf("--trees %d: want at least 1", a.Trees))
	case a.Bootstrap != 0 && a.Bootstrap < minResamples:
		return usage.Mark(fmt.Errorf("--bootstrap %d: want at least %d resamples, or 0 for intervals by influences",
			a.Bootstrap, minResamples))
	}
	return nil
}

// run analyses the table that the flags name.
func (o *options) run(ctx context.Context) error {
	if err := o.check(); err != nil {
		return err
	}
	t, err := o.Tables.Open()
	if err != nil {
		return err
	}
	if t.Info().Rows == table.Each {
		return usage.Mark(fmt.Errorf("table %s has a value for each cell: choose --rows first or --rows mean",
			t.Info().Name))
	}
	targets, err := o.readTargets(ctx, t)
	if err != nil {
		return err
	}
	m, err := o.readMeasures(ctx, t)
	if err != nil {
		return err
	}
	m.columns = slices.DeleteFunc(m.columns, func(c predictors.Column) bool { // nothing foretells itself
		return slices.ContainsFunc(targets, func(t predictors.Column) bool { return t.Metric == c.Metric && !m.apart })
	})
	if len(m.columns) == 0 {
		return usage.Mark(fmt.Errorf("table %s has no measures besides the targets: give --measures a file that has some",
			t.Info().Name))
	}
	if o.analysis.Joint, err = o.jointTargets(t, targets); err != nil {
		return err
	}
	o.analysis.Curve = true
	r, err := predictors.Analyse(ctx, m.columns, targets, o.analysis)
	if err != nil {
		return err
	}
	if err := told(r, m); err != nil {
		return err
	}
	w := words{Result: r, options: o.analysis, table: t.Info(), measures: m}
	return o.out.Deliver(analyses.Found{Article: w.article(), Value: w.value(), Space: t.Space()})
}

// told refuses a result in which nothing can be compared, or nothing of the file of measures.
func told(r predictors.Result, m measures) error {
	problem := ""
	for i, row := range r.Pairs {
		if m.apart && i >= m.own {
			break
		}
		for _, p := range row {
			if p.All.Kendall != nil {
				return nil
			}
			problem = cmp.Or(problem, fmt.Sprintf("%s with %s: %s", p.Measure.Brief(), p.Target.Brief(), p.All.Problem))
		}
	}
	return fmt.Errorf("no measure%s can be compared with any target: %s", m.where(), problem)
}

// readTargets reads the accuracies to be foretold.
func (o *options) readTargets(ctx context.Context, t *table.Table) ([]predictors.Column, error) {
	names := o.usualTargets(t)
	if o.targets != "" {
		var err error
		if names, err = metrics.ExpandFlag("targets", t.Available(), o.targets); err != nil {
			return nil, err
		}
	}
	if len(names) == 0 {
		return nil, usage.Mark(fmt.Errorf("table %s has no accuracies: name what is to be foretold with --targets",
			t.Info().Name))
	}
	view, err := t.Select(ctx, names, table.Settings{})
	if err != nil {
		return nil, err
	}
	return columns(view), nil
}

// usualTargets are clean accuracy, attacks at every eps but those that leave nothing of an image, corruptions in the
// mean, and means over all.
func (o *options) usualTargets(t *table.Table) (names []string) {
	for _, m := range t.Available() {
		name := m.Metric.Name
		source, measured, ofImages := objective.Split(name)
		if !ofImages || measured != "accuracy" || source == "train" {
			continue
		}
		attacks := m.Attacks()
		if len(attacks) == 0 {
			names = append(names, name)
		}
		for _, s := range attacks {
			if s != objective.At(255) {
				names = append(names, objective.Metric{Name: name, Setting: s}.Key())
			}
		}
	}
	return names
}

// jointTargets are those that all measures predict together.
func (o *options) jointTargets(t *table.Table, targets []predictors.Column) (all []objective.Metric, err error) {
	if o.joint == "none" {
		return nil, nil
	}
	if o.joint == "" {
		return []objective.Metric{usualJoint(t, targets)}, nil
	}
	names, err := metrics.ExpandFlag("joint", t.Available(), o.joint)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		at := slices.IndexFunc(targets, func(c predictors.Column) bool {
			return c.Metric.Key() == name || c.Metric.Brief() == name
		})
		if at < 0 {
			return nil, usage.Mark(fmt.Errorf("--joint %s: it is none of the targets, which are %s", name, listed(targets)))
		}
		all = append(all, targets[at].Metric)
	}
	return all, nil
}

// usualJoint is the mean over attacks, or else accuracy under PGD at the table's usual eps, under another attack there,
// or the first that is not clean.
func usualJoint(t *table.Table, targets []predictors.Column) objective.Metric {
	for _, wanted := range []func(objective.Metric) bool{
		func(m objective.Metric) bool { return m.Name == "mean_adv_acc" },
		func(m objective.Metric) bool {
			return m.Name == "pgd_acc" && m.Setting == objective.At(t.Info().DefaultEps)
		},
		func(m objective.Metric) bool { return m.Setting.Eps != 0 && m.Setting.Eps == t.Info().DefaultEps },
		func(m objective.Metric) bool { return m.Name != "clean_acc" },
	} {
		for _, c := range targets {
			if wanted(c.Metric) {
				return c.Metric
			}
		}
	}
	return targets[0].Metric
}

func listed(columns []predictors.Column) string {
	return strings.Join(usage.Names(columns, func(c predictors.Column) string { return c.Metric.Brief() }), " ")
}

func columns(v *table.View) (all []predictors.Column) {
	for i, m := range v.Metrics() {
		all = append(all, predictors.Column{Metric: m, Values: v.Column(i)})
	}
	return all
}
