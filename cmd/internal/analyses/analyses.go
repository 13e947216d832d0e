// Package analyses is what commands that analyse tables have in common: they print what they found as a table, JSON,
// CSV or LaTeX, and write it into a folder with a page and figures.
package analyses

import (
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/nassearch/nassearch/cmd/internal/files"
	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/internal/atomicfile"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/search/report/article"
	"github.com/nassearch/nassearch/search/report/page"
	"github.com/nassearch/nassearch/space"
	"github.com/spf13/cobra"
	"go.uber.org/zap"
)

// Files of --out besides those of tables and pictures.
const (
	pageFile  = "index.html"
	valueFile = "analysis.json"
	figures   = "figures"
)

// Output is where an analysis goes.
type Output struct {
	p   *program.Program
	dir string
}

// Found is an analysis for people and for programs.
type Found struct {
	Article article.Article
	Value   any         // as JSON
	Space   space.Space // that draws the cells of the page; may be nil
}

// Register adds --out, which names a folder, and LaTeX to the forms of --output.
func Register(cmd *cobra.Command, p *program.Program) *Output {
	o := &Output{p: p}
	cmd.Flags().StringVar(&o.dir, "out", "",
		"folder that gets the page "+pageFile+", "+valueFile+", "+figures+"/, and each table as .csv and .tex")
	files.Fills(cmd.Flags(), "out", pageFile, valueFile)
	output.Allow(cmd, output.LaTeX)
	return o
}

// Deliver prints what was found, and writes the folder if one is wanted. One failing does not cost the other.
func (o *Output) Deliver(f Found) error {
	f.Article.Program, f.Article.Command = o.p.Version, o.p.CommandLine()
	return errors.Join(o.write(f), o.p.Out.Print(output.Document{
		Text:  func(w io.Writer) error { return f.Article.Text(w, output.Colourful(w)) },
		CSV:   f.Article.CSV,
		LaTeX: func(w io.Writer) error { return f.Article.LaTeX(w, f.Article.Tables()...) },
		JSON:  f.Value,
	}))
}

// written is a file of the folder.
type written struct {
	name  string
	write func(io.Writer) error
}

// write fills the folder, the page last.
func (o *Output) write(f Found) error {
	if o.dir == "" {
		return nil
	}
	all := []written{{valueFile, func(w io.Writer) error { return report.JSON(w, f.Value) }}}
	for _, t := range f.Article.Tables() {
		all = append(all, written{t.Name + ".csv", t.CSV},
			written{t.Name + ".tex", func(w io.Writer) error { return f.Article.LaTeX(w, t) }})
	}
	for _, p := range f.Article.Pictures() {
		name := filepath.Join(figures, p.Name+".svg")
		all = append(all, written{name, func(w io.Writer) error { return p.Write(w, "svg") }})
	}
	all = append(all, written{pageFile, func(w io.Writer) error { return page.Article(w, f.Article, f.Space) }})
	if err := os.MkdirAll(filepath.Join(o.dir, figures), 0o777); err != nil {
		return err
	}
	for _, file := range all {
		if err := atomicfile.Write(filepath.Join(o.dir, file.name), file.write); err != nil {
			return err
		}
	}
	o.p.Log.Info("written", zap.String("page", filepath.Join(o.dir, pageFile)))
	return nil
}
