package compare

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/backends"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/search/compare"
)

// tasks reads the objectives from the table, one task each.
func (c *command) tasks(ctx context.Context, config *compare.Config) error {
	t, err := c.tables.Open()
	if err != nil {
		return err
	}
	config.Space = t.Space()
	for _, list := range c.objectives {
		names, err := backends.Objectives(list)
		if err != nil {
			return err
		}
		view, err := backends.Select(ctx, c.Log, t, names, table.Settings{Eps: c.eps, Severity: c.severity})
		if err != nil {
			return err
		}
		task := compare.Task{
			About: t.Info().Description, Dataset: t.Info().Dataset, Evaluator: view, Known: view,
		}
		task.Name = taskName(view.Metrics())
		if slices.ContainsFunc(config.Tasks, func(other compare.Task) bool { return other.Name == task.Name }) {
			return usage.Mark(fmt.Errorf("--objective %s stands twice", list))
		}
		if c.tellsMore(len(names)) {
			if task.Also, err = t.Select(ctx, backends.AlsoNames(t, view.Metrics()), table.Settings{}); err != nil {
				return fmt.Errorf("what else the table has of the cells found: %w", err)
			}
		}
		config.Tasks = append(config.Tasks, task)
	}
	return nil
}

// tellsMore says whether anything is asked for that tells more of the cells found than the metrics searched for: the
// page does, and of one metric the text, and JSON and its like.
func (c *command) tellsMore(metrics int) bool {
	return c.dir != "" || metrics == 1 && (c.also || c.out.Values())
}

// taskName is what a problem is called: "pgd_acc@1/255,params".
func taskName(metrics []objective.Metric) string {
	var names []string
	for _, m := range metrics {
		name := m.Name
		if !m.Setting.IsZero() {
			name += "@" + strings.ReplaceAll(m.Setting.String(), " ", "-") // as comparisons are kept
		}
		names = append(names, name)
	}
	return strings.Join(names, ",")
}
