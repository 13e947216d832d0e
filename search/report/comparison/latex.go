package comparison

import (
	"fmt"
	"io"
	"strings"

	"github.com/nassearch/nassearch/search/compare"
)

// LaTeX writes a table for papers (package booktabs), one block a problem, with what it shows in a comment and the
// best of each column bold, with a star if it is shown to be better than every other.
func LaTeX(w io.Writer, c compare.Comparison) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%% %s\n%% made by nassearch %s: %s\n", Caption(c), c.Program, c.Command)
	for i, r := range c.Results {
		table := quality(c.Plan, r)
		if i == 0 {
			fmt.Fprintf(&b, "\\begin{tabular}{l%s}\n\\toprule\n%s \\\\\n", strings.Repeat("r", len(widest(c))-1), latexRow(widest(c)))
		}
		fmt.Fprintf(&b, "\\midrule\n\\multicolumn{%d}{l}{%s} \\\\\n", len(widest(c)), escape(title(r.Problem)))
		for _, row := range table[1:] {
			if r.Problem.Multi() && len(row) < len(widest(c)) { // these have no ranks
				at := len(row) - 2
				row = append(append(append([]string{}, row[:at]...), ""), row[at:]...)
			}
			fmt.Fprintf(&b, "%s \\\\\n", latexRow(row))
		}
	}
	b.WriteString("\\bottomrule\n\\end{tabular}\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// widest is the longest header among the problems': several metrics have no ranks.
func widest(c compare.Comparison) []string {
	var header []string
	for _, r := range c.Results {
		if h := quality(c.Plan, r)[0]; len(h) > len(header) {
			header = h
		}
	}
	return header
}

// Caption says in one line what was compared.
func Caption(c compare.Comparison) string {
	return fmt.Sprintf("%s; %d runs of each strategy, %s", c.Plan.Problems[0].About, c.Plan.Runs, Budget(c.Plan))
}

func title(p compare.Problem) string {
	if p.Multi() {
		return p.Quality() + " of " + p.Name
	}
	return p.Quality()
}

// latexRow makes cells of one row, marked ones bold.
func latexRow(cells []string) string {
	out := make([]string, len(cells))
	for i, c := range cells {
		out[i] = escape(c)
		if text, sure := strings.CutSuffix(c, sureMark); sure {
			out[i] = "\\textbf{" + escape(text) + "}*"
		} else if text, best := strings.CutSuffix(c, bestMark); best {
			out[i] = "\\textbf{" + escape(text) + "}"
		}
	}
	return strings.Join(out, " & ")
}

var escapes = strings.NewReplacer(
	`\`, `\textbackslash{}`, "&", `\&`, "%", `\%`, "$", `\$`, "#", `\#`, "_", `\_`, "{", `\{`, "}", `\}`,
	"~", `\textasciitilde{}`, "^", `\textasciicircum{}`, "·", `$\cdot$`, "µ", `$\mu$`, " to ", "--", "±", `$\pm$`,
)

func escape(text string) string { return escapes.Replace(text) }
