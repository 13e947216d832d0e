package article

import (
	"io"
	"strings"

	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/internal/figure/term"
	"github.com/nassearch/nassearch/search/report/sheet"
)

// Text writes the article for a terminal, which may show colours. What is folded on a page is left out.
func (a Article) Text(w io.Writer, colour bool) error {
	p := sheet.To(w)
	width := 0
	for _, f := range a.Facts {
		width = max(width, len([]rune(f.Name))+2)
	}
	p.Labels(width)
	for _, f := range a.Facts {
		p.Line(f.Name, f.Text)
	}
	list(p, "! ", a.Warnings)
	list(p, "- ", a.Conclusions)
	for _, s := range a.Sections {
		if err := s.text(p, colour); err != nil {
			return err
		}
	}
	return p.Err()
}

// list writes sentences behind a mark, after an empty line.
func list(p *sheet.Printer, mark string, sentences []string) {
	if len(sentences) == 0 {
		return
	}
	p.Raw("\n")
	for _, s := range sentences {
		p.Item(mark, s)
	}
}

func (s Section) text(p *sheet.Printer, colour bool) error {
	p.Raw("\n" + strings.ToUpper(s.Title) + "\n")
	if s.Lead != "" {
		p.Text(s.Lead)
	}
	list(p, "- ", s.Sentences)
	for _, q := range s.Pictures {
		if h, ok := q.Figure.(figure.Heat); ok && q.Shown {
			var b strings.Builder
			if err := term.Heat(&b, h, colour, p.Columns()); err != nil {
				return err
			}
			p.Raw("\n" + b.String())
		}
	}
	for _, t := range s.Tables {
		if t.Folded {
			continue
		}
		p.Raw("\n")
		if t.Brief.Title != "" {
			p.Text(t.Brief.Title)
		}
		p.Sheet(t.Brief)
		if t.Note != "" {
			p.Text(t.Note)
		}
	}
	for _, c := range s.Cells {
		if c.Drawing != "" {
			p.Raw("\n")
			p.Text(c.Title)
			for line := range strings.Lines(c.Drawing) {
				p.Raw("  " + strings.TrimSuffix(line, "\n") + "\n")
			}
		}
	}
	return nil
}
