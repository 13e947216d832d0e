package cmd

import (
	"encoding/csv"
	"fmt"

	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/report"
	"github.com/spf13/cobra"
)

func (a *app) strategiesCommand() *cobra.Command {
	return &cobra.Command{
		Use:               "strategies [NAME]",
		Short:             "List the search algorithms, or the options of one",
		Example:           "  nassearch strategies\n  nassearch strategies evolution",
		Args:              usage.Args(cobra.MaximumNArgs(1)),
		ValidArgsFunction: cobra.FixedCompletions(a.registry.Names(), cobra.ShellCompDirectiveNoFileComp),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return a.listStrategies()
			}
			e, err := a.registry.Lookup(args[0])
			if err != nil {
				return err
			}
			return a.describeStrategy(args[0], e)
		},
	}
}

// strategyJSON is a strategy for programs.
type strategyJSON struct {
	Name    string       `json:"name"`
	About   string       `json:"about"`
	Source  string       `json:"source"`
	Multi   bool         `json:"several_objectives"`
	Options []optionJSON `json:"options"`
}

type optionJSON struct {
	Name    string `json:"name"`
	Default string `json:"default"`
	Range   string `json:"range"`
	Meaning string `json:"meaning"`
}

func describe(name string, e search.Entry) strategyJSON {
	s := strategyJSON{Name: name, About: e.About, Source: e.Source, Multi: e.Multi, Options: []optionJSON{}}
	for _, o := range e.Options {
		s.Options = append(s.Options, optionJSON{o.Name, o.Default, o.Range(), o.Meaning})
	}
	return s
}

func (a *app) listStrategies() error {
	var all []strategyJSON
	rows := [][]string{{"strategy", "objectives", "what it does"}}
	for _, name := range a.registry.Names() {
		e := a.registry[name]
		all = append(all, describe(name, e))
		takes := "one"
		if e.Multi {
			takes = "any number"
		}
		rows = append(rows, []string{name, takes, e.About})
	}
	return a.list(rows, all)
}

func (a *app) describeStrategy(name string, e search.Entry) error {
	rows := [][]string{{"option", "default", "values", "meaning"}}
	for _, o := range e.Options {
		rows = append(rows, []string{o.Name, o.Default, o.Range(), o.Meaning})
	}
	if a.config.GetString("output") == "table" {
		if len(rows) == 1 {
			rows = [][]string{{"it has no options"}}
		}
		if _, err := fmt.Fprintf(a.stdout, "%s: %s\n%s\n\n", name, e.About, e.Source); err != nil {
			return err
		}
	}
	return a.list(rows, describe(name, e))
}

// list prints rows, the first of them the header, or, as JSON, the value that they are of.
func (a *app) list(rows [][]string, value any) error {
	switch a.config.GetString("output") {
	case "json":
		return report.JSON(a.stdout, value)
	case "csv":
		w := csv.NewWriter(a.stdout)
		return w.WriteAll(rows)
	}
	return report.Table(a.stdout, rows)
}
