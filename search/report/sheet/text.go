package sheet

import (
	"io"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/tw"
)

// Text writes the sheet in aligned columns without lines.
func (s *Sheet) Text(w io.Writer) error {
	align := tw.CellAlignment{Global: tw.AlignLeft}
	for _, c := range s.Columns {
		align.PerColumn = append(align.PerColumn, map[bool]tw.Align{false: tw.AlignLeft, true: tw.AlignRight}[c.Right])
	}
	var b strings.Builder
	t := tablewriter.NewTable(&b,
		tablewriter.WithRendition(tw.Rendition{
			Borders:  tw.BorderNone,
			Settings: tw.Settings{Separators: tw.SeparatorsNone, Lines: tw.LinesNone},
		}),
		tablewriter.WithHeaderAutoFormat(tw.Off),
		tablewriter.WithHeaderAlignmentConfig(align),
		tablewriter.WithRowAlignmentConfig(align),
		tablewriter.WithRowAutoWrap(tw.WrapNone),
		tablewriter.WithHeaderAutoWrap(tw.WrapNone),
		tablewriter.WithPadding(tw.Padding{Right: "  ", Overwrite: true}),
	)
	lines := s.lines(Cell.Marked)
	t.Header(lines[0])
	if err := t.Bulk(lines[1:]); err != nil {
		return err
	}
	if err := t.Render(); err != nil {
		return err
	}
	for line := range strings.Lines(b.String()) {
		if _, err := io.WriteString(w, strings.TrimRight(line, " \n")+"\n"); err != nil {
			return err
		}
	}
	return nil
}
