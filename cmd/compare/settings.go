package compare

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/nassearch/nassearch/cmd/backend"
	"github.com/nassearch/nassearch/cmd/internal/backends"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/space"
	"github.com/spf13/cobra"
)

// configure completes the configuration by the flags, but for its tasks. Given says which flags there are.
func (c *command) configure(given func(flag string) bool) (err error) {
	x, budgeted := &c.config, given("budget")
	if err := cmp.Or(usage.AtLeast("runs", x.Runs, 1), usage.AtLeast("workers", x.Workers, 0)); err != nil {
		return err
	}
	switch {
	case x.Window < 1 && given("window"):
		return usage.AtLeast("window", x.Window, 1)
	case x.Budget < 1 && (x.TimeBudget == 0 || budgeted):
		return usage.Mark(fmt.Errorf("--budget %d: want at least 1 query", x.Budget))
	case x.TimeBudget < 0 || x.TimeBudget == 0 && given("time-budget"):
		return usage.Mark(fmt.Errorf("--time-budget %v: want a time such as 500h", x.TimeBudget))
	case x.TimeBudget > 0 && !budgeted:
		x.Budget = 0
	}
	if x.Strategies, err = contenders(c.strategies); err != nil {
		return err
	}
	if err := known(x.Registry, x.Strategies); err != nil {
		return err
	}
	x.Checkpoints, err = checkpoints(c.at, x.TimeBudget > 0)
	return err
}

// known returns an error for a strategy that there is not.
func known(there search.Registry, all []compare.Strategy) error {
	for i, s := range all {
		_, err := there.Lookup(s.Algorithm)
		switch {
		case err != nil && i > 0 && len(all[i-1].Options) > 0: // whose last value may go on
			return fmt.Errorf("%w (a comma that is part of a value has a backslash before it)", err)
		case err != nil:
			return err
		}
	}
	return nil
}

// contenders reads "random,small=evolution:population=10:tournament=3". A backslash takes a comma or a colon for part
// of a value.
func contenders(list string) ([]compare.Strategy, error) {
	var all []compare.Strategy
	for _, text := range parted(list, ',') {
		parts := parted(strings.TrimSpace(text), ':')
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
				return nil, usage.Mark(fmt.Errorf("--strategies: %s: %q: want option=value after each colon, and a backslash "+
					"before one that is part of a value", name, pair))
			}
			if _, twice := s.Options[option]; twice {
				return nil, usage.Mark(fmt.Errorf("--strategies: %s: option %s stands twice", name, option))
			}
			s.Options[option] = plain.Replace(value)
		}
		all = append(all, s)
	}
	return all, nil
}

// plain takes the backslashes from before commas and colons.
var plain = strings.NewReplacer(`\,`, ",", `\:`, ":")

// parted cuts a text at a separator that has no backslash before it.
func parted(text string, separator byte) (parts []string) {
	begin := 0
	for i := range len(text) {
		if text[i] == separator && (i == 0 || text[i-1] != '\\') {
			parts = append(parts, text[begin:i])
			begin = i + 1
		}
	}
	return append(parts, text[begin:])
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

// tasks asks the backend for the objectives, one task each.
func (c *command) tasks(cmd *cobra.Command) error {
	b, err := c.Backends.Chosen(c.Env)
	if err != nil {
		return err
	}
	for _, list := range c.objectives {
		names, err := backends.Objectives(list)
		if err != nil {
			return err
		}
		ask := backend.Ask{
			Objective: names, Eps: c.eps, Dataset: c.Tables.Dataset, Known: c.scope.Known(), Given: c.Given, Log: c.Log,
			Continues: c.begun, Trials: backends.TrialsOf(c.dir),
		}
		if ask.Eps == "" {
			ask.Eps = backends.BegunEps(names, c.begun())
		}
		p, err := b.Open(cmd.Context(), ask)
		if err != nil {
			return err
		}
		c.opened = append(c.opened, p)
		task, err := c.task(cmd.Context(), b.Backend, p)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(c.config.Tasks, func(other compare.Task) bool { return other.Name == task.Name }) {
			return usage.Mark(fmt.Errorf("--objective %s stands twice", list))
		}
		c.config.Tasks = append(c.config.Tasks, task)
		c.slow = p.Slow
		c.names = space.Names{Space: c.config.Space, ID: p.ID}
		c.config.Window = cmp.Or(c.config.Window, p.Window, 1)
		c.config.Workers = cmp.Or(c.config.Workers, p.Workers, runtime.GOMAXPROCS(0))
	}
	return nil
}

// close ends what evaluators keep.
func (c *command) close() (err error) {
	for _, p := range c.opened {
		err = errors.Join(err, p.Close())
	}
	return err
}

// status tells what is under way.
func (c *command) status() string {
	var all []string
	for _, p := range c.opened {
		if p.Status != nil {
			all = append(all, p.Status())
		}
	}
	return strings.Join(slices.DeleteFunc(all, func(s string) bool { return s == "" }), " · ")
}

// begun is what the folder's runs have been begun with, if there are any. What is wrong with them is told when it is
// opened.
func (c *command) begun() (all []backend.Begun) {
	if c.dir == "" {
		return nil
	}
	for _, p := range compare.Problems(c.dir) {
		all = append(all, backend.Begun{Objective: p.Objective, Source: p.Source, Settings: p.Settings})
	}
	return all
}

// task is a problem of the backend's.
func (c *command) task(ctx context.Context, b backend.Backend, p *backend.Problem) (t compare.Task, err error) {
	if p.Test != nil {
		return t, usage.Mark(errors.New("--final-test has no meaning in a comparison: search for one cell, or train it"))
	}
	metrics := p.Evaluator.Metrics()
	c.config.Space = p.Space
	if err := c.scope.Narrow(ctx, b.Name, p); err != nil {
		return t, err
	}
	t = compare.Task{
		Name: taskName(metrics), Backend: b.Name, About: p.About, Dataset: p.Dataset, Evaluator: p.Evaluator,
		Scope: p.Scope,
	}
	if t.Scores, err = c.scores.Read(ctx, c.Tables, p.Space, c.Log); err != nil {
		return t, err
	}
	t.Known, _ = p.Landscape()
	if p.Also != nil && c.tellsMore(len(metrics)) {
		t.Also, err = p.Also(ctx)
	}
	if p.Searched > 0 {
		t.Space = p.Space
		if t.Also != nil {
			t.Also = backends.Among(t.Also, c.config.Space, p.Space)
		}
	}
	return t, err
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
