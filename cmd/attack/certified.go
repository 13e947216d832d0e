package attack

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/robustness/smoothing"
	"github.com/nassearch/nassearch/search/report/sheet"
)

// certified is what smoothing says of the network's vote. A nil one says nothing.
type certified struct {
	smoothing.Config
	Images      int     `json:"images"`      // the first ones of those that were attacked
	Abstentions int     `json:"abstentions"` // images on which the vote is too close to tell
	Wrong       int     `json:"wrong"`       // images whose vote goes to another class
	MeanRadius  float64 `json:"mean_radius"` // average certified radius
	Largest     float64 `json:"largest_radius"`
	Curve       []step  `json:"curve"`
	Forward     int     `json:"forward"`
	Seconds     float64 `json:"seconds"` // wall time

	report  *smoothing.Report
	sample  string // what was certified, in words
	unsaved error  // why the curve is not drawn
}

// step is a place of the curve.
type step struct {
	Radius float64 `json:"radius"`
	Acc    float64 `json:"acc"`
}

func newCertified(r *smoothing.Report, at []float64) *certified {
	c := &certified{
		Config: r.Config, Images: len(r.Labels), Abstentions: r.Abstentions(), Wrong: r.Wrong(),
		MeanRadius: r.MeanRadius(), Largest: r.LargestRadius(), Forward: r.Passes, report: r,
	}
	for _, radius := range at {
		c.Curve = append(c.Curve, step{radius, r.Accuracy(radius)})
	}
	return c
}

// failure is what is to be told behind the result.
func (c *certified) failure() error {
	if c == nil {
		return nil
	}
	return c.unsaved
}

// print has the vote in lines, and the curve.
func (c *certified) print(p *sheet.Printer) {
	if c == nil {
		return
	}
	p.Line("certify", fmt.Sprintf("%v · %s", c.Config, c.sample))
	p.Line("", fmt.Sprintf("%d abstentions · %d of another class · average certified radius %.4f",
		c.Abstentions, c.Wrong, c.MeanRadius))
	p.Line("", fmt.Sprintf("no radius is larger than %.4f · %s forward passes of one image · %.1f s",
		c.Largest, numeral.Thousands(c.Forward), c.Seconds))
	p.Raw("\n")
	s := sheet.New("radius", "certified_acc")
	digits := 0
	for _, at := range c.Curve {
		_, behind, _ := strings.Cut(sheet.Exact(at.Radius), ".")
		digits = max(digits, min(len(behind), 6))
	}
	for _, at := range c.Curve {
		s.Add(sheet.Text(strconv.FormatFloat(at.Radius, 'f', digits, 64)), share(at.Acc))
	}
	p.Sheet(s)
	p.Raw("\n")
}

// addTo adds the curve to the rows of attacks.
func (c *certified) addTo(s *sheet.Sheet) {
	if c == nil {
		return
	}
	for _, at := range c.Curve {
		s.Add(sheet.Text("certified"), sheet.Text("L2 "+sheet.Exact(at.Radius)), share(at.Acc))
	}
}

// figure is certified accuracy over all radii: it falls where an image's radius ends.
func (c *certified) figure() figure.Picture {
	name := fmt.Sprintf("sigma %g", c.Sigma)
	line := figure.Series{Name: name}
	line.Add(figure.Point{X: 0, Y: c.report.Accuracy(0)})
	radii := c.report.Radii()
	for i, radius := range radii {
		line.Add(figure.Point{X: radius, Y: float64(len(radii)-i-1) / float64(c.Images)})
	}
	return figure.Curves{
		Title: fmt.Sprintf("Certified by %v, on %s.", c.Config, c.sample), About: "Certified accuracy over the L2 radius",
		X: figure.Axis{Title: "L2 radius", High: c.Largest}, Y: figure.Axis{Title: "certified accuracy", High: 1},
		Series: []figure.Series{line}, Step: true,
	}
}
