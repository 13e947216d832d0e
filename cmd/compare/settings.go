package compare

import (
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/search/compare"
)

// config is the configuration that the flags describe, without its tasks.
func (c *command) config(budgeted bool) (x compare.Config, err error) {
	switch {
	case c.runs < 1:
		return x, usage.Mark(fmt.Errorf("--runs %d: want at least 1", c.runs))
	case c.budget < 1 && (c.timeBudget == 0 || budgeted):
		return x, usage.Mark(fmt.Errorf("--budget %d: want at least 1 query", c.budget))
	case c.timeBudget < 0:
		return x, usage.Mark(fmt.Errorf("--time-budget %v: want a time such as 500h", c.timeBudget))
	case c.window < 1:
		return x, usage.Mark(fmt.Errorf("--window %d: want at least 1", c.window))
	}
	x = compare.Config{
		Registry: c.registry, Runs: c.runs, Seed: c.seed, Budget: c.budget, TimeBudget: c.timeBudget, Window: c.window,
		CountDuplicates: c.countDuplicates, Workers: c.workers,
	}
	if c.workers <= 0 {
		x.Workers = runtime.GOMAXPROCS(0)
	}
	if c.timeBudget > 0 && !budgeted {
		x.Budget = 0
	}
	if x.Strategies, err = contenders(c.strategies); err != nil {
		return x, err
	}
	for _, s := range x.Strategies {
		if _, err := c.registry.Lookup(s.Algorithm); err != nil {
			return x, err
		}
	}
	x.Checkpoints, err = checkpoints(c.at, c.timeBudget > 0)
	return x, err
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
