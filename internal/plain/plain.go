// Package plain takes the danger out of text that comes from files, arguments and other programs: what is shown cannot
// steer a terminal or turn the order of what stands beside it, and what names a file stays in its folder.
package plain

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text is a text as it can be shown on one line of a terminal, a page, a drawing or a log. What would not be seen there
// but do something is written out as Go writes it: control characters, also line ends and tabs, as \n or \x1b, marks
// that turn the direction of writing and line separators as \u202e, bytes that are no UTF-8 as \xff. Other text stays
// as it is.
func Text(s string) string {
	if utf8.ValidString(s) && strings.IndexFunc(s, acts) < 0 {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case acts(r):
			b.WriteString(written(r))
		default:
			b.WriteRune(r)
		}
		s = s[size:]
	}
	return b.String()
}

// written is how Go writes a character; from DEL on JSON does, too.
func written(r rune) string {
	switch r {
	case '\n':
		return `\n`
	case '\r':
		return `\r`
	case '\t':
		return `\t`
	}
	if r < ' ' {
		return fmt.Sprintf(`\x%02x`, r)
	}
	return fmt.Sprintf(`\u%04x`, r)
}

// Lines is a message of several lines, each as [Text] has it, all but the first indented: nothing in them looks like
// another message.
func Lines(s, indent string) string {
	lines := strings.Split(strings.TrimRight(s, "\n"), "\n")
	for i, line := range lines {
		lines[i] = Text(line)
	}
	return strings.Join(lines, "\n"+indent)
}

// acts says whether a character does something instead of being seen. XML has no place for the last two either.
func acts(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029' ||
		r == '\ufffe' || r == '\uffff'
}
