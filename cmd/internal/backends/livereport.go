package backends

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/protocol"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// testImages says on what a final test measures, where it attacks only the first ones.
func testImages(e *live.Evaluator) string {
	all := e.Images.Test.Len()
	text := numeral.Thousands(all) + " test images"
	for _, a := range e.Setups(e.Images.Test) {
		if a.From == live.FromMeasured && a.Images < all {
			text += fmt.Sprintf(" (%s: %s)", a.Name, protocol.Drawn(e.Images.Test.Sample(a.Images), e.SampleSeed))
		}
	}
	return text
}

// how says how everything that is asked for is measured, what is measured alike in one line.
func how(e *live.Evaluator) (notes []report.Note) {
	names := map[report.Note][]string{}
	var order []report.Note
	for _, s := range e.Setups(e.Images.Val) {
		text := s.How
		if set := e.From(s.From, e.Images.Val); set != nil {
			part := map[live.From]string{live.FromTraining: "of those for training "}[s.From]
			text += " · " + part + protocol.Drawn(set.Sample(s.Images), e.SampleSeed)
		}
		n := report.Note{Label: s.Kind, Text: text}
		if len(names[n]) == 0 {
			order = append(order, n)
		}
		names[n] = append(names[n], s.Name)
	}
	for _, n := range order {
		notes = append(notes, report.Note{Label: n.Label, Text: strings.Join(names[n], ", ") + ": " + n.Text})
	}
	return notes
}

// origins says which corrupted images depend on more than the program, where [how] has no place.
func origins(e *live.Evaluator) (text string) {
	for _, s := range e.Setups(e.Images.Val) {
		if s.Kind == live.Corrupt && s.Settings != nil {
			text += " · " + s.Name + ": " + s.How
		}
	}
	return text
}

// liveReport is what is told of a live search.
func liveReport(about string, e *live.Evaluator, sp nasbench201.Space, r search.Result) (report.Context, error) {
	c := report.Context{
		Backend: "live", About: about, Dataset: e.Images.Name, Space: sp, Split: e.Split(),
		Settings: r.Study.Settings,
	}
	if e.Images.Test != nil {
		c.TestImages = testImages(e)
	}
	c.Notes = how(e)
	return recorded(c, sp, r)
}

// recorded adds what the records of trials say.
func recorded(c report.Context, sp nasbench201.Space, r search.Result) (report.Context, error) {
	var known *live.Record // of the best
	warnings := 0          // trials with any
	best, _, found := r.Best()
	for _, t := range r.Trials {
		if len(t.Record) == 0 {
			continue
		}
		var rec live.Record
		if err := json.Unmarshal(t.Record, &rec); err != nil {
			return c, fmt.Errorf("record of trial %d: %w", t.ID, err)
		}
		c.CoreSeconds += rec.Core
		if len(rec.Warnings) > 0 {
			warnings++
		}
		if found && t.ID == best.ID {
			known = &rec
		}
	}
	c.Warnings = warned(known, warnings)
	c.Also = func(arch space.Arch) ([]report.Number, error) {
		var all []report.Number
		if known != nil && known.Clean != nil {
			all = append(all, report.Number{Metric: objective.Metric{Name: "clean_acc"}, Value: *known.Clean})
		}
		if known != nil {
			all = append(all, means(known.Corrupted)...)
		}
		size := func(name string, n int64) {
			m := objective.Metric{Name: name, Goal: objective.Minimize}
			all = append(all, report.Number{Metric: m, Value: float64(n)})
		}
		size("params", sp.Params(arch))
		size("flops", sp.FLOPs(arch))
		return all, nil
	}
	return c, nil
}
