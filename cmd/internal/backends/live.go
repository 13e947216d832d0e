package backends

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

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
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/spf13/pflag"
	"go.uber.org/zap"
)

// liveName is the backend's.
const liveName = "live"

// liveWindow is how many trials are in flight unless --window says otherwise: enough for a few cores, and the same on
// every machine, since a history depends on it.
const liveWindow = 4

// Live returns the backend that trains networks and attacks them, for what they can be asked, within a limit.
func Live(known objective.Catalogue, quantities []live.Quantity, limit *Limit) backend.Backend {
	return backend.Backend{
		Name: liveName, About: ", by training and attacking networks", Note: "; (preset) is the default that --preset has",
		Describing: []string{
			"preset", "samples", "measure-images", "pgd-steps", "pgd-step-size", "pgd-random-start", "pgd-restarts",
			"pgd-last-point", "sigma", "n0", "n", "alpha", "certify-samples",
		},
		Apart: []string{"threads", "final-test"},
		New: func(f *pflag.FlagSet) backend.Measurer {
			l := &training{quantities: quantities, protocol: protocol.Flags{Known: known}, limit: limit}
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
	limit     *Limit
	threads   int
	finalTest bool
}

// register declares the flags; --dataset is one of all backends.
func (l *training) register(f *pflag.FlagSet) {
	l.protocol.RegisterSearch(f)
	f.StringVar(&l.memory, "memory", "",
		"fail trials whose network needs more memory than this to train, by estimate, such as 4GB (default: no limit)")
	l.limit.Register(f)
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

// under gives metrics that are asked for without a setting the one of --eps, where they can have it. What is no metric
// of a quantity stays as it is, for the evaluator to refuse.
func (l *training) under(names []string, p live.Protocol, at objective.Setting) []string {
	usual := map[string]objective.Setting{}
	for _, q := range l.quantities {
		for _, m := range q.Metrics(p) {
			usual[m.Name] = m.Setting
		}
	}
	names = slices.Clone(names)
	for i, text := range names {
		if m, err := objective.ParseMetric(text); err == nil && m.Setting.IsZero() && sized(usual[m.Name], at) {
			m.Setting = at
			names[i] = m.String()
		}
	}
	return names
}

// sized says whether --eps is meant for metrics with a usual setting: those of attacks, and of balls in its own norm.
func sized(usual, at objective.Setting) bool {
	return usual.Eps != 0 && (usual.Norm == robustness.Linf || usual.Norm == at.Norm)
}

// Open returns what the network can be trained and attacked for.
func (l *training) Open(_ context.Context, ask backend.Ask) (*backend.Problem, error) {
	p, at, err := l.resolve(ask, l.protocol.Resolve)
	if err = cmp.Or(err, l.idle(ask, p)); err != nil {
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
		return nil, misuse(err)
	}
	if l.finalTest && e.Split() != "validation" {
		return nil, usage.Mark(errors.New("--final-test has no meaning: nothing that is searched for is measured on " +
			"validation images, and so nothing would be on test images"))
	}
	sameSource(e, begun)
	l.warn(ask.Log, e)
	sp, err := nasbench201.New(lab.Network())
	if err != nil {
		return nil, err
	}
	about := l.about(e)
	out := &backend.Problem{
		Space: sp, Evaluator: e, About: about + origins(e), Dataset: lab.Images.Name,
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

// misuse marks an error of what is asked for, but not one of the images that it needs.
func misuse(err error) error {
	if _, images := errors.AsType[*live.ImagesError](err); images {
		return err
	}
	return usage.Mark(err)
}

// Describe lists what training and attacking measures, and how the protocol does it.
func (l *training) Describe(_ context.Context, ask backend.Ask) (backend.Listing, error) {
	p, at, err := l.resolve(ask, l.protocol.Protocol)
	if err != nil {
		return backend.Listing{}, err
	}
	all := backend.Listing{At: "eps or severity"}
	for _, q := range l.quantities {
		setup, _ := live.SetupOf(q, p)
		for _, m := range q.Metrics(p) {
			o := backend.Metric{Metric: m, Meaning: setup.Meaning, How: setup.How, At: m.Setting.String()}
			if sized(m.Setting, at) {
				m.Setting = at
				o.Metric, o.At = m, m.Setting.String()
			}
			switch s := m.Setting; {
			case s.Severity == objective.EverySeverity:
				o.Settings = objective.Severities(s.MeanOf)
			case !s.IsZero() && s.MeanOf == 0:
				o.Settings = []objective.Setting{s}
			}
			all.Metrics = append(all.Metrics, o)
		}
	}
	return all, nil
}

// limits are those of a trial.
func (l *training) limits() (live.Limits, error) {
	timeout, err := l.limit.Time()
	if err != nil {
		return live.Limits{}, err
	}
	limits := live.Limits{Time: timeout}
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
func (l *training) about(e *live.Evaluator) string {
	// Images and network stand in the line.
	name := strings.Join(append([]string{l.protocol.Preset}, l.protocol.Overridden("channels", "cells", "epochs")...), " ")
	val := "no validation images"
	if e.Images.Val != nil {
		val = "validation " + numeral.Thousands(e.Images.Val.Len()) + " images"
	}
	weights := numeral.Count(e.Training.Epochs, "epoch")
	if !e.Trains() {
		weights = "not trained"
	}
	if e.Split() == "training" {
		val = numeral.Thousands(e.Images.Train.Len()) + " images for training"
	}
	return fmt.Sprintf("%s: %s, C=%d, N=%d, %s · %s · kernel %s",
		name, e.Images.Title(), e.Channels, e.Cells, weights, val, e.Kernel.Name)
}

// warn tells what may be wrong with the images, and with those that are attacked.
func (l *training) warn(log *zap.Logger, e *live.Evaluator) {
	doubts := append(e.Doubts(), protocol.Doubts(e.Images)...)
	for _, s := range e.Setups(e.Images.Val) {
		if s.From == live.FromMeasured && e.Images.Val != nil {
			doubts = append(doubts, protocol.Thin("validation images for "+s.Name, e.Images.Val.Sample(s.Images))...)
		}
	}
	for _, text := range doubts {
		log.Warn(text)
	}
}
