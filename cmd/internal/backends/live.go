package backends

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/nassearch/nassearch/cmd/backend"
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
	"github.com/spf13/pflag"
	"go.uber.org/zap"
)

// liveWindow is how many trials are in flight unless --window says otherwise: enough for a few cores, and the same on
// every machine, since a history depends on it.
const liveWindow = 4

// Live returns the backend that trains networks and attacks them, for what they can be asked.
func Live(methods robustness.Catalogue, quantities []live.Quantity) backend.Backend {
	return backend.Backend{
		Name: "live", About: ", by training and attacking networks", Note: "; (preset) is the default that --preset has",
		Describing: []string{
			"preset", "samples", "pgd-steps", "pgd-step-size", "pgd-random-start", "pgd-restarts", "pgd-last-point",
		},
		New: func(f *pflag.FlagSet) backend.Measurer {
			l := &training{quantities: quantities, protocol: protocol.Flags{Methods: methods}}
			l.register(f)
			return l
		},
	}
}

// training is a protocol with the flags of a search.
type training struct {
	quantities []live.Quantity
	protocol   protocol.Flags

	memory    string
	timeout   time.Duration
	threads   int
	finalTest bool
}

// register declares the flags; --dataset is one of all backends.
func (l *training) register(f *pflag.FlagSet) {
	l.protocol.RegisterSearch(f)
	f.StringVar(&l.memory, "memory", "",
		"fail trials whose network needs more memory than this to train, by estimate, such as 4GB (default: no limit)")
	f.DurationVar(&l.timeout, "trial-timeout", 0, "fail trials that take longer, such as 10m (default: no limit)")
	f.IntVar(&l.threads, "threads", 0,
		"goroutines that share the work on a network; changes nothing but time (default: one for small networks, all "+
			"cores for large ones)")
	f.BoolVar(&l.finalTest, "final-test", false, "at the end train the best once more and measure it on the test images")
}

// resolve returns the protocol, that of Resolve, or of Protocol where no images are needed, and the setting of attacks
// that are asked for without one.
func (l *training) resolve(
	ask backend.Ask, read func() (live.Protocol, error),
) (p live.Protocol, at objective.Setting, err error) {
	l.protocol.Dataset = ask.Dataset
	if p, err = read(); err != nil {
		return p, at, err
	}
	if ask.Eps == "" {
		return p, objective.At(p.Eps), nil
	}
	if at, err = objective.ParseThreat(ask.Eps); err != nil {
		return p, at, usage.Mark(fmt.Errorf("--eps: %w", err))
	}
	if at == objective.At(at.Eps) {
		p.Eps = at.Eps
	}
	return p, at, nil
}

// under gives metrics of attacks that are asked for without a setting the one of --eps. What is no metric of a quantity
// stays as it is, for the evaluator to refuse.
func (l *training) under(names []string, p live.Protocol, at objective.Setting) []string {
	attacked := map[string]bool{}
	for _, q := range l.quantities {
		for _, m := range q.Metrics(p) {
			attacked[m.Name] = m.Setting.Eps != 0
		}
	}
	names = slices.Clone(names)
	for i, text := range names {
		if m, err := objective.ParseMetric(text); err == nil && m.Setting.IsZero() && attacked[m.Name] {
			m.Setting = at
			names[i] = m.String()
		}
	}
	return names
}

// Open returns what the network can be trained and attacked for.
func (l *training) Open(_ context.Context, ask backend.Ask) (*backend.Problem, error) {
	p, at, err := l.resolve(ask, l.protocol.Resolve)
	if err != nil {
		return nil, err
	}
	limits, err := l.limits()
	if err != nil {
		return nil, err
	}
	lab, begun, err := l.lab(p, ask)
	if err != nil {
		return nil, err
	}
	if l.finalTest && lab.Images.Test == nil {
		return nil, fmt.Errorf("--final-test: data set %s has no test images", lab.Images.Name)
	}
	e, err := live.NewEvaluator(lab, l.quantities, l.under(ask.Objective, p, at), limits)
	if err != nil {
		return nil, usage.Mark(err)
	}
	sameSource(e, begun)
	l.warn(ask.Log, e)
	sp, err := nasbench201.New(lab.Network())
	if err != nil {
		return nil, err
	}
	about := l.about(lab)
	out := &backend.Problem{
		Space: sp, Evaluator: e, About: about, Dataset: lab.Images.Name,
		Window: liveWindow, Workers: lab.Workers(), Slow: true,
		Report: func(_ context.Context, r search.Result) (report.Context, error) {
			return liveReport(about, e, sp, r)
		},
	}
	if l.finalTest {
		out.Test = e
	}
	return out, nil
}

// Describe lists what training and attacking measures, and how the protocol does it.
func (l *training) Describe(_ context.Context, ask backend.Ask) (backend.Listing, error) {
	p, at, err := l.resolve(ask, l.protocol.Protocol)
	if err != nil {
		return backend.Listing{}, err
	}
	all := backend.Listing{At: "eps"}
	for _, q := range l.quantities {
		setup, _ := live.SetupOf(q, p)
		for _, m := range q.Metrics(p) {
			o := backend.Metric{Metric: m, Meaning: setup.Meaning, How: setup.How, At: m.Setting.String()}
			if m.Setting.Eps != 0 {
				m.Setting = at
				o.Metric, o.At = m, m.Setting.String()
			}
			if !m.Setting.IsZero() {
				o.Settings = []objective.Setting{m.Setting}
			}
			all.Metrics = append(all.Metrics, o)
		}
	}
	return all, nil
}

// limits are those of a trial.
func (l *training) limits() (live.Limits, error) {
	limits := live.Limits{Time: l.timeout}
	if l.timeout < 0 {
		return limits, usage.Mark(fmt.Errorf("--trial-timeout %v: want no negative time", l.timeout))
	}
	if l.threads < 0 {
		return limits, usage.Mark(fmt.Errorf(
			"--threads %d: want at least 1, or 0 to choose by the network's size", l.threads))
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

// about is a protocol in a line.
func (l *training) about(lab *live.Lab) string {
	// Images and network stand in the line.
	name := strings.Join(append([]string{l.protocol.Preset}, l.protocol.Overridden("channels", "cells", "epochs")...), " ")
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

// warn tells what may be wrong with the images, and with those that are attacked.
func (l *training) warn(log *zap.Logger, e *live.Evaluator) {
	doubts := append(e.Doubts(), protocol.Doubts(e.Images)...)
	if e.Images.Val != nil {
		for _, s := range e.Setups(e.Images.Val) {
			doubts = append(doubts, protocol.Thin("validation images for "+s.Name, e.Images.Val.Sample(s.Images))...)
		}
	}
	for _, text := range doubts {
		log.Warn(text)
	}
}

// testImages says on what a final test measures, where it attacks only the first ones.
func testImages(e *live.Evaluator) string {
	all := e.Images.Test.Len()
	text := numeral.Thousands(all) + " test images"
	for _, a := range e.Setups(e.Images.Test) {
		if a.Images < all {
			text += fmt.Sprintf(" (%s: %s)", a.Name, protocol.Drawn(e.Images.Test.Sample(a.Images), e.SampleSeed))
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
		images := protocol.Drawn(e.Images.Val.Sample(s.Images), e.SampleSeed)
		text := fmt.Sprintf("%s: %s · %s", s.Name, s.How, images)
		c.Notes = append(c.Notes, report.Note{Label: s.Kind, Text: text})
	}
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
