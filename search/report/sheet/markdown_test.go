package sheet_test

import (
	"strings"
	"testing"

	"github.com/nassearch/nassearch/search/report/sheet"
)

// Numbers stand to the right, and nothing in a cell is taken for Markdown.
func TestMarkdown(t *testing.T) {
	s := sheet.New("metric", "value", "hole")
	s.Add(sheet.Text("clean_acc|*"), sheet.Number(.5, "0.5000"))
	s.Add(sheet.Text("<b> & \n`x`"), sheet.Number(1e6, "1.000 M"), sheet.Cell{})
	var b strings.Builder
	if err := s.Markdown(&b); err != nil {
		t.Fatal(err)
	}
	want := `| metric | value | hole |
| --- | ---: | ---: |
| clean\_acc\|\* | 0.5000 |  |
| \<b\> \& \\n\` + "`x\\`" + ` | 1.000 M |  |
`
	if b.String() != want {
		t.Errorf("%s\nwant\n%s", b.String(), want)
	}
}
