package info

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/search/report/sheet"
)

// csv writes one row a metric.
func (c content) csv(w io.Writer) error {
	return c.sheet("metric", "setting", "classes", "min", "max", "optimum").CSV(w)
}

// text writes it for people.
func (c content) text(w io.Writer) error {
	p := sheet.To(w)
	line := func(label, text string) {
		if text != "" {
			p.Raw(fmt.Sprintf("%-10s%s\n", label, text))
		}
	}
	line("table", c.Description)
	line("training", c.Training)
	line("attacks", c.Attacks)
	line("split", c.Split)
	if c.DefaultEps != "" {
		line("eps", c.DefaultEps+" unless --eps says otherwise")
	}
	for _, n := range c.Notes {
		line("note", n)
	}
	p.Raw("\n")
	p.Sheet(c.sheet("metric", "at", "classes", "min", "max", "best cell"))
	if len(c.Missing) > 0 {
		p.Raw("\nmissing   of the released dataset\n" + fill(missingFiles(c.Missing)))
	}
	return p.Err()
}

// sheet has one row a metric. People read the released id of the best cell, programs its architecture.
func (c content) sheet(titles ...string) *sheet.Sheet {
	all := sheet.New(titles...)
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
