// Package objectives has the command that lists the metrics that can be searched for.
package objectives

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/cmd/backend"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search/report/sheet"
	"github.com/spf13/cobra"
)

// Command returns the command.
func Command(p *program.Program) *cobra.Command {
	var eps string
	cmd := &cobra.Command{
		Use:   "objectives",
		Short: "List the metrics that can be searched for",
		Long: `objectives lists the metrics that --objective takes and what they mean; with --data, those that the table has,
with the settings that --eps and --severity may choose; with --backend live, those that training and attacking
networks measures, and how the preset does it.`,
		Example: `  nassearch objectives
  nassearch objectives --data robustness-data
  nassearch objectives --backend live --preset micro`,
		Args: usage.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return run(cmd.Context(), p, eps) },
	}
	cmd.Flags().StringVar(&eps, "eps", "",
		"with --backend live: size of the perturbation, such as 8/255 (default: the preset's)")
	p.Backends.Register(cmd, "who measures: "+strings.Join(p.Backends.Names(), " or "))
	p.Backends.AddDescribing(cmd)
	return cmd
}

// run lists what the chosen backend has.
func run(ctx context.Context, p *program.Program, eps string) error {
	b, err := p.Backends.Chosen(p.Env)
	if err != nil {
		return err
	}
	all, err := b.Describe(ctx, backend.Ask{Eps: eps, Dataset: p.Tables.Dataset, Given: p.Given, Log: p.Log})
	if err != nil {
		return err
	}
	for i, m := range all.Metrics {
		all.Metrics[i].Meaning = cmp.Or(m.Meaning, p.Known.Meaning(m.Name))
	}
	about := ""
	if all.About != "" {
		about = fmt.Sprintf("%-8s %s\n\n", b.Name, all.About)
	}
	return p.Out.List(about, rows(all), list(all))
}

// metric is one for programs.
type metric struct {
	Name       string   `json:"name"`
	Goal       string   `json:"goal"`
	Meaning    string   `json:"meaning"`
	Eps        []string `json:"eps,omitempty"`
	Severities []int    `json:"severities,omitempty"`
	Weights    []string `json:"weights,omitempty"`   // in another state than the metric's usual one: initial, trained
	Available  *bool    `json:"available,omitempty"` // in the table
	How        string   `json:"how,omitempty"`       // it is measured live
}

func list(l backend.Listing) (all []metric) {
	for _, m := range l.Metrics {
		o := metric{Name: m.Name, Goal: m.Goal.String(), Meaning: m.Meaning, How: m.How}
		for _, s := range m.Settings {
			switch {
			case s.Severity != 0:
				o.Severities = append(o.Severities, s.Severity)
			case s.State != objective.UsualState:
				o.Weights = append(o.Weights, s.Key())
			default:
				o.Eps = append(o.Eps, s.String())
			}
		}
		if l.Partial {
			available := m.Missing == ""
			o.Available = &available
		}
		all = append(all, o)
	}
	return all
}

// rows has columns for settings and for how metrics are measured only where there is something to say.
func rows(l backend.Listing) *sheet.Sheet {
	told := slices.ContainsFunc(l.Metrics, func(m backend.Metric) bool { return m.How != "" })
	row := func(name, goal, at, how, meaning string) []string {
		row := []string{name, goal}
		if l.At != "" {
			row = append(row, at)
		}
		if told {
			row = append(row, how)
		}
		return append(row, meaning)
	}
	s := sheet.New(row("metric", "goal", l.At, "how", "meaning")...)
	for _, m := range l.Metrics {
		at := m.At
		if m.Missing != "" {
			at = "(missing: " + m.Missing + ")"
		}
		s.Add(sheet.Texts(row(m.Name, m.Goal.String(), at, m.How, m.Meaning)...)...)
	}
	return s
}
