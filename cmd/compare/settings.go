package compare

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/nassearch/nassearch/cmd/internal/backends"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/search/compare"
)

// configure completes the configuration by the flags, but for its tasks.
func (c *command) configure(budgeted bool) (err error) {
	x := &c.config
	if err := cmp.Or(usage.AtLeast("runs", x.Runs, 1), usage.AtLeast("window", x.Window, 1)); err != nil {
		return err
	}
	switch {
	case x.Budget < 1 && (x.TimeBudget == 0 || budgeted):
		return usage.Mark(fmt.Errorf("--budget %d: want at least 1 query", x.Budget))
	case x.TimeBudget < 0:
		return usage.Mark(fmt.Errorf("--time-budget %v: want a time such as 500h", x.TimeBudget))
	case x.TimeBudget > 0 && !budgeted:
		x.Budget = 0
	}
	if x.Workers <= 0 {
		x.Workers = runtime.GOMAXPROCS(0)
	}
	if x.Strategies, err = contenders(c.strategies); err != nil {
		return err
	}
	for _, s := range x.Strategies {
		if _, err := x.Registry.Lookup(s.Algorithm); err != nil {
			return err
		}
	}
	x.Checkpoints, err = checkpoints(c.at, x.TimeBudget > 0)
	return err
}

// contenders reads "random,small=evolution:population=10:tournament=3".
func contenders(list string) ([]compare.Strategy, error) {
	var all []compare.Strategy
	for text := range strings.SplitSeq(list, ",") {
		parts := strings.Split(strings.TrimSpace(text), ":")
		name, algorithm, aliased := strings.Cut(parts[0], "=")
		if !aliased {
			algorithm = name
		}
		if name == "" || algorithm == "" {
			return nil, usage.Mark(fmt.Errorf(
				"--strategies %q: want NAME, NAME:option=value or LABEL=NAME with commas between them", list))
		}
		s := compare.Strategy{Name: name, Algorithm: algorithm, Options: map[string]string{}}
		for _, pair := range parts[1:] {
			option, value, ok := strings.Cut(pair, "=")
			if !ok || option == "" {
				return nil, usage.Mark(fmt.Errorf("--strategies: %s: %q: want option=value after each colon", name, pair))
			}
			if _, twice := s.Options[option]; twice {
				return nil, usage.Mark(fmt.Errorf("--strategies: %s: option %s stands twice", name, option))
			}
			s.Options[option] = value
		}
		all = append(all, s)
	}
	return all, nil
}

// checkpoints reads "50,100", or "10h,100h" for times.
func checkpoints(list string, times bool) ([]float64, error) {
	var all []float64
	if list == "" {
		return nil, nil
	}
	for text := range strings.SplitSeq(list, ",") {
		text = strings.TrimSpace(text)
		if times {
			d, err := time.ParseDuration(text)
			if err != nil {
				return nil, usage.Mark(fmt.Errorf("--at %q: want times such as 10h,100h", list))
			}
			all = append(all, d.Hours())
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil {
			return nil, usage.Mark(fmt.Errorf("--at %q: want numbers of queries with commas between them", list))
		}
		all = append(all, float64(n))
	}
	return all, nil
}

// tasks reads the objectives from the table, one task each.
func (c *command) tasks(ctx context.Context) error {
	t, err := c.Tables.Open()
	if err != nil {
		return err
	}
	c.config.Space = t.Space()
	for _, list := range c.objectives {
		names, err := backends.Objectives(list)
		if err != nil {
			return err
		}
		view, err := backends.Select(ctx, c.Log, t, names, c.settings)
		if err != nil {
			return err
		}
		task := compare.Task{
			About: t.Info().Description, Dataset: t.Info().Dataset, Evaluator: view, Known: view,
		}
		task.Name = taskName(view.Metrics())
		if slices.ContainsFunc(c.config.Tasks, func(other compare.Task) bool { return other.Name == task.Name }) {
			return usage.Mark(fmt.Errorf("--objective %s stands twice", list))
		}
		if c.tellsMore(len(names)) {
			if task.Also, err = t.Select(ctx, backends.AlsoNames(t, view.Metrics()), table.Settings{}); err != nil {
				return fmt.Errorf("what else the table has of the cells found: %w", err)
			}
		}
		c.config.Tasks = append(c.config.Tasks, task)
	}
	return nil
}

// tellsMore says whether anything is asked for that tells more of the cells found than the metrics searched for: the
// page does, and of one metric the text, and JSON and its like.
func (c *command) tellsMore(metrics int) bool {
	return c.dir != "" || metrics == 1 && (c.also || c.Out.Values())
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
