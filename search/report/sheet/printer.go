package sheet

import (
	"fmt"
	"io"
	"strings"

	"github.com/nassearch/nassearch/internal/plain"
	"github.com/nassearch/nassearch/internal/wrap"
)

// labelWidth is that of the words at the left, if a printer has no other.
const labelWidth = 9

// Printer writes labelled lines and sheets for people, and remembers the first error.
type Printer struct {
	w       io.Writer
	columns int
	labels  int
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
func To(w io.Writer) *Printer { return &Printer{w: w, columns: columnsOf(w), labels: labelWidth} }

// Labels makes room for longer words at the left.
func (p *Printer) Labels(width int) { p.labels = width }

// Columns is how many a line has at most; 0 for no limit.
func (p *Printer) Columns() int { return p.columns }

// Line writes a line, "search   evolution population=30", or several where one does not fit.
func (p *Printer) Line(label, text string) {
	label, text = plain.Text(label), plain.Text(text)
	for i, line := range p.filled(text, p.labels) {
		if i > 0 {
			label = ""
		}
		p.Raw(strings.TrimRight(fmt.Sprintf("%-*s%s", p.labels, label, line), " ") + "\n")
	}
}

// Text writes words in lines that fit.
func (p *Printer) Text(words string) {
	for _, line := range p.filled(plain.Text(words), 0) {
		p.Raw(line + "\n")
	}
}

// Item writes a sentence of a list behind a mark, in lines that fit.
func (p *Printer) Item(mark, sentence string) {
	for _, line := range p.filled(plain.Text(sentence), len(mark)) {
		p.Raw(mark + line + "\n")
		mark = strings.Repeat(" ", len(mark))
	}
}

// filled is a text in lines that fit behind an indentation. Words are never cut: a terminal does that so that they can
// be copied.
func (p *Printer) filled(text string, indent int) []string {
	if p.columns == 0 {
		return []string{text}
	}
	return wrap.Lines(text, p.columns-indent)
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
