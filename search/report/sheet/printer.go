package sheet

import (
	"fmt"
	"io"
	"strings"

	"github.com/nassearch/nassearch/internal/plain"
)

// labelWidth is that of the words at the left.
const labelWidth = 9

// Printer writes labelled lines and sheets for people, and remembers the first error.
type Printer struct {
	w       io.Writer
	columns int
	err     error
}

// Screen is a writer that shows lines of so many columns. What is printed to one fits; other writers take any length.
type Screen interface {
	io.Writer
	Columns() int
}

// columnsOf is how many a line has at most; 0 for no limit.
func columnsOf(w io.Writer) int {
	if s, ok := w.(Screen); ok {
		return s.Columns()
	}
	return 0
}

// To returns a printer to a writer, which may be a [Screen].
func To(w io.Writer) *Printer { return &Printer{w: w, columns: columnsOf(w)} }

// Columns is how many a line has at most; 0 for no limit.
func (p *Printer) Columns() int { return p.columns }

// Line writes a line: "search   evolution population=30".
func (p *Printer) Line(label, text string) {
	label, text = plain.Text(label), plain.Text(text)
	p.Raw(strings.TrimRight(fmt.Sprintf("%-*s%s", labelWidth, label, text), " ") + "\n")
}

// Sheet writes a table.
func (p *Printer) Sheet(s *Sheet) {
	if p.err == nil {
		p.err = s.Text(p.w)
	}
}

// Raw writes text as it is.
func (p *Printer) Raw(text string) {
	if p.err == nil {
		_, p.err = io.WriteString(p.w, text)
	}
}

// Err is the first error, nil if there was none.
func (p *Printer) Err() error { return p.err }
