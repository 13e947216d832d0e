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
	w   io.Writer
	err error
}

// To returns a printer to a writer.
func To(w io.Writer) *Printer { return &Printer{w: w} }

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
