package nasbench201

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTextDrawing(t *testing.T) {
	for _, c := range []struct {
		cell Cell
		want string
	}{
		{Cell{Conv1x1, None, Conv3x3, Skip, None, Pool}, `
0 ──1x1──→ 1 ──3x3──→ 2 ──pool─→ 3
0 ─────────────skip────────────→ 3`},
		{Cell{Conv1x1, Conv3x3, None, None, Pool, None}, `
0 ──1x1──→ 1          2          3
0 ┄┄┄┄┄┄┄┄3x3┄┄┄┄┄┄┄→ 2
           1 ───────pool───────→ 3`},
		{Cell{}, `
0          1          2          3`},
	} {
		if diff := cmp.Diff(strings.TrimPrefix(c.want, "\n"), c.cell.Text()); diff != "" {
			t.Error(diff)
		}
	}
}

func TestDOTDrawing(t *testing.T) {
	got := Cell{Conv1x1, Conv3x3, None, None, Pool, None}.DOT()
	for _, want := range []string{`0 -> 1 [label="nor_conv_1x1"]`, `0 -> 2 [label="nor_conv_3x3", style=dotted]`, `1 -> 3 [label="avg_pool_3x3"]`} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
	if n := strings.Count(got, "->"); n != 3 {
		t.Errorf("%d edges, want 3:\n%s", n, got)
	}
}

func TestSVGDrawingIsWellFormed(t *testing.T) {
	for _, i := range []int{0, 1, 7777, Cells - 1} {
		c := fromIndex(i)
		d, paths := xml.NewDecoder(strings.NewReader(c.SVG())), 0
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("cell %d: %v", i, err)
			}
			if e, ok := token.(xml.StartElement); ok && e.Name.Local == "path" {
				for _, a := range e.Attr {
					paths += count(a.Name.Local == "class" && a.Value == "edge")
				}
			}
		}
		if want := Edges - int(c.OpCounts()[None]); paths != want {
			t.Errorf("cell %d: %d edges drawn, want %d", i, paths, want)
		}
	}
}
