// Package strategies has the command that lists search algorithms.
package strategies

import (
	"fmt"

	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/report/sheet"
	"github.com/spf13/cobra"
)

// Command returns the command.
func Command(p *program.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "strategies [NAME]",
		Short:   "List the search algorithms, or the options of one",
		Example: "  nassearch strategies\n  nassearch strategies evolution",
		Args:    usage.Args(0, 1, "one strategy or none"),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return list(p.Out, p.Strategies)
			}
			e, err := p.Strategies.Lookup(args[0])
			if err != nil {
				return err
			}
			return describe(p.Out, args[0], e)
		},
	}
	p.Tables.Leave(cmd)
	return cmd
}

// strategy is a strategy for programs.
type strategy struct {
	Name    string   `json:"name"`
	About   string   `json:"about"`
	Source  string   `json:"source"`
	Multi   bool     `json:"several_objectives"`
	Shorter bool     `json:"shorter_trainings"` // is what it begins with
	Options []option `json:"options"`
}

type option struct {
	Name    string `json:"name"`
	Default string `json:"default"`
	Range   string `json:"range"`
	Meaning string `json:"meaning"`
}

func newStrategy(name string, e search.Entry) strategy {
	s := strategy{Name: name, About: e.About, Source: e.Source, Multi: e.Multi, Shorter: e.Fidelities, Options: []option{}}
	for _, o := range e.Options {
		s.Options = append(s.Options, option{o.Name, o.Default, o.Range(), o.Meaning})
	}
	return s
}

func list(out *output.Printer, registry search.Registry) error {
	var all []strategy
	rows := sheet.New("strategy", "objectives", "what it does")
	for _, name := range registry.Names() {
		e := registry[name]
		all = append(all, newStrategy(name, e))
		takes := "one"
		if e.Multi {
			takes = "any number"
		}
		rows.Add(sheet.Texts(name, takes, e.About)...)
	}
	return out.List("", rows, all)
}

func describe(out *output.Printer, name string, e search.Entry) error {
	s := newStrategy(name, e)
	rows := sheet.New("option", "default", "values", "meaning")
	for _, o := range s.Options {
		rows.Add(sheet.Texts(o.Name, o.Default, o.Range, o.Meaning)...)
	}
	if len(s.Options) == 0 && out.Form == output.Table {
		rows = sheet.New("it has no options")
	}
	return out.List(fmt.Sprintf("%s: %s\n%s\n\n", name, e.About, e.Source), rows, s)
}
