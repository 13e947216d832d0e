package svg

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

type point struct{ x, y float64 }

// tolerance is how far a thinned line may be from the one that it stands for, in pixels: less than can be seen.
const tolerance = 0.3

// thin leaves out points of a line that nobody would miss (Ramer, 1972; Douglas and Peucker, 1973): the line stays
// within the tolerance of all of them.
func thin(line []point) []point {
	last := len(line) - 1
	if last < 2 {
		return line
	}
	farthest, most := -1, tolerance
	for i := 1; i < last; i++ {
		if d := distance(line[i], line[0], line[last]); d > most {
			farthest, most = i, d
		}
	}
	if farthest < 0 {
		return []point{line[0], line[last]}
	}
	return slices.Concat(thin(line[:farthest+1]), thin(line[farthest:])[1:])
}

// distance of p from the segment from a to b.
func distance(p, a, b point) float64 {
	dx, dy := b.x-a.x, b.y-a.y
	if dx == 0 && dy == 0 {
		return math.Hypot(p.x-a.x, p.y-a.y)
	}
	t := min(1, max(0, ((p.x-a.x)*dx+(p.y-a.y)*dy)/(dx*dx+dy*dy)))
	return math.Hypot(p.x-a.x-t*dx, p.y-a.y-t*dy)
}

// d is the path along points: the first, and then steps, in tenths of a pixel that do not add up their rounding.
func d(line []point) string {
	var w walk
	for i, p := range line {
		if i == 0 {
			w.step("M", p)
			w.b.WriteByte('l')
			continue
		}
		w.step("", p)
	}
	return strings.TrimSuffix(w.b.String(), "l")
}

// dots is a path of dots, drawn by a stroke with round ends.
func dots(points []point) string {
	var w walk
	for i, p := range points {
		command := "m"
		if i == 0 {
			command = "M"
		}
		w.step(command, p)
		w.b.WriteString("h0")
	}
	return w.b.String()
}

// walk writes a path as steps from where it is.
type walk struct {
	b    strings.Builder
	x, y int // in tenths of a pixel
}

func (w *walk) step(command string, p point) {
	x, y := int(math.Round(10*p.x)), int(math.Round(10*p.y))
	w.b.WriteString(command)
	for i, n := range []int{x - w.x, y - w.y} {
		if n >= 0 && (i > 0 || command == "" && !strings.HasSuffix(w.b.String(), "l")) {
			w.b.WriteByte(' ')
		}
		w.b.WriteString(tenths(n))
	}
	w.x, w.y = x, y
}

// tenths prints so many tenths as short as SVG reads them: "12.3", "-.4", "5".
func tenths(n int) string {
	text := strconv.FormatFloat(float64(n)/10, 'f', -1, 64)
	if rest, ok := strings.CutPrefix(text, "0."); ok {
		return "." + rest
	}
	if rest, ok := strings.CutPrefix(text, "-0."); ok {
		return "-." + rest
	}
	return text
}
