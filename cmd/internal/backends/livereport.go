package backends

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// about is a protocol in a line.
func (l *training) about(lab *live.Lab) string {
	name := l.protocol.Preset()
	said := []string{"dataset", "channels", "cells", "epochs", "samples"} // in the line, or beside the attacks
	for _, setting := range l.protocol.Overridden(l.flags) {
		flag, _, _ := strings.Cut(setting, "=")
		if !slices.Contains(said, flag) && !strings.HasPrefix(flag, "pgd-") {
			name += " " + setting
		}
	}
	val := "no validation images"
	if lab.Images.Val != nil {
		val = "validation " + numeral.Thousands(lab.Images.Val.Len()) + " images"
	}
	epochs := "1 epoch"
	if n := lab.Training.Epochs; n > 1 {
		epochs = numeral.Thousands(n) + " epochs"
	}
	return fmt.Sprintf("%s: %s, C=%d, N=%d, %s · %s · kernel %s",
		name, lab.Images.Title(), lab.Channels, lab.Cells, epochs, val, lab.Kernel.Name)
}

// testImages says on what a final test measures, where it attacks only the first ones.
func testImages(e *live.Evaluator) string {
	all := e.Images.Test.Len()
	text := numeral.Thousands(all) + " test images"
	for _, a := range e.Setups(e.Images.Test) {
		if a.Images < all {
			text += fmt.Sprintf(" (%s: the first %s)", a.Name, numeral.Thousands(a.Images))
		}
	}
	return text
}

// liveReport is what is told of a live search.
func liveReport(about string, e *live.Evaluator, sp nasbench201.Space, r search.Result) (report.Context, error) {
	c := report.Context{
		Backend: "live", About: about, Dataset: e.Images.Name, Space: sp, Split: "validation",
		Settings: r.Study.Settings,
	}
	if e.Images.Test != nil {
		c.TestImages = testImages(e)
	}
	for _, s := range e.Setups(e.Images.Val) {
		text := fmt.Sprintf("%s: %s · the first %s images", s.Name, s.How, numeral.Thousands(s.Images))
		c.Notes = append(c.Notes, report.Note{Label: s.Kind, Text: text})
	}
	var known *live.Record // of the best
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
		if found && t.ID == best.ID {
			known = &rec
		}
	}
	c.Also = func(arch space.Arch) ([]report.Number, error) {
		var all []report.Number
		if known != nil && known.Clean != nil {
			all = append(all, report.Number{Metric: objective.Metric{Name: "clean_acc"}, Value: *known.Clean})
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
