package cmd

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/nassearch/nassearch/cmd/internal/protocol"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// liveWindow is how many trials are in flight unless --window says otherwise: enough for a few cores, and the same on
// every machine, since a history depends on it.
const liveWindow = 4

// liveFlags are the flags of --backend live alone.
type liveFlags struct {
	set      *pflag.FlagSet
	protocol protocol.Flags

	memory    string
	timeout   time.Duration
	threads   int
	finalTest bool
}

func newLiveFlags(methods robustness.Catalogue) *liveFlags {
	l := &liveFlags{set: pflag.NewFlagSet("live", pflag.ContinueOnError)}
	l.protocol.Methods = methods
	l.protocol.Register(l.set, "dataset")
	l.protocol.RegisterAttacks(l.set)
	l.set.StringVar(&l.memory, "memory", "", "fail trials whose network needs more memory than this to train, by estimate, such as 4GB (default: no limit)")
	l.set.DurationVar(&l.timeout, "trial-timeout", 0, "fail trials that take longer, such as 10m (default: no limit)")
	l.set.IntVar(&l.threads, "threads", 0, "goroutines that share the work on a network; changes nothing but time (default: one for small networks, all cores for large ones)")
	l.set.BoolVar(&l.finalTest, "final-test", false, "at the end train the best once more and measure it on the test images")
	return l
}

// eps is that of --eps, or the preset's.
func (a *app) eps(preset objective.Eps) (objective.Eps, error) {
	text := a.config.GetString("eps")
	if text == "" {
		return preset, nil
	}
	e, err := objective.ParseEps(text)
	if err != nil {
		return 0, usage.Mark(fmt.Errorf("--eps: %w", err))
	}
	return e, nil
}

// limits are those of a trial.
func (l *liveFlags) limits() (live.Limits, error) {
	limits := live.Limits{Time: l.timeout}
	if l.timeout < 0 {
		return limits, usage.Mark(fmt.Errorf("--trial-timeout %v: want no negative time", l.timeout))
	}
	if l.threads < 0 {
		return limits, usage.Mark(fmt.Errorf("--threads %d: want at least 1, or 0 to choose by the network's size", l.threads))
	}
	if l.memory == "" {
		return limits, nil
	}
	n, err := humanize.ParseBytes(l.memory)
	if err != nil || n == 0 || n > 1<<62 {
		return limits, usage.Mark(fmt.Errorf("--memory %q: want a size such as 4GB or 500MB", l.memory))
	}
	limits.Memory = int64(n)
	return limits, nil
}

// liveProblem trains and attacks.
func (a *app) liveProblem(cmd *cobra.Command, l *liveFlags, names []string) (*problem, error) {
	p, err := l.protocol.Resolve(cmd.Flags())
	if err == nil {
		p.Eps, err = a.eps(p.Eps)
	}
	if err != nil {
		return nil, err
	}
	limits, err := l.limits()
	if err != nil {
		return nil, err
	}
	k, err := protocol.Kernel()
	if err != nil {
		return nil, err
	}
	lab, err := live.NewLab(p, l.protocol.Methods, k)
	if err != nil {
		return nil, protocol.Explain(err)
	}
	lab.Threads = l.threads
	if l.finalTest && lab.Images.Test == nil {
		return nil, fmt.Errorf("--final-test: data set %s has no test images", lab.Images.Name)
	}
	e, err := live.NewEvaluator(lab, live.Quantities(lab.Methods), names, limits)
	if err != nil {
		return nil, usage.Mark(err)
	}
	sp, err := nasbench201.New(lab.Network())
	if err != nil {
		return nil, err
	}
	out := &problem{
		space: sp, evaluator: e,
		window: liveWindow, workers: lab.Workers(), slow: true,
		report: func(_ context.Context, r search.Result) (report.Context, error) {
			return liveReport(l.about(cmd.Flags(), lab), e, sp, r)
		},
	}
	if l.finalTest {
		out.test = e
	}
	return out, nil
}

// about is a protocol in a line.
func (l *liveFlags) about(flags *pflag.FlagSet, lab *live.Lab) string {
	name := l.protocol.Preset()
	said := []string{"dataset", "channels", "cells", "epochs", "samples"} // in the line, or beside the attacks
	for _, setting := range l.protocol.Overridden(flags) {
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
		Backend: liveBackend, About: about, Dataset: e.Images.Name, Space: sp, Split: "validation",
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
		return append(all,
			report.Number{Metric: objective.Metric{Name: "params", Goal: objective.Minimize}, Value: float64(sp.Params(arch))},
			report.Number{Metric: objective.Metric{Name: "flops", Goal: objective.Minimize}, Value: float64(sp.FLOPs(arch))}), nil
	}
	return c, nil
}
