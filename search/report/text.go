package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/internal/figure/term"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/search/report/sheet"
	"github.com/nassearch/nassearch/space"
)

const textWidth = 78 // of lines that are filled

// Text writes the summary for people.
func (s Summary) Text(w io.Writer) error {
	p := sheet.To(w)
	about := s.Context.About
	if e, ok := s.Context.Space.(space.Enumerator); ok {
		about = strings.TrimPrefix(about+" · "+numeral.Thousands(e.Classes())+" classes", " · ")
	}
	p.Line(cmp.Or(s.Context.Backend, "table"), about)
	for _, n := range s.Context.Notes {
		p.Line(n.Label, n.Text)
	}
	p.Line("search", s.settings())
	if s.Clock != nil {
		p.Line("clock", s.Clock.String())
	}
	s.effort(p)
	s.failures(p)
	for _, text := range s.Warnings {
		p.Line("warning", text)
	}
	s.end(p)
	p.Line("", "")
	switch {
	case s.Multi != nil:
		s.front(p)
	case s.Best == nil:
		p.Line("best", s.None())
	default:
		s.best(p)
		s.plot(p)
	}
	if line := s.Again(); line != "" {
		p.Raw("\n" + line + "\n")
	}
	return p.Err()
}

// settings is one line: strategy, seed, queries.
func (s Summary) settings() string {
	parts := s.Options.After(s.Strategy)
	parts += fmt.Sprintf(" · seed %d · %s queries", s.Seed, numeral.Thousands(s.Queries))
	var notes []string
	switch n := numeral.Thousands(s.Duplicates); {
	case s.Result.Study.CountDuplicates && s.Duplicates > 0:
		notes = append(notes, n+" of them duplicates")
	case s.Duplicates == 1:
		notes = append(notes, n+" duplicate was free")
	case s.Duplicates > 1:
		notes = append(notes, n+" duplicates were free")
	}
	if s.Failed > 0 {
		notes = append(notes, numeral.Thousands(s.Failed)+" failed")
	}
	if text := s.Shorter(); text != "" {
		notes = append(notes, text)
	}
	if len(notes) > 0 {
		parts += " (" + strings.Join(notes, ", ") + ")"
	}
	return parts
}

func (s Summary) effort(p *sheet.Printer) {
	if s.CoreSeconds == 0 {
		return
	}
	text := fmt.Sprintf("%.1f s of core time", s.CoreSeconds)
	if s.Queries > 0 {
		text += fmt.Sprintf(", %.2f s a query", s.CoreSeconds/float64(s.Queries))
	}
	p.Line("took", text)
}

func (s Summary) best(p *sheet.Printer) {
	m := s.Result.Study.Objective[0]
	text := m.Name + " " + s.number(s.Best.Value) + m.At()
	if s.Context.Split != "" {
		text += " on the " + s.Context.Split + " images"
	}
	text += fmt.Sprintf(" · query %d", s.Best.Query)
	if s.Best.Rank != nil {
		text += " · rank " + Rank(*s.Best.Rank, *s.Best.Known, s.Context.Classes())
	}
	if s.Regret != nil {
		text += " · regret " + s.number(*s.Regret) + toOptimum(*s.Best.Known, s.Context.Classes())
	}
	p.Line("best", text)
	p.Line("", string(s.Best.Arch))
	if d, ok := s.Context.Space.(space.Drawer); ok {
		for row := range strings.Lines(d.Draw(s.Best.Arch)) {
			p.Line("", "  "+strings.TrimRight(row, "\n"))
		}
	}
	if s.Chance != nil {
		p.Line("sure", fmt.Sprintf("a random search of %s classes does as well with chance %s",
			numeral.Thousands(s.Result.Trainings()), numeral.Percent(*s.Chance)))
	}
	s.also(p)
	if s.Best.Tested != nil {
		p.Line("test", Value(m, s.Best.Tested[0])+" on "+s.testImages())
	}
	p.Line("", "")
}

