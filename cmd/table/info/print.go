package info

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search/report"
)

// rows has one row a metric.
func (j content) rows() [][]string {
	rows := [][]string{{"metric", "setting", "classes", "min", "max", "optimum"}}
	for _, s := range j.Metrics {
		row := []string{s.Metric, s.Setting, strconv.Itoa(s.Classes), "", "", string(s.Optimum)}
		if s.Min != nil {
			row[3], row[4] = strconv.FormatFloat(*s.Min, 'g', -1, 64), strconv.FormatFloat(*s.Max, 'g', -1, 64)
		}
		rows = append(rows, row)
	}
	return rows
}

// text writes it for people.
func (j content) text(out io.Writer) error {
	w := bufio.NewWriter(out)
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
func missingFiles(all []missing) []string {
	var files []string
	for _, m := range all {
		if !slices.Contains(files, m.File) {
			files = append(files, m.File)
		}
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
