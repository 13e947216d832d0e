package article

import (
	"bufio"
	"fmt"
	"io"

	"github.com/nassearch/nassearch/search/report/sheet"
)

// Markdown writes the article's words and tables as Markdown (CommonMark, with GitHub's tables). Pictures and cells are
// left out.
func (a Article) Markdown(to io.Writer) error {
	w := bufio.NewWriter(to)
	fmt.Fprintf(w, "# %s\n", sheet.MarkdownText(a.Title))
	paragraphs(w, "", a.Lead)
	paragraphs(w, "> ", a.Warnings...)
	bullets(w, a.Conclusions)
	for _, s := range a.Sections {
		fmt.Fprintf(w, "\n## %s\n", sheet.MarkdownText(s.Title))
		paragraphs(w, "", s.Lead)
		bullets(w, s.Sentences)
		for _, t := range s.Tables {
			paragraphs(w, "", t.Brief.Title)
			fmt.Fprintln(w)
			if err := t.Brief.Markdown(w); err != nil {
				return err
			}
			paragraphs(w, "", t.Note)
		}
	}
	fmt.Fprintln(w)
	for _, f := range a.Facts {
		fmt.Fprintf(w, "- %s: %s\n", sheet.MarkdownText(f.Name), sheet.MarkdownText(f.Text))
	}
	paragraphs(w, "", fmt.Sprintf("Made by nassearch %s: %s", a.Program, a.Command))
	return w.Flush()
}

// paragraphs writes texts that are not empty behind a mark.
func paragraphs(w io.Writer, mark string, texts ...string) {
	for _, text := range texts {
		if text != "" {
			fmt.Fprintf(w, "\n%s%s\n", mark, sheet.MarkdownText(text))
		}
	}
}

// bullets writes a list.
func bullets(w io.Writer, sentences []string) {
	if len(sentences) > 0 {
		fmt.Fprintln(w)
	}
	for _, s := range sentences {
		fmt.Fprintf(w, "- %s\n", sheet.MarkdownText(s))
	}
}
