package sheet

import (
	"cmp"
	"io"
	"math"
	"strings"

	"github.com/clipperhouse/displaywidth"
	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/pkg/twwidth"
	"github.com/olekukonko/tablewriter/tw"
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
		if err := write(&b, part, lines, most); err != nil {
			return err
		}
	}
	var text strings.Builder
	for line := range strings.Lines(strings.NewReplacer(blank, " ", nothing, "").Replace(b.String())) {
		text.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	_, err := io.WriteString(w, text.String())
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
			widths[i] = max(widths[i], width(text))
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
func write(w io.Writer, columns []int, lines [][]string, most int) error {
	widths := widths(lines)
	last := len(columns) - 1
	room := cmp.Or(most, math.MaxInt)
	for _, i := range columns[:last] {
		room -= widths[i] + len(between)
	}
	var rows [][]string
	for _, line := range lines {
		row := make([]string, len(columns))
		for k, i := range columns[:last] {
			row[k] = measured(line[i])
		}
		texts := broken(line[columns[last]], max(room, 1))
		for i, text := range texts {
			texts[i] = measured(text)
		}
		row[last] = strings.Join(texts, "\n")
		rows = append(rows, row)
	}
	t := table(w)
	t.Header(rows[0])
	if err := t.Bulk(rows[1:]); err != nil {
		return err
	}
	return t.Render()
}

// table shows texts as they are. What is between columns is half padding, which columns that are empty have as well,
// and half separator.
func table(w io.Writer) *tablewriter.Table {
	blanks := tw.SeparatorsNone
	blanks.BetweenColumns = tw.On
	return tablewriter.NewTable(w,
		tablewriter.WithRendition(tw.Rendition{
			Borders:  tw.BorderNone,
			Symbols:  tw.NewSymbolCustom("blanks").WithColumn(between[1:]),
			Settings: tw.Settings{Separators: blanks, Lines: tw.LinesNone},
		}),
		tablewriter.WithPadding(tw.Padding{Right: between[:1], Overwrite: true}),
		tablewriter.WithHeaderAutoFormat(tw.Off),
		tablewriter.WithHeaderAlignment(tw.AlignLeft),
		tablewriter.WithHeaderAutoWrap(tw.WrapNone),
		tablewriter.WithRowAlignment(tw.AlignLeft),
		tablewriter.WithRowAutoWrap(tw.WrapNone),
		tablewriter.WithTrimSpace(tw.Off),
		tablewriter.WithTrimLine(tw.Off),
		tablewriter.WithEastAsian(tw.Off), // whatever the language of the environment is
	)
}

// Tablewriter adds up characters, of which a terminal may show several as one, such as a flag's two letters. Texts that
// are wider to one of them get these, which stand in none, see [plain.Text].
const (
	blank   = "\x00" // no column to tablewriter, a blank in the end
	nothing = "\xff" // a column to tablewriter, nothing in the end
)

// measured is a text that has its [width] to tablewriter as well as in the end.
func measured(text string) string {
	shown, added := displaywidth.String(text), sum(text)
	return text + strings.Repeat(nothing, max(shown-added, 0)) + strings.Repeat(blank, max(added-shown, 0))
}

// width is how many columns a text takes: it has room both on a terminal and to tablewriter.
func width(text string) int { return max(displaywidth.String(text), sum(text)) }

// sum is the width of a text to tablewriter.
func sum(text string) int { return twwidth.WidthWithOptions(text, twwidth.Options{}) }

// broken cuts a text into lines of at most so many columns, behind spaces or signs where there are any. Tablewriter
// would cut at spaces alone, of which an architecture has none.
func broken(text string, most int) []string {
	var lines []string
	for width(text) > most {
		at := cut(text, most)
		lines = append(lines, strings.TrimRight(text[:at], " "))
		text = strings.TrimLeft(text[at:], " ")
	}
	return append(lines, text)
}

// cut is where the first line of a text ends.
func cut(text string, most int) int {
	at, taken, good, fair := 0, 0, 0, 0
	for g := displaywidth.StringGraphemes(text); g.Next(); {
		if taken += width(g.Value()); taken > most && at > 0 {
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
