package compare

import (
	"io"
	"os"
	"path/filepath"

	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/internal/atomicfile"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/compare/analysis"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/search/report/comparison"
	"github.com/nassearch/nassearch/search/report/page"
)

// written is a file of --out.
type written struct {
	name  string
	write func(io.Writer) error
}

// write writes what --out promises beside the runs.
func (c *command) write(found analysis.Comparison, of compare.Config) error {
	if c.dir == "" {
		return nil
	}
	files := []written{
		{"runs.csv", func(w io.Writer) error { return comparison.CSV(w, found) }},
		{"summary.json", func(w io.Writer) error { return report.JSON(w, comparison.JSON{Comparison: found}) }},
		{"report.html", func(w io.Writer) error { return page.Comparison(w, found, of.Space, of.Tasks) }},
		{"table.tex", func(w io.Writer) error { return comparison.LaTeX(w, found) }},
		{"also.tex", func(w io.Writer) error { return comparison.LaTeXAlso(w, found) }},
	}
	figures, err := comparison.Figures(found)
	if err != nil {
		return err
	}
	for _, f := range figures {
		for _, format := range []string{"svg", "png"} {
			name := filepath.Join("figures", f.Name+"."+format)
			files = append(files, written{name, func(w io.Writer) error { return f.Write(w, format) }})
		}
	}
	if err := os.MkdirAll(filepath.Join(c.dir, "figures"), 0o777); err != nil {
		return err
	}
	for _, file := range files {
		if err := atomicfile.Write(filepath.Join(c.dir, file.name), file.write); err != nil {
			return err
		}
	}
	return nil
}

// print prints a comparison in the form that was asked for.
func (c *command) print(found analysis.Comparison) error {
	text := comparison.Text
	if c.also {
		text = comparison.TextAlso
	}
	return c.out.Print(output.Document{
		Text: func(w io.Writer) error { return text(w, found) },
		CSV:  func(w io.Writer) error { return comparison.CSV(w, found) },
		JSON: comparison.JSON{Comparison: found},
	})
}
