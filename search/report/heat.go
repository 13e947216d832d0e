package report

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/internal/numeral"
)

// Heat is a matrix of numbers from -1 to 1, such as correlations, for a terminal. Rows and columns are numbered;
// columns that are not the rows again have their names listed below.
type Heat struct {
	Rows, Columns []string
	Values        [][]float64 // by row and column; NaN is left empty
	Colour        bool        // colour the cells; otherwise a character before each number is the darker, the farther the number is from 0
}

// colours are of an 8-bit terminal, from blue at -1 over grey at 0 to red at 1.
var colours = []int{67, 110, 153, 189, 255, 224, 217, 174, 167}

// shades are for sizes of 0, .2, .4, .6 and .8 upwards.
var shades = []rune{' ', '░', '▒', '▓', '█'}

// Write writes a line for each row.
func (h Heat) Write(w io.Writer) error {
	width := 0
	for _, r := range h.Rows {
		width = max(width, len([]rune(r)))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%*s", width+6, "")
	for j := range h.Columns {
		fmt.Fprintf(&b, "%5d ", j+1)
	}
	b.WriteByte('\n')
	for i, row := range h.Values {
		line := fmt.Sprintf("%3d  %-*s ", i+1, width, h.Rows[i])
		for _, v := range row {
			line += h.cell(v)
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	if !slices.Equal(h.Rows, h.Columns) {
		b.WriteString("\ncolumns\n")
		for j, c := range h.Columns {
			fmt.Fprintf(&b, "%3d  %s\n", j+1, c)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// cell is six characters wide.
func (h Heat) cell(v float64) string {
	switch {
	case math.IsNaN(v):
		return "      "
	case h.Colour:
		at := int(math.Round((v + 1) / 2 * float64(len(colours)-1)))
		return fmt.Sprintf("\x1b[38;5;16;48;5;%dm%5s \x1b[0m", colours[at], numeral.Hundredths(v))
	}
	shade := shades[min(int(math.Abs(v)/.2+1e-9), len(shades)-1)]
	return fmt.Sprintf("%c%4s ", shade, numeral.Hundredths(v))
}
