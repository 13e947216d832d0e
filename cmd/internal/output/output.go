// Package output prints what a command found: a table for people, JSON and CSV for programs, to its output or a file;
// and draws figures into files, in the format that the file's ending says.
package output

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/progress"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/internal/atomicfile"
	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/internal/figure/plot"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/search/report/sheet"
	"github.com/spf13/cobra"
	"go.uber.org/zap"
)

// The forms of results.
const (
	Table = "table"
	JSON  = "json"
	CSV   = "csv"
)

// Printer prints to its writer, in the form that --output names.
type Printer struct {
	io.Writer
	Form string

	forms []form
}

// form is a way to print a result.
type form struct {
	name  string
	print func(io.Writer, Document) error
}

// New returns a printer of tables, JSON and CSV, and of more forms.
func New(w io.Writer, more ...report.Form) *Printer {
	p := &Printer{Writer: OnScreen(w), Form: Table, forms: []form{
		{Table, func(w io.Writer, d Document) error { return d.Text(w) }},
		{JSON, func(w io.Writer, d Document) error {
			if d.Line {
				return json.NewEncoder(w).Encode(d.JSON)
			}
			return report.JSON(w, d.JSON)
		}},
		{CSV, func(w io.Writer, d Document) error { return d.CSV(w) }},
		{LaTeX, func(w io.Writer, d Document) error { return d.LaTeX(w) }},
		{Markdown, func(w io.Writer, d Document) error { return d.Markdown(w) }},
		{HTML, func(w io.Writer, d Document) error { return d.HTML(w) }},
	}}
	for _, f := range more {
		p.forms = append(p.forms, form{f.Name, func(w io.Writer, d Document) error { return f.Write(w, d.JSON) }})
	}
	return p
}

// Register adds --output to the flags of all commands.
func (p *Printer) Register(root *cobra.Command) {
	root.PersistentFlags().StringVarP(&p.Form, "output", "o", Table,
		"what to print: "+p.oneOf(root)+"; analyses also "+LaTeX+", leaderboard "+Markdown+" and "+HTML)
	if err := root.RegisterFlagCompletionFunc("output", p.complete); err != nil {
		panic(err) // there is no such flag
	}
}

// Forms lists the names of the forms.
func (p *Printer) Forms() []string {
	return usage.Names(p.forms, func(f form) string { return f.name })
}

// Values says whether the form is of all that a result is.
func (p *Printer) Values() bool {
	return !slices.Contains([]string{Table, CSV, LaTeX, Markdown, HTML}, p.Form)
}

// Bare says whether the form is of numbers alone: what casts doubt on them has to be told beside it.
func (p *Printer) Bare() bool { return p.Form == CSV || p.Form == LaTeX }

// oneOf returns "table, json or csv".
func (p *Printer) oneOf(cmd *cobra.Command) string {
	names := p.formsOf(cmd)
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// Document is a result in every form.
type Document struct {
	Text, CSV func(io.Writer) error
	JSON      any
	Line      bool // its JSON is one line, of many that make a log

	LaTeX, Markdown, HTML func(io.Writer) error // of commands that have them, see [Allow]
}

// Print prints a result, text to the writer itself: a terminal may show more.
func (p *Printer) Print(d Document) error {
	i := max(0, slices.Index(p.Forms(), p.Form))
	return p.forms[i].print(p.Writer, d)
}

// Deliver prints a result that took long: to a spare writer too if the printer's own fails.
func (p *Printer) Deliver(d Document, spare io.Writer) error {
	err := p.Print(d)
	if err != nil {
		other := *p
		other.Writer = spare
		err = errors.Join(err, other.Print(d))
	}
	return err
}

// List prints a sheet, or the value that it is of. Only people read the lines above.
func (p *Printer) List(above string, s *sheet.Sheet, value any) error {
	return p.Brief(above, s, s, value)
}

// Brief prints a sheet of few columns for people, below the lines of above, and all columns for programs.
func (p *Printer) Brief(above string, few, all *sheet.Sheet, value any) error {
	return p.Print(Document{JSON: value, CSV: all.CSV, Text: func(w io.Writer) error {
		text := sheet.To(w)
		for line := range strings.Lines(above) {
			text.Text(strings.TrimSuffix(line, "\n"))
		}
		text.Sheet(few)
		return text.Err()
	}})
}

// To writes a file, or to the printer's own writer if the path is empty or -.
func (p *Printer) To(path string, content func(io.Writer) error) error {
	if path == "-" || path == "" {
		return content(p)
	}
	return atomicfile.Write(path, content)
}

// CheckFigure returns an error for a flag's file whose ending names no format of figures.
func CheckFigure(flag, path string) error {
	if _, err := plot.Format(path); err != nil {
		return usage.Mark(fmt.Errorf("--%s %w", flag, err))
	}
	return nil
}

// Figure draws into a file, in the format that its name says, and says so.
func Figure(log *zap.Logger, path string, f figure.Picture) error {
	format, err := plot.Format(path)
	if err != nil {
		return err
	}
	if err := atomicfile.Write(path, func(w io.Writer) error { return plot.Write(w, format, f) }); err != nil {
		return err
	}
	log.Info("drawn", zap.String("file", path))
	return nil
}

// screen is an output whose lines have so many columns.
type screen struct {
	io.Writer
	columns int
}

// Columns implements [sheet.Screen].
func (s screen) Columns() int { return s.columns }

// Unwrap is what it writes to.
func (s screen) Unwrap() io.Writer { return s.Writer }

// OnScreen tells printers how wide a terminal is. The variable COLUMNS says so of any output.
func OnScreen(w io.Writer) io.Writer {
	columns, err := strconv.Atoi(os.Getenv("COLUMNS"))
	if err != nil || columns < 1 {
		columns = progress.Columns(w)
	}
	if columns < 1 {
		return w
	}
	return screen{w, columns}
}

// Columns is how many the lines of an output have at most; 0 for no limit.
func Columns(w io.Writer) int {
	if s, ok := w.(sheet.Screen); ok {
		return s.Columns()
	}
	return 0
}

// Colourful says whether an output shows colours (see no-color.org).
func Colourful(w io.Writer) bool {
	return progress.IsTerminal(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}
