package sheet

import (
	"io"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/internal/plain"
)

// Markdown writes the sheet as a table of GitHub's Markdown; columns of numbers stand to the right.
func (s *Sheet) Markdown(w io.Writer) error {
	lines := s.lines(s.titles(), Cell.Marked)
	var b strings.Builder
	for i, line := range lines {
		for _, text := range line {
			b.WriteString("| " + MarkdownText(text) + " ")
		}
		b.WriteString("|\n")
		if i > 0 {
			continue
		}
		for column := range line {
			rule := "| ---: "
			if s.words(column) {
				rule = "| --- "
			}
			b.WriteString(rule)
		}
		b.WriteString("|\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// words reports whether most of what stands in a column are neither numbers nor ranges.
func (s *Sheet) words(column int) bool {
	words, numbers := 0, 0
	for _, r := range s.Rows {
		if column >= len(r.Cells) || r.Cells[column].Exact == "" {
			continue
		}
		if _, err := strconv.ParseFloat(r.Cells[column].Exact, 64); err == nil || r.Cells[column].To != "" {
			numbers++
		} else {
			words++
		}
	}
	return words > numbers
}

// marks are letters that mean something in Markdown, or end a table's cell.
var marks = func() *strings.Replacer {
	var pairs []string
	for _, mark := range "\\`*_{}[]<>#|~&" {
		pairs = append(pairs, string(mark), "\\"+string(mark))
	}
	return strings.NewReplacer(pairs...)
}()

// MarkdownText is a text as it can stand in a line of Markdown, where it looks as it is.
func MarkdownText(text string) string { return marks.Replace(plain.Text(text)) }
