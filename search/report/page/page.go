// Package page writes what was found as one HTML file that needs nothing else: no network, no other file. Its charts
// are drawn beforehand, so that it can be read and printed without a script; the script only shows numbers under the
// pointer and hides what is not wanted.
package page

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/internal/figure/svg"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/internal/plain"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/compare/analysis"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/search/report/comparison"
	"github.com/nassearch/nassearch/space"
)

// Illustrator is a space that can show an architecture as a picture.
type Illustrator interface {
	// SVG draws a valid architecture.
	SVG(space.Arch) string
}

//go:embed static
var static embed.FS

var templates = template.Must(template.New("").Funcs(template.FuncMap{
	"slot": svg.Slot, "raw": raw, "thousands": numeral.Thousands, "percent": percent,
	"lead":     watchedLead,
	"sentence": comparison.Sentence, "label": comparison.Label,
	"p":      func(n compare.Number) string { return comparison.Shown(n, comparison.Probability) },
	"sheets": comparison.Sheets, "legend": comparison.Legend, "ranks": comparison.Ranks,
	"together": func(a *analysis.Across) pictured { return both(svg.Ranks, comparison.CriticalDifferences(a)) },
}).ParseFS(static, "static/*.html"))

// write fills in a template. Whatever its texts are, the page has none that does something instead of being seen.
func write(w io.Writer, name string, view any) error {
	var page bytes.Buffer
	if err := templates.ExecuteTemplate(&page, name, view); err != nil {
		return err
	}
	for line := range strings.Lines(page.String()) {
		text, ended := strings.CutSuffix(line, "\n")
		text = plain.Text(text)
		if ended {
			text += "\n"
		}
		if _, err := io.WriteString(w, text); err != nil {
			return err
		}
	}
	return nil
}

func percent(share float64) string { return fmt.Sprintf("%g %%", 100*share) }

// fewer lists no more than so many lines, and says how many more of what there are.
func fewer(lines []string, most int, what string) []string {
	if more := len(lines) - most; more > 0 {
		return append(lines[:most], fmt.Sprintf("and %s more%s", numeral.Thousands(more), what))
	}
	return lines
}

// raw includes a part of the page that is ours: its style and its script.
func raw(name string) (any, error) {
	text, err := static.ReadFile("static/" + name)
	if strings.HasSuffix(name, ".css") {
		return template.CSS(text), err
	}
	return template.JS(text), err
}

// Sizes of charts: a page shows the wide or the narrow one, as its own width is.
var (
	wide   = svg.Size{Width: 1000, Height: 430}
	narrow = svg.Size{Width: 380, Height: 330}
	small  = svg.Size{Width: 470, Height: 250} // two beside each other, or one on a phone
)

// pictured is a figure in both sizes.
type pictured struct {
	Wide, Narrow template.HTML
	View         string // name by which a control shows it
	Extra        bool   // not shown unless a control says so
}

// both draws a figure in both sizes.
func both[F any](draw func(F, svg.Size) template.HTML, f F) pictured {
	return pictured{Wide: draw(f, wide), Narrow: draw(f, narrow)}
}

// setting is a line of a list of settings.
type setting struct{ Name, Text string }

// better says which of two values is the better one.
func better(goal objective.Direction) string {
	if goal == objective.Minimize {
		return "smaller is better"
	}
	return "larger is better"
}

// duplicates says what a proposal of a known class costs.
func duplicates(count bool) string {
	if count {
		return "cost a query each"
	}
	return "are free: the unit of a query is a class of equal networks"
}

// card is an architecture with what is known of it.
type card struct {
	Picture template.HTML
	Arch    string
	Title   string
	Lines   []string
	Numbers []setting
}

// picture draws an architecture, nothing if the space cannot.
func picture(s space.Space, a space.Arch) template.HTML {
	if d, ok := s.(Illustrator); ok && s.Validate(a) == nil {
		return template.HTML(d.SVG(a)) // made of the operations' names alone
	}
	return ""
}

// canonical is the member that stands for an architecture's class, and what is none of the space as it is.
func canonical(s space.Space, a space.Arch) space.Arch {
	if s == nil || s.Validate(a) != nil {
		return a
	}
	return space.Canonical(s, a)
}

func numbers(list []report.Number) []setting {
	var all []setting
	for _, n := range list {
		all = append(all, setting{n.Metric.Name, report.Format(n.Metric, n.Value)})
	}
	return all
}

// rounded is a number as a pointer shows it, null if it is not known.
type rounded struct {
	value  float64
	digits int // that count
}

// MarshalJSON writes it.
func (r rounded) MarshalJSON() ([]byte, error) {
	if math.IsNaN(r.value) || math.IsInf(r.value, 0) {
		return []byte("null"), nil
	}
	return []byte(strconv.FormatFloat(r.value, 'g', r.digits, 64)), nil
}

// few digits tell most numbers apart.
const few = 5

// digits are those that tell numbers apart: more than few if they are near to each other for their size.
func digits(numbers []float64) int {
	r := figure.Of(numbers...)
	size, spread := max(math.Abs(r.Low), math.Abs(r.High)), r.High/2-r.Low/2
	if spread == 0 {
		return few
	}
	return min(few+max(0, int(math.Log10(size/2)-math.Log10(spread))), 17)
}

// data is what the script shows under the pointer.
type data struct {
	X       []rounded `json:"x,omitempty"` // common to all series; nil for steps
	Unit    string    `json:"unit"`        // of x
	Optimum rounded   `json:"optimum"`     // from which regret is counted
	Percent bool      `json:"percent,omitempty"`
	Digits  int       `json:"digits"`             // of values as text
	Million bool      `json:"millions,omitempty"` // what large values are counted in

	Points [][2]rounded `json:"points,omitempty"` // in place of series, each of the number
	Of     []int        `json:"of,omitempty"`     // of the unit, with values
	Names  []string     `json:"names,omitempty"`  // of both
	Series []serie      `json:"series"`
}

// newData is data of values.
func newData(unit string, optimum float64, digits int) data {
	return data{Unit: unit, Optimum: rounded{optimum, digits}, Digits: digits - 1}
}

// serie is one line of data. By the name of a statistic it has a value and the ends of a band, at each x.
type serie struct {
	Name string               `json:"name"`
	Key  int                  `json:"key"`
	X    []rounded            `json:"x,omitempty"` // of steps
	Stat map[string][]rounded `json:"stat"`
}
