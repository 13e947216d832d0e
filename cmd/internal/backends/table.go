package backends

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"
	"go.uber.org/zap"

	"github.com/nassearch/nassearch/cmd/backend"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/space"
)

// Table returns the backend that looks measured results up.
func Table(t *Tables) backend.Backend {
	return backend.Backend{
		Name: "table", About: " (see --data)", Describing: []string{"data", "meta", "rows"},
		New: func(f *pflag.FlagSet) backend.Measurer {
			m := &lookup{Tables: t}
			f.AddFlag(t.flags.Lookup("data"))
			f.AddFlag(t.flags.Lookup("meta"))
			f.AddFlag(t.flags.Lookup("rows"))
			f.StringVar(&m.severity, "severity", "", "severity of corruptions, 1 to 5 (default: the mean over all)")
			return m
		},
	}
}

// lookup is a table with the flags of a search.
type lookup struct {
	*Tables
	severity string
	opened   *table.Table // by the first that asked
}

// open opens the table once for all that is asked of it.
func (l *lookup) open() (*table.Table, error) {
	if l.opened != nil {
		return l.opened, nil
	}
	t, err := l.Tables.Open()
	if err == nil {
		l.opened = t
	}
	return t, err
}

// Open returns the table's metrics.
func (l *lookup) Open(ctx context.Context, ask backend.Ask) (*backend.Problem, error) {
	t, err := l.open()
	if err != nil {
		return nil, err
	}
	log := ask.Log
	if ask.Known {
		log = zap.NewNop() // holes are no news
	}
	view, err := Select(ctx, log, t, ask.Objective, table.Settings{Eps: ask.Eps, Severity: l.severity})
	if err == nil {
		err = view.Answers()
	}
	if err != nil {
		return nil, err
	}
	if len(alsoNames(t, view.Metrics())) == mostAlso {
		ask.Log.Info("the table has very many metrics: beside those searched for, the first are told",
			zap.Int("metrics", mostAlso))
	}
	return TableProblem(t, view, table.Settings{Eps: ask.Eps, Severity: l.severity}), nil
}

// TableProblem is that of a table's metrics. Settings are those of others that are asked of the table.
func TableProblem(t *table.Table, view *table.View, s table.Settings) *backend.Problem {
	return &backend.Problem{
		Space: t.Space(), Evaluator: view, About: t.Info().Description, Dataset: t.Info().Dataset,
		ID: t.Names().ID, Also: func(ctx context.Context) (objective.Landscape, error) {
			also, err := t.Select(ctx, alsoNames(t, view.Metrics()), table.Settings{})
			if err != nil {
				return nil, fmt.Errorf("what else the table has: %w", err)
			}
			return also, nil
		},
		Before: func(ctx context.Context, metric string) (objective.Landscape, error) {
			return t.Select(ctx, []string{metric}, s)
		},
		Report: func(ctx context.Context, _ search.Result) (report.Context, error) {
			return tableContext(ctx, t, view), nil
		},
	}
}

// Knows is what a table tells of a study that asked it for the metrics of a view.
func Knows(ctx context.Context, t *table.Table, view *table.View, r search.Result) (report.Context, error) {
	p := TableProblem(t, view, table.Settings{})
	scope := Scope{where: r.Study.Where, known: r.Study.Known}
	if err := scope.Narrow(ctx, "table", p); err != nil {
		return report.Context{}, err
	}
	return p.Report(ctx, r)
}

