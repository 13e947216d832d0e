package backends

import (
	"strings"
	"testing"
)

func TestCellsOfAFile(t *testing.T) {
	tables := NewTables(nil)
	got, err := tables.readCells(strings.NewReader("\ufeff# a comment\r\n1462\r\n\n#\n 7 \n"), "f")
	if err != nil || len(got) != 2 || got[0].Index() != 1462 || got[1].Index() != 7 {
		t.Errorf("%v %v", got, err)
	}
	for text, want := range map[string]string{
		"#1462\n": "f: line 1: #1462: only the meta.json", "7\n#12a\n": `f: line 2: "#12a": want a released id`, "# none\n": "no architectures",
	} {
		if _, err := tables.readCells(strings.NewReader(text), "f"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func FuzzCells(f *testing.F) {
	f.Add("# a\n1462\n|none~0|+|none~0|none~1|+|none~0|none~1|none~2|\n#7\n")
	f.Fuzz(func(t *testing.T, text string) {
		cells, err := NewTables(nil).readCells(strings.NewReader(text), "f")
		if err == nil && len(cells) == 0 {
			t.Error("nothing, and no error")
		}
	})
}
