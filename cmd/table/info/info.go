// Package info has the command that says what a table holds.
package info

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/backends"
	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/search/report/sheet"
	"github.com/nassearch/nassearch/space"
	"github.com/spf13/cobra"
)

// Command returns the command.
func Command(p *program.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "info [TABLE]",
		Short:   "List what a table has: metrics, ranges, optima, and what is missing",
		Example: "  nassearch table info\n  nassearch table info robustness-data --dataset cifar10",
		Args:    usage.Args(0, 1, "one table or none"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := p.Tables.Name(p.Env, args); err != nil {
				return err
			}
			c, err := read(cmd.Context(), p.Tables)
			if err != nil {
				return err
			}
			return p.Out.Print(output.Document{Text: c.text, CSV: c.csv, JSON: c})
		},
	}
	return cmd
}

// series is a metric of a table at one setting.
type series struct {
	Metric  string     `json:"metric"`
	Setting string     `json:"setting,omitempty"`
	Seeds   string     `json:"seeds,omitempty"` // how many trainings its values are means of, if that is known
	Goal    string     `json:"goal"`
	Classes int        `json:"classes"` // that have a value
	Min     *float64   `json:"min"`
	Max     *float64   `json:"max"`
	Optimum space.Arch `json:"optimum"`
	ID      *int       `json:"optimum_id"` // released id
}

// content is what a table has, for programs.
type content struct {
	Dataset     string     `json:"dataset"`
	Format      string     `json:"format"`
	Description string     `json:"description"`
	Split       string     `json:"split"`
	Training    string     `json:"training"`
	Attacks     string     `json:"attacks"`
	Corruptions string     `json:"corruptions,omitempty"`
	DefaultEps  string     `json:"default_eps,omitempty"`
	Network     string     `json:"network,omitempty"`
	Seeds       string     `json:"seeds,omitempty"`   // over how many trainings values are means
	Rows        string     `json:"rows,omitempty"`    // what was made of several rows of one class
	Digests     string     `json:"digests,omitempty"` // whether files are as they were written
	Classes     int        `json:"classes"`
	Notes       []string   `json:"notes"`
	Fidelities  []fidelity `json:"fidelities,omitempty"` // shorter trainings
	Metrics     []series   `json:"metrics"`
	Missing     []missing  `json:"missing"`
}

// fidelity is what a table has of shorter trainings.
type fidelity struct {
	Fidelity string   `json:"fidelity"` // share of the full training
	Epochs   int      `json:"epochs"`
	Metrics  []string `json:"metrics"` // that were measured
}

type missing struct {
	Metric string `json:"metric"`
	File   string `json:"file"`
}

// read finds out what the table has.
func read(ctx context.Context, tables *backends.Tables) (content, error) {
	t, err := tables.Open()
	if err != nil {
		return content{}, err
	}
	i := t.Info()
	j := content{
		Dataset: i.Dataset, Format: i.Format, Description: i.Description, Split: i.Split, Training: i.Training,
		Attacks: i.Attacks, Corruptions: i.Corruptions,
		Classes: i.Classes, Notes: append([]string{}, i.Notes...), Missing: []missing{},
	}
	if i.DefaultEps > 0 {
		j.DefaultEps = i.DefaultEps.String()
	}
	j.Network, j.Seeds, j.Rows, j.Digests = i.NetworkText(), i.Seeds.String(), string(i.Rows), i.Digests
	for _, m := range t.Metrics() {
		if m.Missing != nil {
			j.Missing = append(j.Missing, missing{m.Metric.Name, m.Missing.File})
		}
	}
	if j.Fidelities, err = shorter(t); err != nil {
		return content{}, err
	}
	ranges, err := t.Ranges(ctx)
	if err != nil {
		return content{}, err
	}
	for _, r := range ranges {
		j.Metrics = append(j.Metrics, newSeries(r, t))
	}
	return j, nil
}

