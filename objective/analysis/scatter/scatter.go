// Package scatter sets one metric of a table's classes against another.
package scatter

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/space"
)

// Scatter is two metrics of the classes that have both.
type Scatter struct {
	X     objective.Metric `json:"x"`
	Y     objective.Metric `json:"y"`
	N     int              `json:"n"`
	Front []Cell           `json:"front"` // ascending in X

	points, near []figure.Point // all, and those that are drawn
	logX, logY   bool           // which axes are logarithmic
	about        string
}

// Cell is a cell that no other beats in both metrics.
type Cell struct {
	Arch space.Arch `json:"arch"` // stands for its class
	space.Named
	X float64 `json:"x"`
	Y float64 `json:"y"`
}

// New reads two metrics of a table and finds the front.
func New(ctx context.Context, t *table.Table, x, y string) (*Scatter, error) {
	view, err := t.Select(ctx, []string{x, y}, table.Settings{})
	if err != nil {
		return nil, err
	}
	s := &Scatter{X: view.Metrics()[0], Y: view.Metrics()[1], about: t.Info().Description}
	var classes []int
	var costs [][]float64 // smaller is better
	for c := range t.Info().Classes {
		v := view.Values(c)
		if math.IsNaN(v[0]) || math.IsNaN(v[1]) {
			continue
		}
		classes = append(classes, c)
		costs = append(costs, objective.Costs(view.Metrics(), v))
		s.points = append(s.points, figure.Point{X: v[0], Y: v[1]})
	}
	s.N = len(classes)
	if s.N == 0 {
		return nil, fmt.Errorf("no class has values both of %s and of %s", s.X.Words(), s.Y.Words())
	}
	for _, i := range objective.NonDominated(costs) {
		s.Front = append(s.Front, newCell(t, classes[i], s.points[i]))
	}
	slices.SortStableFunc(s.Front, func(a, b Cell) int { return cmp.Compare(a.X, b.X) })
	if err := s.look(); err != nil {
		return nil, fmt.Errorf("%s against %s: %w", s.Y.Words(), s.X.Words(), err)
	}
	return s, nil
}

func newCell(t *table.Table, class int, p figure.Point) Cell {
	arch := t.Space().Class(class)
	return Cell{Arch: arch, Named: t.Names().Of(arch), X: p.X, Y: p.Y}
}

// Name is the cell's shortest one, see [space.Named.Short].
func (c Cell) Name() string { return c.Short(c.Arch) }

// Ends are the cells of the front that are best in X and in Y.
func (s *Scatter) Ends() (x, y Cell) {
	x, y = s.Front[len(s.Front)-1], s.Front[0]
	if s.X.Goal == objective.Minimize {
		x, y = y, x
	}
	return x, y
}

// Figure marks the front, and its ends, in the catalogue's words. Points that are far off are left out.
func (s *Scatter) Figure(known objective.Catalogue) figure.Scatter {
	scaleX, unitX := unit(s.X, s.points, ofX)
	scaleY, unitY := unit(s.Y, s.points, ofY)
	scaled := func(x, y float64) figure.Point { return figure.Point{X: x * scaleX, Y: y * scaleY} }
	f := figure.Scatter{
		Title: s.about + " · " + numeral.Thousands(s.N) + " classes",
		X:     figure.Axis{Title: known.Label(s.X) + unitX, Log: s.logX},
		Y:     figure.Axis{Title: known.Label(s.Y) + unitY, Log: s.logY},
		Front: figure.Front{
			Name: fmt.Sprintf("Pareto front, %d cells", len(s.Front)), SmallX: s.X.Goal == objective.Minimize,
		},
	}
	if far := len(s.points) - len(s.near); far > 0 {
		f.Title += fmt.Sprintf(" · %s far off are not drawn", numeral.Thousands(far))
	}
	for _, p := range s.near {
		f.Points = append(f.Points, scaled(p.X, p.Y))
	}
	for _, c := range s.Front {
		f.Front.Points = append(f.Front.Points, scaled(c.X, c.Y))
	}
	mark := func(what string, c Cell) {
		f.Marks = append(f.Marks, figure.Mark{Point: scaled(c.X, c.Y), Label: "best " + what + ": " + c.Name()})
	}
	bestX, bestY := s.Ends()
	if len(s.Front) == 1 {
		f.Front.Name = "Pareto front, 1 cell"
		mark("in both", bestX)
		return f
	}
	mark(s.X.Name, bestX)
	mark(s.Y.Name, bestY)
	return f
}

// unit shows large sizes of networks in millions.
func unit(m objective.Metric, points []figure.Point, of func(figure.Point) float64) (scale float64, words string) {
	large := func(p figure.Point) bool { return math.Abs(of(p)) >= 1e5 }
	if m.Unit() == objective.Millions && slices.ContainsFunc(points, large) {
		return 1e-6, " (millions)"
	}
	return 1, ""
}

func ofX(p figure.Point) float64 { return p.X }
func ofY(p figure.Point) float64 { return p.Y }
