package sheet

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/internal/plain"
)

// LaTeX writes sheets as one table for papers (package booktabs): a block each below its title, in the columns of the
// widest, those that a sheet lacks left empty, the best cells bold, with a star if that is shown. What stands in
// comments goes before it. A sheet without rows has no block; there must be one sheet.
func LaTeX(w io.Writer, comments []string, sheets ...*Sheet) error {
	var b strings.Builder
	for _, c := range comments {
		fmt.Fprintf(&b, "%% %s\n", plain.Text(c))
	}
	columns := slices.MaxFunc(sheets, func(a, b *Sheet) int { return len(a.Columns) - len(b.Columns) }).Columns
	titles := make([]string, len(columns))
	for i, c := range columns {
		titles[i] = escape(c)
	}
	right := strings.Repeat("r", len(columns)-1)
	fmt.Fprintf(&b, "\\begin{tabular}{l%s}\n\\toprule\n%s \\\\\n", right, strings.Join(titles, " & "))
	for _, s := range sheets {
		if len(s.Rows) == 0 {
			continue
		}
		at, err := s.among(columns)
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "\\midrule\n\\multicolumn{%d}{l}{%s} \\\\\n", len(columns), escape(s.Title))
		for _, r := range s.Rows {
			cells := make([]string, len(columns))
			for i, c := range r.Cells {
				cells[at[i]] = c.latex()
			}
			fmt.Fprintf(&b, "%s \\\\\n", strings.Join(cells, " & "))
		}
	}
	b.WriteString("\\bottomrule\n\\end{tabular}\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// among says which of other columns the sheet's are, by their titles and in their order.
func (s *Sheet) among(columns []string) ([]int, error) {
	var at []int
	next := 0
	for _, c := range s.Columns {
		i := slices.Index(columns[next:], c)
		if i < 0 {
			return nil, fmt.Errorf("table %q: no other with as many columns has one %q", s.Title, c)
		}
		at = append(at, next+i)
		next += i + 1
	}
	return at, nil
}

func (c Cell) latex() string {
	text := escape(c.Text)
	switch {
	case c.To == "":
	case signed(c.Text) || signed(c.To): // beside a sign a dash is hard to read
		text += " to " + escape(c.To)
	default:
		text += "--" + escape(c.To)
	}
	switch {
	case c.Sure:
		return "\\textbf{" + text + "}*"
	case c.Best:
		return "\\textbf{" + text + "}"
	}
	return text
}

var escapes = strings.NewReplacer(
	`\`, `\textbackslash{}`, "&", `\&`, "%", `\%`, "$", `\$`, "#", `\#`, "_", `\_`, "{", `\{`, "}", `\}`,
	"~", `\textasciitilde{}`, "^", `\textasciicircum{}`, "·", `$\cdot$`, "µ", `$\mu$`, "±", `$\pm$`,
)

func escape(text string) string { return escapes.Replace(plain.Text(text)) }

func signed(number string) bool {
	return strings.HasPrefix(number, "-") || strings.HasPrefix(number, "+")
}