// shorter lists the lower fidelities.
func shorter(t *table.Table) (all []fidelity, err error) {
	for _, f := range t.Fidelities() {
		low, err := t.At(f.Share)
		if err != nil {
			return nil, err
		}
		if low == t {
			continue
		}
		out := fidelity{Fidelity: objective.FidelityText(f.Share), Epochs: f.Epochs}
		for _, m := range low.Available() {
			if !slices.Contains([]string{"params", "flops"}, m.Metric.Name) {
				out.Metrics = append(out.Metrics, m.Metric.Key())
			}
		}
		all = append(all, out)
	}
	return all, nil
}

func newSeries(r table.Range, t *table.Table) series {
	s := series{
		Metric: r.Metric.Name, Setting: r.Metric.Setting.String(), Seeds: r.Seeds.String(), Goal: r.Metric.Goal.String(),
		Classes: r.Classes, Optimum: r.Optimum,
	}
	if r.Classes > 0 {
		s.Min, s.Max, s.ID = &r.Min, &r.Max, t.Names().Of(r.Optimum).ID
	}
	return s
}

// csv writes one row a metric.
func (c content) csv(w io.Writer) error {
	return c.sheet("metric", "setting", "classes", "min", "max", "optimum").CSV(w)
}

// text writes it for people.
func (c content) text(w io.Writer) error {
	p := sheet.To(w)
	p.Labels(10)
	line := func(label, text string) {
		if text != "" {
			p.Line(label, text)
		}
	}
	line("table", c.Description)
	line("training", c.Training)
	line("attacks", c.Attacks)
	line("corrupt", c.Corruptions)
	line("split", c.Split)
	line("network", c.Network)
	line("seeds", c.Seeds)
	line("digests", c.Digests)
	if c.DefaultEps != "" {
		line("eps", c.DefaultEps+" unless --eps says otherwise")
	}
	for _, f := range c.Fidelities {
		line("fidelity", f.Fidelity+": "+numeral.Count(f.Epochs, "epoch")+", "+strings.Join(f.Metrics, " "))
	}
	for _, n := range c.Notes {
		line("note", n)
	}
	p.Raw("\n")
	p.Sheet(c.sheet("metric", "at", "classes", "min", "max", "best cell"))
	if len(c.Missing) > 0 {
		p.Raw("\n")
		p.Line("missing", "of the released dataset")
		width := 100
		if p.Columns() > 0 {
			width = min(width, p.Columns())
		}
		p.Raw(fill(missingFiles(c.Missing), "  ", "          ", width))
	}
	return p.Err()
}

// sheet has one row a metric. People read the released id of the best cell, programs its architecture.
func (c content) sheet(titles ...string) *sheet.Sheet {
	all := sheet.New(titles...)
	all.Lead = 2
	for _, s := range c.Metrics {
		row := append(sheet.Texts(s.Metric, s.Setting, strconv.Itoa(s.Classes), "", ""), sheet.Text(string(s.Optimum)))
		if s.Min != nil {
			low, high := formatRange(objective.Metric{Name: s.Metric}, *s.Min, *s.Max)
			row[3], row[4] = sheet.Number(*s.Min, low), sheet.Number(*s.Max, high)
		}
		if s.ID != nil {
			row[5].Text = fmt.Sprintf("#%d", *s.ID)
		}
		all.Add(row...)
	}
	return all
}

// formatRange prints two values in the same unit: sizes of small networks as whole numbers, others in millions.
func formatRange(m objective.Metric, low, high float64) (string, string) {
	if m.Unit() == objective.Millions && high < 1e6 && low >= 0 {
		return numeral.Thousands(int(low)), numeral.Thousands(int(high))
	}
	print := report.Beside(m, low, high)
	return print(low), print(high)
}

// missingFiles lists the files that are not there, once each.
func missingFiles(all []missing) []string {
	var files []string
	for _, m := range all {
		if !slices.Contains(files, m.File) {
			files = append(files, m.File)
		}
	}
	return files
}

// fill sets words in lines of at most so many bytes, with a text between two and an indentation.
func fill(words []string, between, indent string, width int) string {
	var b strings.Builder
	left := 0 // of the line
	for _, word := range words {
		if left -= len(between) + len(word); left >= 0 {
			b.WriteString(between + word)
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(indent + word)
		left = width - len(indent) - len(word)
	}
	return b.String() + "\n"
}
