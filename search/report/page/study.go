package page

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/internal/figure/svg"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/search/report/sheet"
)

type studyView struct {
	Title, Lead, Program string
	Command              string
	Best                 []setting
	Cards                []card
	Curve                *pictured
	CurveTitle           string
	Volumes              *aside // of several metrics
	Caption              string
	Trials               *sheet.Sheet
	Short                string // what is not in the table
	Failures             []string
	Settings             []setting
	Data                 []namedData

	id   string // of its chart's data
	most int    // points that a chart draws, of a line or a cloud; 0: all
}

// mostReasons of failures are named.
const mostReasons = 10

// Study writes the page of one study. Program is the version that made it.
func Study(w io.Writer, s report.Summary, program string) error {
	var metrics []string
	for _, m := range s.Result.Study.Objective {
		metrics = append(metrics, m.Words())
	}
	v := studyView{
		Title: s.Strategy + " on " + strings.Join(metrics, " and "), Program: program,
		id: "study", Lead: studyLead(s), Command: s.Context.Command, Settings: studySettings(s), Trials: trials(s.Result),
	}
	v.Short = shorten(v.Trials)
	v.find(s)
	return write(w, "study.html", v)
}

// find tells what a study found, and what failed.
func (v *studyView) find(s report.Summary) {
	for _, f := range s.Failures {
		text := numeral.Thousands(f.Count) + " × " + f.Words()
		if f.Words() != f.Reason {
			text += ": " + f.Reason
		}
		v.Failures = append(v.Failures, text)
	}
	v.Failures = fewer(v.Failures, mostReasons, " reasons")
	switch {
	case s.Single != nil && s.Single.Best != nil:
		v.single(s)
	case s.Multi != nil:
		v.multi(s)
	default:
		v.Best = []setting{{"best", s.None()}}
	}
}

func studyLead(s report.Summary) string {
	d, c := s.Result.Study, s.Context
	parts := []string{numeral.Thousands(s.Queries) + " queries"}
	if s.Duplicates > 0 {
		cost := map[bool]string{true: " of them duplicates", false: " duplicates free"}[d.CountDuplicates]
		parts[0] += ", " + numeral.Thousands(s.Duplicates) + cost
	}
	if s.Failed > 0 {
		parts[0] += ", " + numeral.Thousands(s.Failed) + " failed"
	}
	if text := s.Shorter(); text != "" {
		parts[0] += ", " + text
	}
	parts = append(parts, fmt.Sprintf("seed %d", d.Seed))
	if c.About != "" {
		parts = append(parts, c.About)
	}
	return strings.Join(parts, " · ")
}

// single shows the best architecture of one metric, and the curve.
func (v *studyView) single(s report.Summary) {
	c := s.Context
	m, best := s.Result.Study.Objective[0], s.Single.Best
	v.Best = []setting{
		{m.Words(), report.Format(m, best.Value)},
		{"query", numeral.Thousands(best.Query) + " of " + numeral.Thousands(s.Queries)},
	}
	if best.Rank != nil {
		v.Best = append(v.Best, setting{"rank", report.Rank(*best.Rank, *best.Known, c.Classes())})
	}
	if s.Single.Regret != nil {
		v.Best = append(v.Best, setting{"regret", report.Format(m, *s.Single.Regret)})
	}
	if s.Clock != nil {
		v.Best = append(v.Best, setting{"clock", s.Clock.String()})
	}
	if s.Single.Chance != nil {
		v.Best = append(v.Best, setting{"a random search does as well", numeral.Percent(*s.Single.Chance)})
	}
	v.Cards = append(v.Cards, card{
		Arch: string(best.Arch), Title: report.Value(m, best.Value),
		Picture: picture(c.Space, best.Arch), Numbers: numbers(best.Also),
	})
	v.curve(s)
}

func (v *studyView) multi(s report.Summary) {
	metrics, front := s.Result.Study.Objective, s.Points()
	v.Best = []setting{{"front", fmt.Sprintf("%s architectures that no other dominates", numeral.Thousands(len(front)))}}
	if volume := s.Multi.Volume(); volume != "" {
		v.Best = append(v.Best, setting{"hypervolume", volume}, setting{"counted", s.Counted()})
	}
	if s.Truth != nil {
		v.Best = append(v.Best, setting{"of the true front", s.Truth.String()})
	}
	for _, i := range some(len(front), 2*mostCards) {
		arch := front[i].Arch
		v.Cards = append(v.Cards, card{
			Arch: string(arch), Title: cardTitle(metrics, front[i].Measured), Picture: picture(s.Context.Space, arch),
		})
	}
	if len(s.Multi.Volumes) > 0 && len(front) > 0 {
		v.volumes(s)
	}
	if len(metrics) != 2 || len(front) == 0 {
		return
	}
	v.cloud(s)
	v.CurveTitle, v.Caption = "Front", "Each dot is a trial; the line is what the front attains."
}

