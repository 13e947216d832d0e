package wrap

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestLinesBreakBetweenWords(t *testing.T) {
	for _, c := range []struct {
		text    string
		columns int
		want    []string
	}{
		{"", 10, []string{""}},
		{"one two  three", 20, []string{"one two  three"}},
		{"one two three", 7, []string{"one two", "three"}},
		{"a unbreakable b", 5, []string{"a", "unbreakable", "b"}},
		{"日本 日本", 4, []string{"日本", "日本"}},
		{"a b", 0, []string{"a", "b"}},
	} {
		if got := Lines(c.text, c.columns); !slices.Equal(got, c.want) {
			t.Errorf("%q in %d columns: %q, want %q", c.text, c.columns, got, c.want)
		}
	}
}

func TestLinesKeepAllText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[a-z ]*`).Draw(t, "text")
		if got := strings.Join(Lines(text, rapid.IntRange(0, 20).Draw(t, "columns")), " "); got != text {
			t.Fatalf("%q became %q", text, got)
		}
	})
}
