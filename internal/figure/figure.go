// Package figure has pictures as data: what they show, in which order and range, and in which words. Renderers draw
// them: figure/svg into pages, figure/plot into files for print, figure/term on terminals.
package figure

import "github.com/nassearch/nassearch/internal/stats"

// Picture is one of the kinds of this package: [Curves], [Scatter], [Ranks], [Boxes] or [Heat].
type Picture interface{ Caption() string } // what stands above it in print; may be empty

// Caption implements [Picture].
func (c Curves) Caption() string  { return c.Title }
func (s Scatter) Caption() string { return s.Title }
func (r Ranks) Caption() string   { return r.Title }
func (b Boxes) Caption() string   { return b.Title }
func (h Heat) Caption() string    { return h.Title }

// Plain is the colour of what is no series, such as the truth. Series have colours from 0 on.
const Plain = -1

// Axis is how an axis is written, and what it must show.
type Axis struct {
	Title     string
	Low, High float64 // its ends; chosen by what is shown if they are equal
	Log       bool    // logarithmic, with a place for zero
	Room      bool    // leave some at both ends
	// Format returns what prints its ticks, which stand beside each other; nil for plain numbers.
	Format func(ticks ...float64) func(float64) string
}

// Reference is a value that is marked by a line across the picture.
type Reference struct {
	At   float64
	Name string
}

// Point is a value of either axis.
type Point struct{ X, Y float64 }

// Series is numbers over an axis. Those that are not finite are not drawn.
type Series struct {
	Name      string
	Color     int
	Look      Look
	X, Y      []float64
	Low, High []float64 // of a band around it; nil for none
}

// Look is how a series is drawn.
type Look int

// The looks of series.
const (
	Line Look = iota // with its name at its end
	Hair             // a thin line without a name
	Dots             // without a name
)

// Curves is a chart of series. Its vertical axis may be logarithmic, its horizontal one not.
type Curves struct {
	Title     string // its caption
	About     string // what it shows, for who cannot see it
	X, Y      Axis
	Series    []Series
	Step      bool       // numbers hold until the next
	Settled   float64    // where on the horizontal axis the choice of the vertical one begins, past a bad start
	Reference *Reference // of the vertical axis, where that is not logarithmic; nil for none
	Data      string     // name of the data that a page's script shows for it; empty for none
}

// Scatter is a chart of points, with a front along some of them.
type Scatter struct {
	Title, About string
	X, Y         Axis
	Points       []Point
	Front        Front
	Marks        []Mark
}

// Mark is a point that stands out.
type Mark struct {
	Point
	Label string
}

// Ranks is a critical-difference diagram (Demšar, JMLR 2006): mean ranks on an axis, and a bar across those sets that
// do not differ significantly.
type Ranks struct {
	Title, About string
	Means        []Rank // in the order of their colours
	Critical     float64
	Groups       [][]string // names in each set
}

// Rank is a series with its mean rank.
type Rank struct {
	Name string
	Mean float64 // from 1, the best
}

// Boxes is a chart of samples in panels that share the axis of the values.
type Boxes struct {
	Title, About string
	Category     string // what the boxes of a panel differ in, such as eps
	Values       Axis
	Panels       []Panel
	Reference    *Reference // nil for none
}

// Panel is samples beside each other under a title.
type Panel struct {
	Title string
	Boxes []Box
}

// Box is a sample. One of a series is drawn in its colour and with its mean.
type Box struct {
	Name     string
	Note     string // in small print after the name
	Color    int
	Quiet    bool // one of no series that the others are compared with
	Values   []float64
	Interval *stats.Interval // of the mean; nil if it is not known
	stats.Box
}

// Heat is a matrix of numbers from -1 to 1, such as correlations.
type Heat struct {
	Title         string
	Rows, Columns []string
	Values        [][]float64 // by row and column; NaN is left empty
}
