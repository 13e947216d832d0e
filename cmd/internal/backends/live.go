package backends

import (
	"context"
	"fmt"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/nassearch/nassearch/cmd/backend"
	"github.com/nassearch/nassearch/cmd/internal/protocol"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/spf13/pflag"
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
			l := &training{quantities: quantities, flags: pflag.NewFlagSet("live", pflag.ContinueOnError)}
			l.protocol.Methods = methods
			l.register(f)
			return l
		},
	}
}

// training is a protocol with the flags of a search.
type training struct {
	quantities []live.Quantity
	protocol   protocol.Flags
	flags      *pflag.FlagSet // of the protocol

	memory    string
	timeout   time.Duration
	threads   int
	finalTest bool
}

// register declares the flags; --dataset is one of all backends.
func (l *training) register(f *pflag.FlagSet) {
	l.protocol.Register(l.flags)
	l.protocol.RegisterAttacks(l.flags)
	l.flags.VisitAll(func(flag *pflag.Flag) {
		if flag.Name != "dataset" {
			f.AddFlag(flag)
		}
	})
	f.StringVar(&l.memory, "memory", "",
		"fail trials whose network needs more memory than this to train, by estimate, such as 4GB (default: no limit)")
	f.DurationVar(&l.timeout, "trial-timeout", 0, "fail trials that take longer, such as 10m (default: no limit)")
	f.IntVar(&l.threads, "threads", 0,
		"goroutines that share the work on a network; changes nothing but time (default: one for small networks, all "+
			"cores for large ones)")
	f.BoolVar(&l.finalTest, "final-test", false, "at the end train the best once more and measure it on the test images")
}

// resolve returns the protocol: that of Resolve, or of Protocol where no images are needed.
func (l *training) resolve(
	ask backend.Ask, read func(*pflag.FlagSet) (live.Protocol, error),
) (p live.Protocol, err error) {
	if ask.Dataset != "" {
		if err := l.flags.Set("dataset", ask.Dataset); err != nil {
			return p, err
		}
	}
	if p, err = read(l.flags); err != nil || ask.Eps == "" {
		return p, err
	}
	if p.Eps, err = objective.ParseEps(ask.Eps); err != nil {
		return p, usage.Mark(fmt.Errorf("--eps: %w", err))
	}
	return p, nil
}

// Open returns what the network can be trained and attacked for.
func (l *training) Open(_ context.Context, ask backend.Ask) (*backend.Problem, error) {
	p, err := l.resolve(ask, l.protocol.Resolve)
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
	e, err := live.NewEvaluator(lab, l.quantities, ask.Objective, limits)
	if err != nil {
		return nil, usage.Mark(err)
	}
	sp, err := nasbench201.New(lab.Network())
	if err != nil {
		return nil, err
	}
	out := &backend.Problem{
		Space: sp, Evaluator: e,
		Window: liveWindow, Workers: lab.Workers(), Slow: true,
		Report: func(_ context.Context, r search.Result) (report.Context, error) {
			return liveReport(l.about(lab), e, sp, r)
		},
	}
	if l.finalTest {
		out.Test = e
	}
	return out, nil
}

// Describe lists what training and attacking measures, and how the protocol does it.
func (l *training) Describe(_ context.Context, ask backend.Ask) (backend.Listing, error) {
	p, err := l.resolve(ask, l.protocol.Protocol)
	if err != nil {
		return backend.Listing{}, err
	}
	all := backend.Listing{At: "eps"}
	for _, q := range l.quantities {
		setup, _ := live.SetupOf(q, p)
		for _, m := range q.Metrics(p) {
			o := backend.Metric{Metric: m, Meaning: setup.Meaning, How: setup.How, At: m.Setting.String()}
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
