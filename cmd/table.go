package cmd

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/cmd/census"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/internal/atomicfile"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/space"
	"github.com/spf13/cobra"
)

func (a *app) tableCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "table",
		Short: "Look at a table of measured results",
		Args:  usage.Args(cobra.NoArgs),
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	info := &cobra.Command{
		Use:     "info",
		Short:   "List what a table has: metrics, ranges, optima, and what is missing",
		Example: "  nassearch table info\n  nassearch table info --data robustness-data --dataset cifar10",
		Args:    usage.Args(cobra.NoArgs),
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.tableInfo(cmd) },
	}
	export := &cobra.Command{
		Use:     "export",
		Short:   "Write a table as CSV, which --data reads",
		Example: "  nassearch table export --data robustness-data --out cifar10.csv",
		Args:    usage.Args(cobra.NoArgs),
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.tableExport(cmd) },
	}
	export.Flags().String("out", "", "file to write (default: standard output)")
	cmd.AddCommand(info, export,
		census.BuildCommand(a.logger, version(), a.methods), census.MergeCommand(a.methods), census.VerifyCommand(a.logger, a.methods, a.openNamed))
	cmd.AddCommand(a.correlateCommand(), a.plotCommand())
	return cmd
}

// series is a metric of a table at one setting.
type series struct {
	Metric  string     `json:"metric"`
	Setting string     `json:"setting,omitempty"`
	Goal    string     `json:"goal"`
	Classes int        `json:"classes"` // that have a value
	Min     *float64   `json:"min"`
	Max     *float64   `json:"max"`
	Optimum space.Arch `json:"optimum"`
	ID      *int       `json:"optimum_id"` // released id
}

// tableJSON is a table for programs.
type tableJSON struct {
	Dataset     string        `json:"dataset"`
	Format      string        `json:"format"`
	Description string        `json:"description"`
	Split       string        `json:"split"`
	Training    string        `json:"training"`
	Attacks     string        `json:"attacks"`
	DefaultEps  string        `json:"default_eps,omitempty"`
	Classes     int           `json:"classes"`
	Notes       []string      `json:"notes"`
	Metrics     []series      `json:"metrics"`
	Missing     []missingJSON `json:"missing"`
}

type missingJSON struct {
	Metric string `json:"metric"`
	File   string `json:"file"`
}

func (a *app) tableInfo(cmd *cobra.Command) error {
	t, sp, err := a.openTable()
	if err != nil {
		return err
	}
	i := t.Info()
	j := tableJSON{
		Dataset: i.Dataset, Format: i.Format, Description: i.Description, Split: i.Split, Training: i.Training,
		Attacks: i.Attacks, Classes: i.Classes, Notes: append([]string{}, i.Notes...), Missing: []missingJSON{},
	}
	if i.DefaultEps > 0 {
		j.DefaultEps = i.DefaultEps.String()
	}
	var names []string
	for _, m := range t.Metrics() {
		if m.Missing != nil {
			j.Missing = append(j.Missing, missingJSON{m.Metric.Name, m.Missing.File})
			continue
		}
		names = append(names, settings(m)...)
	}
	view, err := t.Select(cmd.Context(), names, table.Settings{})
	if err != nil {
		return err
	}
	j.Metrics = ranges(view, t, sp, i.Classes)
	switch a.config.GetString("output") {
	case "json":
		return report.JSON(a.stdout, j)
	case "csv":
		return a.list(seriesRows(j.Metrics), nil)
	}
	return a.printInfo(j)
}

// settings names a metric at each eps that it has, or else once.
func settings(m table.MetricInfo) []string {
	if strings.Contains(m.Metric.Name, "<k>") {
		return nil // a hundred classes would tell nobody anything
	}
	if len(m.Attacks()) == 0 {
		return []string{m.Metric.Name}
	}
	return settingsLike(m, "*", true)
}

