package term

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/internal/plain"
)

// colours are of an 8-bit terminal, from blue at -1 over grey at 0 to red at 1.
var colours = []int{67, 110, 153, 189, 255, 224, 217, 174, 167}

// shades are for sizes of 0, .2, .4, .6 and .8 upwards.
var shades = []rune{' ', '░', '▒', '▓', '█'}

// Heat writes a line for each row of a matrix. Rows and columns are numbered; columns that are not the rows again have
// their names listed below. Cells are coloured, or have a character before each number that is the darker, the farther
// the number is from 0. Where a line has no room for all columns, they stand in parts below each other; 0 is room for
// all.
func Heat(w io.Writer, h figure.Heat, colour bool, room int) error {
	width := 0
	rows := make([]string, len(h.Rows))
	for i, r := range h.Rows {
		rows[i] = plain.Text(r)
		width = max(width, len([]rune(rows[i])))
	}
	var b strings.Builder
	part := len(h.Columns)
	if room > 0 {
		part = max(1, (room-width-6)/6)
	}
	for first := 0; first < len(h.Columns); first += part {
		if first > 0 {
			b.WriteByte('\n')
		}
		last := min(first+part, len(h.Columns))
		fmt.Fprintf(&b, "%*s", width+6, "")
		for j := first; j < last; j++ {
			fmt.Fprintf(&b, "%5d ", j+1)
		}
		b.WriteByte('\n')
		for i, row := range h.Values {
			line := fmt.Sprintf("%3d  %-*s ", i+1, width, rows[i])
			for _, v := range row[first:last] {
				line += cell(v, colour)
			}
			b.WriteString(strings.TrimRight(line, " ") + "\n")
		}
	}
	if !slices.Equal(h.Rows, h.Columns) {
		b.WriteString("\ncolumns\n")
		for j, c := range h.Columns {
			fmt.Fprintf(&b, "%3d  %s\n", j+1, plain.Text(c))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func cell(v float64, colour bool) string {
	switch {
	case math.IsNaN(v):
		return "      "
	case colour:
		at := int(math.Round((v + 1) / 2 * float64(len(colours)-1)))
		return fmt.Sprintf("\x1b[38;5;16;48;5;%dm%5s \x1b[0m", colours[at], numeral.Hundredths(v))
	}
	shade := shades[min(int(math.Abs(v)/.2+1e-9), len(shades)-1)]
	return fmt.Sprintf("%c%4s ", shade, numeral.Hundredths(v))
}
