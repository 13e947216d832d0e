package help

import (
	"io"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/internal/wrap"
)

// lines are those of help, of so many columns at most.
type lines struct{ width int }

// The columns of help: the most, which it has where nobody knows how wide the output is, and the fewest.
const (
	widest    = 80
	narrowest = 50
)

// linesFor suits an output, which may be a terminal.
func linesFor(w io.Writer) lines {
	columns := output.Columns(output.OnScreen(w))
	if columns == 0 {
		return lines{widest}
	}
	return lines{min(max(columns, narrowest), widest)}
}

// continued breaks a command line that is longer than the width between two words, as shells allow.
func (l lines) continued(line string) string {
	if len(line) <= l.width {
		return line
	}
	at, quoted := 0, false
	for i, c := range line {
		if i >= l.width-1 && at > 0 {
			break
		}
		switch {
		case c == '\'':
			quoted = !quoted
		case c == ' ' && !quoted && i > len("    "):
			at = i
		}
	}
	if at == 0 {
		return line
	}
	return line[:at] + " \\\n" + l.continued("    "+line[at+1:])
}

// wrap sets every paragraph of a text in lines of the width behind an indentation. A line that begins with a space is a
// row of two columns, of which the second is wrapped.
func (l lines) wrap(text, indent string) string {
	var out []string
	for _, line := range paragraphs(text) {
		before, rest, hang := indent, line, indent
		if strings.HasPrefix(line, " ") {
			before, rest = line[:second(line)], line[second(line):]
			hang = strings.Repeat(" ", len(before))
		}
		for _, part := range wrap.Lines(rest, l.width-len(hang)) {
			if part != "" {
				part = before + part
			}
			out, before = append(out, part), hang
		}
	}
	return strings.Join(out, "\n")
}

// paragraphs joins the lines of each.
func paragraphs(text string) (all []string) {
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		last := len(all) - 1
		if line == "" || line[0] == ' ' || last < 0 || all[last] == "" || all[last][0] == ' ' {
			all = append(all, line)
		} else {
			all[last] += " " + line
		}
	}
	return all
}

// second is where the second column of a row begins: behind the last two spaces, be it those that it begins with.
func second(row string) int {
	if i := strings.LastIndex(row, "  "); i >= 0 {
		return i + 2
	}
	return 1
}