// volumes draws the hypervolume so far.
func (v *studyView) volumes(s report.Summary) {
	f, course := s.VolumeFigure(), report.CourseOf(s)
	f.Series = thinned(f.Series, mostDots)
	v.Volumes = &aside{charted: chart("volumes", course.Unit, f), Caption: "The share of the box between the worst and " +
		"the best values that the front dominates, " + course.Words + "."}
	v.Data = append(v.Data, v.Volumes.Data...)
}

// cloud draws the trials of two metrics, and their front. The script has the values of those that are drawn.
func (v *studyView) cloud(s report.Summary) {
	f := s.FrontFigure()
	at := some(len(f.Points), cmp.Or(v.most, len(f.Points)))
	f.Points = pickFrom(f.Points, at)
	c := f.Curves()
	c.Data = v.id + " value value"
	v.Curve = new(both(svg.Curves, c))
	var values [][]float64
	var numbers []int
	for _, t := range s.Result.Trials {
		if t.Answers() {
			values, numbers = append(values, t.Values), append(numbers, t.ID)
		}
	}
	n := max(digits(column(values, 0)), digits(column(values, 1)))
	d := newData("trial", math.NaN(), n)
	for _, m := range s.Result.Study.Objective {
		d.Names, d.Million = append(d.Names, m.Words()), d.Million || isMillions(m)
	}
	d.Of = pickFrom(numbers, at)
	for _, k := range at {
		d.Points = append(d.Points, [2]rounded{{values[k][0], n}, {values[k][1], n}})
	}
	v.Data = append(v.Data, namedData{v.id, d})
}

// column lists one of the numbers of each row.
func column(rows [][]float64, i int) (all []float64) {
	for _, r := range rows {
		all = append(all, r[i])
	}
	return all
}

// curve draws the best so far over the queries, with every query's own value.
func (v *studyView) curve(s report.Summary) {
	c := s.CurveFigure()
	if v.most > 0 {
		c.Series = thinned(c.Series, v.most)
	}
	c.Data = v.id + " value value"
	v.Curve, v.CurveTitle = new(both(svg.Curves, c)), "Best so far"
	v.Caption = "The line is the best value " + report.CourseOf(s).Words + "; dots are the queries' own values."
	each, best := c.Series[0], c.Series[1]
	at := some(len(best.X), 2*mostPoints)
	n := digits(each.Y)
	d := newData(report.CourseOf(s).Unit, math.NaN(), n)
	d.X, d.Million = pick(best.X, at, few), isMillions(s.Result.Study.Objective[0])
	for _, s := range []figure.Series{best, each} {
		d.Series = append(d.Series, serie{Name: s.Name, Key: s.Color, Stat: map[string][]rounded{"value": pick(s.Y, at, n)}})
	}
	v.Data = append(v.Data, namedData{v.id, d})
}

// studySettings are all that the history follows from.
func studySettings(s report.Summary) []setting {
	d, c := s.Result.Study, s.Context
	all := []setting{{"strategy", d.Options.After(d.Strategy)}}
	for _, m := range d.Objective {
		all = append(all, setting{"objective", m.Words() + ", " + better(m.Goal)})
	}
	all = append(all,
		setting{"seed", strconv.FormatUint(d.Seed, 10)},
		setting{"proposals in flight", strconv.Itoa(d.Window)},
		setting{"duplicates", duplicates(d.CountDuplicates)},
		setting{"most duplicates in a row", numeral.Thousands(d.MaxDuplicates)},
		setting{"space", d.Space},
	)
	if c.About != "" {
		all = append(all, setting{"values", c.About})
	}
	if words := d.Scope.Words(); words != "" {
		where := cmp.Or(report.Within(d.Scope, s.Searched, s.Context.Whole()), words)
		all = append(all, setting{"where", where})
	}
	if d.Source != "" {
		all = append(all, setting{"fingerprint of the values", d.Source})
	}
	for _, name := range slices.Sorted(maps.Keys(d.Settings)) {
		all = append(all, setting{name, d.Settings[name]})
	}
	return all
}
