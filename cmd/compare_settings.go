package cmd

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/search/compare"
)

// comparison is the configuration that the settings describe, without its tasks.
func (a *app) comparison() (c compare.Config, err error) {
	v := a.config
	c = compare.Config{
		Registry: a.registry, Runs: v.GetInt("runs"), Seed: v.GetUint64("seed"),
		Budget: v.GetInt("budget"), TimeBudget: v.GetDuration("time-budget"), Window: v.GetInt("window"),
		CountDuplicates: v.GetBool("count-duplicates"), Workers: v.GetInt("workers"),
	}
	switch {
	case c.Runs < 1:
		return c, usage.Mark(fmt.Errorf("--runs %d: want at least 1", c.Runs))
	case c.Budget < 1 && (c.TimeBudget == 0 || v.IsSet("budget")):
		return c, usage.Mark(fmt.Errorf("--budget %d: want at least 1 query", c.Budget))
	case c.TimeBudget < 0:
		return c, usage.Mark(fmt.Errorf("--time-budget %v: want a time such as 500h", c.TimeBudget))
	case c.Window < 1:
		return c, usage.Mark(fmt.Errorf("--window %d: want at least 1", c.Window))
	}
	if c.Workers <= 0 {
		c.Workers = runtime.GOMAXPROCS(0)
	}
	if c.TimeBudget > 0 && !v.IsSet("budget") {
		c.Budget = 0
	}
	if c.Strategies, err = contenders(v.GetString("strategies")); err != nil {
		return c, err
	}
	for _, s := range c.Strategies {
		if _, err := a.registry.Lookup(s.Algorithm); err != nil {
			return c, err
		}
	}
	c.Checkpoints, err = checkpoints(v.GetString("at"), c.TimeBudget > 0)
	return c, err
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
			return nil, usage.Mark(fmt.Errorf("--strategies %q: want NAME, NAME:option=value or LABEL=NAME with commas between them", list))
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
func (a *app) tasks(ctx context.Context, c *compare.Config) error {
	t, sp, err := a.openTable()
	if err != nil {
		return err
	}
	c.Space = sp
	for _, list := range a.config.GetStringSlice("objective") {
		names, err := objectives(list)
		if err != nil {
			return err
		}
		view, err := a.selectMetrics(ctx, t, names)
		if err != nil {
			return err
		}
		task := compare.Task{
			About: t.Info().Description, Dataset: t.Info().Dataset,
			Evaluator: view, Known: view,
		}
		task.Name = taskName(view.Metrics())
		if slices.ContainsFunc(c.Tasks, func(other compare.Task) bool { return other.Name == task.Name }) {
			return usage.Mark(fmt.Errorf("--objective %s stands twice", list))
		}
		if a.tellsMore() {
			if task.Also, err = t.Select(ctx, alsoNames(t, view.Metrics()), table.Settings{}); err != nil {
				return fmt.Errorf("what else the table has of the cells found: %w", err)
			}
		}
		c.Tasks = append(c.Tasks, task)
	}
	return nil
}

// tellsMore says whether anything is asked for that tells more of the cells found than the metric searched for.
func (a *app) tellsMore() bool {
	return a.config.GetBool("also") || a.config.GetString("out") != "" || a.config.GetString("output") == "json"
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