// ranges finds the smallest, the largest and the best value of every metric.
func ranges(view *table.View, t *table.Table, sp space.Enumerator, classes int) []series {
	var all []series
	for i, m := range view.Metrics() {
		s := series{Metric: m.Name, Setting: m.Setting.String(), Goal: m.Goal.String()}
		low, high := math.Inf(1), math.Inf(-1)
		for c := range classes {
			if v := view.Values(c)[i]; !math.IsNaN(v) {
				s.Classes++
				low, high = min(low, v), max(high, v)
			}
		}
		if _, class, ok := view.Optimum(i); ok {
			s.Min, s.Max, s.Optimum = &low, &high, sp.Class(class)
			if _, id, ok := t.OfficialID(s.Optimum); ok {
				s.ID = &id
			}
		}
		all = append(all, s)
	}
	return all
}

// seriesRows makes a table of series.
func seriesRows(all []series) [][]string {
	rows := [][]string{{"metric", "setting", "classes", "min", "max", "optimum"}}
	for _, s := range all {
		row := []string{s.Metric, s.Setting, strconv.Itoa(s.Classes), "", "", string(s.Optimum)}
		if s.Min != nil {
			row[3], row[4] = strconv.FormatFloat(*s.Min, 'g', -1, 64), strconv.FormatFloat(*s.Max, 'g', -1, 64)
		}
		rows = append(rows, row)
	}
	return rows
}

func (a *app) printInfo(j tableJSON) error {
	w := bufio.NewWriter(a.stdout)
	line := func(label, text string) {
		if text != "" {
			fmt.Fprintf(w, "%-10s%s\n", label, text)
		}
	}
	line("table", j.Description)
	line("training", j.Training)
	line("attacks", j.Attacks)
	line("split", j.Split)
	if j.DefaultEps != "" {
		line("eps", j.DefaultEps+" unless --eps says otherwise")
	}
	for _, n := range j.Notes {
		line("note", n)
	}
	fmt.Fprintln(w)
	rows := [][]string{{"metric", "at", "classes", "min", "max", "best cell"}}
	for _, s := range j.Metrics {
		m := objective.Metric{Name: s.Metric}
		row := []string{s.Metric, s.Setting, strconv.Itoa(s.Classes), "", "", ""}
		if s.Min != nil {
			row[3], row[4] = formatRange(m, *s.Min, *s.Max)
			row[5] = string(s.Optimum)
			if s.ID != nil {
				row[5] = fmt.Sprintf("#%d", *s.ID)
			}
		}
		rows = append(rows, row)
	}
	if err := report.Table(w, rows); err != nil {
		return err
	}
	if len(j.Missing) > 0 {
		fmt.Fprintf(w, "\nmissing   of the released dataset\n%s", fill(missingFiles(j.Missing)))
	}
	return w.Flush()
}

// formatRange prints two values in the same unit: sizes of small networks as whole numbers, others in millions.
func formatRange(m objective.Metric, low, high float64) (string, string) {
	if (m.Name == "params" || m.Name == "flops") && high < 1e6 {
		return numeral.Thousands(int(low)), numeral.Thousands(int(high))
	}
	return report.Format(m, low), report.Format(m, high)
}

// missingFiles lists the files that are not there, once each.
func missingFiles(missing []missingJSON) []string {
	var files []string
	for _, m := range missing {
		files = with(files, m.File)
	}
	return files
}

// fill sets words in indented lines.
func fill(words []string) string {
	const width, indent = 100, "          "
	var b strings.Builder
	line := ""
	for _, word := range words {
		if line != "" && len(indent)+len(line)+2+len(word) > width {
			b.WriteString(indent + line + "\n")
			line = ""
		}
		if line != "" {
			line += "  "
		}
		line += word
	}
	return b.String() + indent + line + "\n"
}

func (a *app) tableExport(cmd *cobra.Command) error {
	t, _, err := a.openTable()
	if err != nil {
		return err
	}
	path := a.config.GetString("out")
	if path == "" {
		return t.Export(cmd.Context(), a.stdout)
	}
	return atomicfile.Write(path, func(w io.Writer) error { return t.Export(cmd.Context(), w) })
}

// openNamed opens a table at a path.
func (a *app) openNamed(path string) (*table.Table, error) {
	t, _, err := a.openTableAt(path, "")
	return t, err
}

// listOf lists what was found in a table, which people read first.
func (a *app) listOf(t *table.Table, rows [][]string, value any) error {
	if a.config.GetString("output") == "table" {
		if _, err := fmt.Fprintf(a.stdout, "table    %s\n\n", t.Info().Description); err != nil {
			return err
		}
	}
	return a.list(rows, value)
}
