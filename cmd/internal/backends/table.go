package backends

import (
	"context"
	"errors"
	"strings"

	"github.com/nassearch/nassearch/cmd/backend"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/report"
	"github.com/spf13/pflag"
)

// Table returns the backend that looks measured results up.
func Table(t *Tables) backend.Backend {
	return backend.Backend{
		Name: "table", About: " (see --data)", Describing: []string{"data", "meta"},
		New: func(f *pflag.FlagSet) backend.Measurer {
			m := &lookup{Tables: t}
			f.AddFlag(t.flags.Lookup("data"))
			f.AddFlag(t.flags.Lookup("meta"))
			f.StringVar(&m.severity, "severity", "", "severity of corruptions, 1 to 5 (default: the mean over all)")
			return m
		},
	}
}

// lookup is a table with the flags of a search.
type lookup struct {
	*Tables
	severity string
}

// Open returns the table's metrics.
func (l *lookup) Open(ctx context.Context, ask backend.Ask) (*backend.Problem, error) {
	t, err := l.Tables.Open()
	if err != nil {
		return nil, err
	}
	view, err := Select(ctx, ask.Log, t, ask.Objective, table.Settings{Eps: ask.Eps, Severity: l.severity})
	if err != nil {
		return nil, err
	}
	return &backend.Problem{
		Space: t.Space(), Evaluator: view,
		Report: func(ctx context.Context, _ search.Result) (report.Context, error) {
			return Context(ctx, t, view), nil
		},
	}, nil
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
		o := backend.Metric{Metric: m.Metric, Settings: append(m.Attacks(), m.Severities()...)}
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
