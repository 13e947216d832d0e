package cmd

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/nassearch/nassearch/internal/figure/plot"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
	"gonum.org/v1/gonum/stat"
)

// scatter is two metrics of the classes that have both.
type scatter struct {
	X     objective.Metric `json:"x"`
	Y     objective.Metric `json:"y"`
	N     int              `json:"n"`
	Front []frontCell      `json:"front"` // ascending in X

	points []plot.Point
	scales [2]float64 // of the axes: 1e-6 for millions
}

// frontCell is a cell that no other beats in both metrics.
type frontCell struct {
	Arch  space.Arch `json:"arch"`
	Index int        `json:"index"`       // native
	ID    *int       `json:"official_id"` // released
	X     float64    `json:"x"`
	Y     float64    `json:"y"`
}

// plotScatter draws one metric against another.
func (a *app) plotScatter(ctx context.Context, path string) error {
	t, _, err := a.openTable()
	if err != nil {
		return err
	}
	view, err := t.Select(ctx, []string{a.config.GetString("x"), a.config.GetString("y")}, table.Settings{})
	if err != nil {
		return err
	}
	s, err := newScatter(t, view)
	if err != nil {
		return err
	}
	if err := a.writeFigure(path, s.figure(t.Info())); err != nil {
		return err
	}
	return a.listOf(t, s.rows(), s)
}

// newScatter collects the points and finds the front.
func newScatter(t *table.Table, view *table.View) (*scatter, error) {
	s := &scatter{X: view.Metrics()[0], Y: view.Metrics()[1]}
	var classes []int
	var costs [][]float64 // smaller is better
	for c := range t.Info().Classes {
		v := view.Values(c)
		if math.IsNaN(v[0]) || math.IsNaN(v[1]) {
			continue
		}
		classes = append(classes, c)
		costs = append(costs, objective.Costs(view.Metrics(), v))
		s.points = append(s.points, plot.Point{X: v[0], Y: v[1]})
	}
	s.N = len(classes)
	if s.N == 0 {
		return nil, fmt.Errorf("no class has values both of %s and of %s", s.X.Words(), s.Y.Words())
	}
	for _, i := range objective.NonDominated(costs) {
		s.Front = append(s.Front, newFrontCell(t, classes[i], s.points[i]))
	}
	slices.SortStableFunc(s.Front, func(a, b frontCell) int { return cmp.Compare(a.X, b.X) })
	s.scale()
	return s, nil
}

func newFrontCell(t *table.Table, class int, p plot.Point) frontCell {
	cell := nasbench201.Members(class)[0].Canonical()
	c := frontCell{Arch: cell.Arch(), Index: cell.Index(), X: p.X, Y: p.Y}
	if _, id, ok := t.OfficialID(c.Arch); ok {
		c.ID = &id
	}
	return c
}

// name is what 'nassearch query' takes.
func (c frontCell) name() string {
	if c.ID != nil {
		return "#" + strconv.Itoa(*c.ID)
	}
	return strconv.Itoa(c.Index)
}

// scale shows large numbers in millions.
func (s *scatter) scale() {
	s.scales = [2]float64{1, 1}
	for _, p := range s.points {
		for i, v := range []float64{p.X, p.Y} {
			if math.Abs(v) >= 1e5 {
				s.scales[i] = 1e-6
			}
		}
	}
}

// scaled is a point as it is drawn.
func (s *scatter) scaled(p plot.Point) plot.Point {
	return plot.Point{X: p.X * s.scales[0], Y: p.Y * s.scales[1]}
}

// figure marks the front, and its ends: the cells that are best in either metric.
func (s *scatter) figure(info table.Info) plot.Scatter {
	f := plot.Scatter{
		Title:      info.Description + " · " + numeral.Thousands(s.N) + " classes",
		XLabel:     axisLabel(s.X) + unit(s.scales[0]),
		YLabel:     axisLabel(s.Y) + unit(s.scales[1]),
		FrontLabel: fmt.Sprintf("Pareto front, %d cells", len(s.Front)),
		SmallX:     s.X.Goal == objective.Minimize,
	}
	near := inView(s.points)
	if far := len(s.points) - len(near); far > 0 {
		f.Title += fmt.Sprintf(" · %s far off are not drawn", numeral.Thousands(far))
	}
	for _, p := range near {
		f.Points = append(f.Points, s.scaled(p))
	}
	for _, c := range s.Front {
		f.Front = append(f.Front, s.scaled(plot.Point{X: c.X, Y: c.Y}))
	}
	mark := func(what string, c frontCell) {
		f.Marks = append(f.Marks, plot.Mark{Point: s.scaled(plot.Point{X: c.X, Y: c.Y}), Label: "best " + what + ": " + c.name()})
	}
	bestX, bestY := s.ends()
	if len(s.Front) == 1 {
		f.FrontLabel = "Pareto front, 1 cell"
		mark("in both", bestX)
		return f
	}
	mark(s.X.Name, bestX)
	mark(s.Y.Name, bestY)
	return f
}

// farOff is how many times the range of the quartiles a point is beyond them when it is not drawn.
const farOff = 20

// inView leaves out points that would squeeze all others into a corner, such as networks that have learnt nothing.
func inView(points []plot.Point) []plot.Point {
	x, y := make([]float64, len(points)), make([]float64, len(points))
	for i, p := range points {
		x[i], y[i] = p.X, p.Y
	}
	insideX, insideY := bounds(x), bounds(y)
	return slices.DeleteFunc(slices.Clone(points), func(p plot.Point) bool { return !insideX(p.X) || !insideY(p.Y) })
}

// bounds tells which values are not far off. It sorts them.
func bounds(values []float64) func(float64) bool {
	slices.Sort(values)
	q1, q3 := stat.Quantile(.25, stat.Empirical, values, nil), stat.Quantile(.75, stat.Empirical, values, nil)
	if q1 == q3 {
		return func(float64) bool { return true }
	}
	room := farOff * (q3 - q1)
	return func(v float64) bool { return q1-room <= v && v <= q3+room }
}

// ends returns the cells of the front that are best in X and in Y.
func (s *scatter) ends() (x, y frontCell) {
	x, y = s.Front[len(s.Front)-1], s.Front[0]
	if s.X.Goal == objective.Minimize {
		x, y = y, x
	}
	return x, y
}

func unit(scale float64) string {
	if scale == 1 {
		return ""
	}
	return " (millions)"
}

// rows lists the front.
func (s *scatter) rows() [][]string {
	rows := [][]string{{s.X.Words(), s.Y.Words(), "cell", "architecture"}}
	for _, c := range s.Front {
		rows = append(rows, []string{report.Format(s.X, c.X), report.Format(s.Y, c.Y), c.name(), string(c.Arch)})
	}
	return rows
}
