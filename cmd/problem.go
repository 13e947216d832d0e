package cmd

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/objective/table/micro"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
	"go.uber.org/zap"
)

// openTable opens the table that the settings name.
func (a *app) openTable() (*table.Table, error) {
	return a.openTableAt(a.config.GetString("data"), a.config.GetString("dataset"))
}

// openTableAt opens a table; without a data set, with the only one there.
func (a *app) openTableAt(path, dataset string) (*table.Table, error) {
	if path == "" {
		return nil, usage.Mark(errors.New("--data is empty: name a table, or leave it out for the one in the program"))
	}
	t, err := table.Open(path, table.Options{
		Dataset: dataset, Meta: a.config.GetString("meta"), Formats: []table.Format{micro.Format()},
	})
	if _, ok := errors.AsType[*table.DatasetError](err); ok && path == micro.Path {
		err = usage.Mark(fmt.Errorf("--dataset: %w; give --data for another table", err))
	}
	return t, err
}

// problem is what a search asks, and whom.
type problem struct {
	space     nasbench201.Space
	evaluator objective.Evaluator

	window, workers int  // unless --window and --workers say otherwise
	slow            bool // a query takes long enough to be waited for

	// report is what a summary tells of the circumstances.
	report func(context.Context, search.Result) (report.Context, error)
	// test measures the answer on images that the search has not seen; nil if that is not wanted.
	test objective.Tester
}

// tableProblem asks a table.
func (a *app) tableProblem(ctx context.Context, names []string) (*problem, error) {
	t, sp, err := a.openTable()
	if err != nil {
		return nil, err
	}
	view, err := a.selectMetrics(ctx, t, names)
	if err != nil {
		return nil, err
	}
	return &problem{
		space: sp, evaluator: view,
		window: 1, workers: runtime.GOMAXPROCS(0),
		report: func(ctx context.Context, _ search.Result) (report.Context, error) {
			return report.Context{
				Backend: tableBackend, About: t.Info().Description, Dataset: t.Info().Dataset, Space: sp, Known: view,
				Also: also(ctx, t, view),
			}, nil
		},
	}, nil
}

// selectMetrics reads the objectives from a table, and says if it has holes.
func (a *app) selectMetrics(ctx context.Context, t *table.Table, names []string) (*table.View, error) {
	view, err := t.Select(ctx, names, a.tableSettings())
	if err != nil {
		return nil, err
	}
	if n := view.Holes(); n > 0 {
		a.log.Warn("the table has holes: queries of them will fail", zap.Int("holes", n), zap.Int("classes", t.Info().Classes))
	}
	return view, nil
}

func (a *app) tableSettings() table.Settings {
	return table.Settings{Eps: a.config.GetString("eps"), Severity: a.config.GetString("severity")}
}

// alsoNames lists what a table has at the eps of a search, or its own, and as means over severities.
func alsoNames(t *table.Table, metrics []objective.Metric) []string {
	at := objective.At(t.Info().DefaultEps)
	for _, m := range metrics {
		if m.Setting.Eps != 0 {
			at = m.Setting
		}
	}
	var names []string
	for _, m := range t.Available() {
		if strings.Contains(m.Metric.Name, "_class") {
			continue // accuracies on single classes of images would drown the rest
		}
		if attacks := m.Attacks(); len(attacks) == 0 || m.Plain() {
			names = append(names, m.Metric.Name)
		} else if slices.Contains(attacks, at) {
			names = append(names, objective.Metric{Name: m.Metric.Name, Setting: at}.Key())
		}
	}
	return names
}

// also returns what else the table has of an architecture.
func also(ctx context.Context, t *table.Table, view *table.View) func(space.Arch) ([]report.Number, error) {
	return func(arch space.Arch) ([]report.Number, error) {
		all, err := t.Lookup(ctx, arch)
		if err != nil {
			return nil, err
		}
		names := alsoNames(t, view.Metrics())
		var numbers []report.Number
		for _, v := range all {
			if !v.Missing && slices.Contains(names, v.Metric.Brief()) {
				numbers = append(numbers, report.Number{Metric: v.Metric, Value: v.Number})
			}
		}
		return numbers, nil
	}
}

// objectives splits "pgd_acc,params".
func objectives(list string) ([]string, error) {
	var names []string
	for name := range strings.SplitSeq(list, ",") {
		name = strings.TrimSpace(name)
		if name == "" {
			return nil, usage.Mark(fmt.Errorf("--objective %q: want names of metrics with commas between them", list))
		}
		if slices.Contains(names, name) {
			return nil, usage.Mark(fmt.Errorf("--objective %q: %s stands twice", list, name))
		}
		names = append(names, name)
	}
	return names, nil
}
