package sheet

import (
	"cmp"
	"io"
	"strings"

	"github.com/clipperhouse/displaywidth"
)

// between is what stands between two columns.
const between = "  "

// Text writes the sheet in aligned columns without lines. What is too wide for a [Screen] is folded: columns that have
// no room stand below each other in parts, each with the columns that name the rows, and texts that no part has room
// for take several lines.
func (s *Sheet) Text(w io.Writer) error {
	lines := s.lines(s.titles(), Cell.Marked)
	parts := [][]int{all(len(s.Columns))}
	most := columnsOf(w)
	if most > 0 {
		parts = s.fold(widths(lines), most)
	}
	var b strings.Builder
	for i, part := range parts {
		if i > 0 {
			b.WriteByte('\n')
		}
		write(&b, part, lines, most)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// all are the columns of a sheet.
func all(n int) []int {
	columns := make([]int, n)
	for i := range columns {
		columns[i] = i
	}
	return columns
}

// widths are those of columns.
func widths(lines [][]string) []int {
	widths := make([]int, len(lines[0]))
	for _, line := range lines {
		for i, text := range line {
			widths[i] = max(widths[i], displaywidth.String(text))
		}
	}
	return widths
}

// fold puts columns into parts that fit. Every part begins with those that name the rows, unless these leave less than
// half of the room.
func (s *Sheet) fold(widths []int, most int) [][]int {
	lead := min(max(s.Lead, 1), len(widths))
	room := most
	for _, w := range widths[:lead] {
		room -= w + len(between)
	}
	if room < most/2 {
		lead, room = 0, most
	}
	var parts [][]int
	part, left := all(lead), room
	for i := lead; i < len(widths); i++ {
		begun := len(part) > lead
		breaks := widths[i] > room && left >= leastText // it takes several lines wherever it stands
		if begun && widths[i] > left && !breaks {
			parts = append(parts, part)
			part, left = all(lead), room
		}
		part = append(part, i)
		left -= widths[i] + len(between)
	}
	return append(parts, part)
}

// leastText is how many characters a line of a text has that takes several, at least.
const leastText = 40

// write writes some columns of lines, the texts of the last one on several lines if there is no room for them on one; 0
// is room for all.
func write(b *strings.Builder, columns []int, lines [][]string, most int) {
	widths := widths(lines)
	last := columns[len(columns)-1]
	room := most
	for _, i := range columns[:len(columns)-1] {
		room -= widths[i] + len(between)
	}
	for _, line := range lines {
		texts := []string{line[last]}
		if most > 0 && widths[last] > room {
			texts = broken(line[last], max(room, 1))
		}
		for k, text := range texts {
			row := ""
			for _, i := range columns[:len(columns)-1] {
				cell := line[i]
				if k > 0 {
					cell = ""
				}
				row += cell + strings.Repeat(" ", widths[i]-displaywidth.String(cell)) + between
			}
			b.WriteString(strings.TrimRight(row+text, " ") + "\n")
		}
	}
}

// broken cuts a text into lines of at most so many columns, behind spaces or signs where there are any.
func broken(text string, most int) []string {
	var lines []string
	for displaywidth.String(text) > most {
		at := cut(text, most)
		lines = append(lines, strings.TrimRight(text[:at], " "))
		text = strings.TrimLeft(text[at:], " ")
	}
	return append(lines, text)
}

// cut is where the first line of a text ends.
func cut(text string, most int) int {
	at, width, good, fair := 0, 0, 0, 0
	for g := displaywidth.StringGraphemes(text); g.Next(); {
		if width += g.Width(); width > most && at > 0 {
			break
		}
		at += len(g.Value())
		switch {
		case strings.ContainsAny(g.Value(), " +,;"):
			good = at
		case strings.ContainsAny(g.Value(), "|/"):
			fair = at
		}
	}
	return cmp.Or(good, fair, at)
}
