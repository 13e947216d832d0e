// Package output prints what a command found: a table for people, JSON and CSV for programs, to its output or a file;
// and draws figures into files, in the format that the file's ending says.
package output

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/search/report/sheet"
	"github.com/spf13/cobra"
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
	Form  string
	Forms []string // that there are
	Line  bool     // JSON stands in one line
}

// New returns a printer of tables, JSON and CSV.
func New(w io.Writer) *Printer { return &Printer{Writer: w, Forms: []string{Table, JSON, CSV}} }

// Register adds --output to the flags of all commands.
func (p *Printer) Register(root *cobra.Command) {
	root.PersistentFlags().StringVarP(&p.Form, "output", "o", Table, "what to print: table, json or csv")
	usage.Complete(root, "output", p.Forms...)
}

// NewLine returns a printer for a command that has no CSV, and whose JSON are lines.
func NewLine(w io.Writer, cmd *cobra.Command) *Printer {
	p := &Printer{Writer: w, Forms: []string{Table, JSON}, Line: true}
	cmd.Flags().StringVar(&p.Form, "output", Table, "table or json")
	return p
}

// Check returns an error for a form that there is not.
func (p *Printer) Check() error {
	switch {
	case slices.Contains(p.Forms, p.Form):
		return nil
	case p.Line:
		return usage.Mark(fmt.Errorf("--output %s: want table or json", p.Form))
	}
	return usage.Mark(fmt.Errorf("--output %q: want %s", p.Form, strings.Join(p.Forms, ", ")))
}

// Document is a result in every form.
type Document struct {
	Text, CSV func(io.Writer) error
	JSON      any
}

// Print prints a result.
func (p *Printer) Print(d Document) error {
	switch {
	case p.Form == JSON && p.Line:
		return json.NewEncoder(p).Encode(d.JSON)
	case p.Form == JSON:
		return report.JSON(p, d.JSON)
	case p.Form == CSV:
		return d.CSV(p)
	}
	return d.Text(p.Writer) // itself, since a terminal may show more
}

// List prints a sheet, or the value that it is of. Only people read the lines above.
func (p *Printer) List(above string, s *sheet.Sheet, value any) error {
	return p.Print(Document{JSON: value, CSV: s.CSV, Text: func(w io.Writer) error {
		text := sheet.To(w)
		text.Raw(above)
		text.Sheet(s)
		return text.Err()
	}})
}
