// Package wrap sets words in lines.
package wrap

import (
	"strings"

	"github.com/clipperhouse/displaywidth"
)

// Lines breaks a text at spaces into lines of at most so many columns. Words are never cut: the line of a wider one is
// as wide.
func Lines(text string, columns int) []string {
	var lines []string
	line, rest, more := strings.Cut(text, " ")
	for more {
		var word string
		word, rest, more = strings.Cut(rest, " ")
		if longer := line + " " + word; displaywidth.String(longer) <= columns {
			line = longer
			continue
		}
		lines, line = append(lines, line), word
	}
	return append(lines, line)
}