// Describe lists what the table has, and what of the released dataset it lacks.
func (l *lookup) Describe(_ context.Context, ask backend.Ask) (backend.Listing, error) {
	if ask.Given("eps") {
		return backend.Listing{}, usage.Mark(errors.New(
			"--eps has no meaning with --backend table: all eps that a table has are listed"))
	}
	t, err := l.Tables.Open()
	if err != nil {
		return backend.Listing{}, err
	}
	all := backend.Listing{About: t.Info().Description, At: "eps (/255) or severity", Partial: true}
	for _, m := range t.Metrics() {
		o := backend.Metric{Metric: m.Metric, Settings: slices.Concat(m.Attacks(), m.Severities(), m.States())}
		var at []string
		for _, s := range o.Settings {
			at = append(at, strings.TrimPrefix(strings.TrimSuffix(s.Key(), "/255"), "severity"))
		}
		o.At = strings.Join(at, " ")
		if m.Missing != nil {
			o.Missing = m.Missing.File
		}
		all.Metrics = append(all.Metrics, o)
	}
	return all, nil
}

// Select reads metrics from a table, and says if it has holes.
func Select(
	ctx context.Context, log *zap.Logger, t *table.Table, names []string, s table.Settings,
) (*table.View, error) {
	view, err := t.Select(ctx, names, s)
	if err != nil {
		return nil, err
	}
	if n := view.Holes(); n > 0 {
		log.Warn("the table has holes: queries of them will fail (--known leaves them out)",
			zap.Int("holes", n), zap.Int("classes", t.Info().Classes))
	}
	return view, nil
}

// mostAlso bounds what is told besides, of tables with very many metrics: the first ones.
const mostAlso = 500

// mostListed are the most metrics of the best cell that a search lists besides. Of a table with more it lists clean
// accuracy, those under attacks and sizes, so that it reads no other files; 'query' has the rest.
const mostListed = 24

// listedNames is of alsoNames what a search lists.
func listedNames(t *table.Table, of []objective.Metric) []string {
	names := alsoNames(t, of)
	if len(names) <= mostListed {
		return names
	}
	listed := []string{"clean_acc", "mean_adv_acc", "params", "flops"}
	for _, m := range t.Available() {
		if len(m.Attacks()) > 0 && strings.HasSuffix(m.Metric.Name, "_acc") {
			listed = append(listed, m.Metric.Name)
		}
	}
	return slices.DeleteFunc(names, func(name string) bool { return !slices.Contains(listed, bare(name)) })
}

// bare is a name of a metric without its setting.
func bare(name string) string {
	name, _, _ = strings.Cut(name, "@")
	return name
}

// alsoNames lists what a table has at the eps of a search, or its own, and as means over severities.
func alsoNames(t *table.Table, of []objective.Metric) []string {
	at := objective.At(t.Info().DefaultEps)
	for _, m := range of {
		if m.Setting.Eps != 0 {
			at = m.Setting
		}
	}
	var names []string
	for _, m := range t.Available() {
		if len(names) == mostAlso {
			break
		}
		if strings.Contains(m.Metric.Name, "_class") {
			continue // accuracies on single classes of images would drown the rest
		}
		if attacks := m.Attacks(); len(attacks) == 0 || m.Plain() {
			names = append(names, m.Name())
		} else if slices.Contains(attacks, at) {
			names = append(names, objective.Metric{Name: m.Metric.Name, Setting: at}.Key())
		}
	}
	return names
}

// tableContext is what a table tells of a search that asked it.
func tableContext(ctx context.Context, t *table.Table, view *table.View) report.Context {
	names := listedNames(t, view.Metrics())
	read := make([]string, len(names))
	for i, name := range names {
		read[i] = bare(name)
	}
	also := func(arch space.Arch) ([]report.Number, error) {
		all, err := t.Lookup(ctx, arch, read...)
		if err != nil {
			return nil, err
		}
		var numbers []report.Number
		for _, v := range all {
			if !v.Missing && slices.Contains(names, v.Metric.Brief()) {
				numbers = append(numbers, report.Number{Metric: v.Metric, Value: v.Number})
			}
		}
		return numbers, nil
	}
	settings := map[string]string{}
	if rule := t.Info().Rows; rule != "" {
		settings["rows"] = string(rule)
	}
	return report.Context{
		Settings: settings, ID: t.Names().ID,
		Backend: "table", About: t.Info().Description, Dataset: t.Info().Dataset, Space: t.Space(), Known: view, Also: also,
	}
}