// number prints a value of the objective beside the best and the optimum.
func (s Summary) number(v float64) string {
	beside := []float64{s.Best.Value}
	if s.Optimum != nil {
		beside = append(beside, *s.Optimum)
	}
	return Beside(s.Result.Study.Objective[0], beside...)(v)
}

func (s Summary) testImages() string {
	return fmt.Sprintf("the %s, which the search has not seen", s.Context.TestImages)
}

func (s Summary) also(p *sheet.Printer) {
	var items []string
	width := 0
	for _, n := range s.Best.Also {
		item := n.Metric.Name + " " + Format(n.Metric, n.Value)
		items = append(items, item)
		width = max(width, len([]rune(item))+2)
	}
	label := "also"
	room := textWidth
	if p.Columns() > 0 {
		room = min(room, p.Columns()-len("also     "))
	}
	columns := max(1, room/max(width, 1))
	for row := range slices.Chunk(items, columns) {
		line := ""
		for _, item := range row {
			line += fmt.Sprintf("%-*s", width, item)
		}
		p.Line(label, strings.TrimRight(line, " "))
		label = ""
	}
}

func (s Summary) plot(p *sheet.Printer) {
	m := s.Result.Study.Objective[0]
	c := s.CurveFigure()
	c.Y.Format = axis(m)
	if chart := term.Curves(c, p.Columns()); chart != "" {
		p.Line("", fmt.Sprintf("best %s %s", m.Words(), CourseOf(s).Words))
		p.Raw(chart + "\n")
	}
}

// frontPlots draws the trials of two metrics with their front, and the hypervolume of any number.
func (s Summary) frontPlots(p *sheet.Printer) {
	metrics := s.Result.Study.Objective
	if len(metrics) == 2 {
		f := s.FrontFigure()
		f.X.Format, f.Y.Format = axis(metrics[0]), axis(metrics[1])
		if chart := term.Scatter(f, p.Columns()); chart != "" {
			p.Line("", "")
			p.Line("", fmt.Sprintf("%s (up) by %s (across): queries, and ● the front", metrics[1].Words(), metrics[0].Words()))
			p.Raw(chart + "\n")
		}
	}
	if chart := term.Curves(s.VolumeFigure(), p.Columns()); chart != "" {
		p.Line("", "")
		p.Line("", "hypervolume "+CourseOf(s).Words)
		p.Raw(chart + "\n")
	}
}

// front lists what nothing dominates, best in the first metric first.
func (s Summary) front(p *sheet.Printer) {
	metrics := s.Result.Study.Objective
	points := s.Points()
	text := fmt.Sprintf("%d architectures that no other dominates", len(points))
	if len(points) == 1 {
		text = "1 architecture that no other dominates"
	}
	if volume := s.Multi.Volume(); volume != "" {
		text += " · hypervolume " + volume
	}
	p.Line("front", text)
	if t := s.Truth; t != nil {
		p.Line("", fmt.Sprintf("of the true front (classes with values: %s): %s", numeral.Thousands(t.Classes), t))
	}
	if text := s.Counted(); text != "" {
		p.Line("", "hypervolume is counted "+text)
	}
	list := &sheet.Sheet{}
	for _, m := range metrics {
		list.AddColumn(m.Words())
	}
	tested := slices.ContainsFunc(points, func(p Point) bool { return p.Tested != nil })
	if tested {
		p.Line("test", s.testImages())
		for _, m := range metrics {
			list.AddColumn("test: " + m.Name)
		}
	}
	list.AddColumn("architecture")
	rows, tests := make([][]float64, len(points)), make([][]float64, len(points))
	for i, point := range points {
		rows[i], tests[i] = point.Measured, point.Tested
	}
	columns := Columns(metrics, rows)
	if tested {
		columns = append(columns, Columns(metrics, tests)...)
	}
	for i, point := range points {
		list.Add(append(sheet.RowOf(columns, i), sheet.Text(string(point.Arch)))...)
	}
	p.Sheet(list)
	s.frontPlots(p)
}
