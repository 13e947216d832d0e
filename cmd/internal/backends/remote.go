package backends

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nassearch/nassearch/cmd/backend"
	"github.com/nassearch/nassearch/cmd/internal/queue"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective/remote"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/report"
	"github.com/spf13/pflag"
)

// Remote returns the backend that has the workers of a queue measure.
func Remote() backend.Backend {
	return backend.Backend{
		Name: "remote", About: ", by the workers of a queue (see 'nassearch worker')", Elsewhere: true,
		Describing: append(queue.Names(), "source"), Apart: append(queue.Names(), "source", "reuse"),
		New: func(f *pflag.FlagSet) backend.Measurer {
			r := new(remoteFlags)
			r.to.Register(f)
			f.StringVar(&r.source, "source", "", "which workers to ask, where there are several kinds: "+
				"a name as 'nassearch queue status' lists it, or its beginning")
			f.BoolVar(&r.reuse, "reuse", true, "take what others have asked for already; =false has all measured anew")
			return r
		},
	}
}

// remoteFlags are a queue with the flags of a search.
type remoteFlags struct {
	to     queue.Flags
	source string
	reuse  bool
}

// Open asks the workers for what they say of the objective.
func (r *remoteFlags) Open(ctx context.Context, ask backend.Ask) (*backend.Problem, error) {
	t, err := r.to.Open(ctx, "search", ask.Given, ask.Log)
	if err != nil {
		return nil, err
	}
	c := &remote.Client{Transport: t, Fresh: !r.reuse, Missed: queue.Missed(ask.Log)}
	chooser := queue.Chooser{Client: c, Name: r.source, Log: ask.Log, Suits: suits(ask)}
	o, err := chooser.Wait(ctx)
	if err != nil {
		return nil, err
	}
	status := queue.Standing(ctx, c, o.Queue(), ask.Log)
	terms, err := c.Terms(ctx, o, remote.Question{Objective: ask.Objective, Eps: ask.Eps})
	if _, refused := errors.AsType[*remote.RefusedError](err); refused {
		return nil, usage.Mark(fmt.Errorf("the workers of %s: %w", o.Queue(), err))
	}
	if err != nil {
		return nil, err
	}
	e, err := c.Evaluator(o, terms)
	if err != nil {
		return nil, err
	}
	in, err := o.Space.Open()
	if err != nil {
		return nil, err
	}
	dataset := o.Settings["dataset"]
	return &backend.Problem{
		Space: in, Evaluator: e, About: o.Name, Dataset: dataset, Window: o.Window, Slow: true, Elsewhere: true,
		Queue: backend.Queue{Address: r.to.Address(), Source: o.Queue()}, Status: status,
		Report: func(_ context.Context, r search.Result) (report.Context, error) {
			told := report.Context{
				Backend: "remote", About: o.Backend + " · " + o.Name, Dataset: dataset, Space: in, Settings: r.Study.Settings,
			}
			if o.Backend != liveName {
				return told, nil
			}
			return recorded(told, in, r)
		},
	}, nil
}

// suits says whether an offer can be of what is to be continued: its arithmetic is.
func suits(ask backend.Ask) func(remote.Offer) bool {
	kernel := ""
	if ask.Continues != nil {
		for _, b := range ask.Continues() {
			kernel = b.Settings["kernel"]
		}
	}
	return func(o remote.Offer) bool { return kernel == "" || o.Settings["kernel"] == kernel }
}

// Describe lists what the workers can be asked.
func (r *remoteFlags) Describe(ctx context.Context, ask backend.Ask) (l backend.Listing, err error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second) // who asks what there is does not wait for it
	defer cancel()
	t, err := r.to.Open(ctx, "objectives", ask.Given, ask.Log)
	if err != nil {
		return l, err
	}
	c := &remote.Client{Transport: t}
	chooser := queue.Chooser{Client: c, Name: r.source, Log: ask.Log}
	o, err := chooser.Now(ctx)
	if err = errors.Join(err, t.Close()); err != nil {
		return l, err
	}
	l = backend.Listing{About: strings.TrimSpace(o.Backend + " · " + o.Name), At: "eps or severity"}
	for _, m := range o.Metrics {
		l.Metrics = append(l.Metrics, backend.Metric{Metric: m, At: m.Setting.String()})
	}
	return l, nil
}
