package census

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/nassearch/nassearch/cmd/internal/elsewhere"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/protocol"
	"github.com/nassearch/nassearch/cmd/internal/queue"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective/live/census"
	"github.com/nassearch/nassearch/objective/remote"
	"github.com/spf13/cobra"
)

// Who measures a table.
const (
	byItself = "live"
	byQueue  = "remote"
)

// atOnce is how many pieces of a census are in a queue: more than there are workers, and few enough to be looked after.
const atOnce = 1024

// distant are the flags of who measures.
type distant struct {
	backend, source string
	reuse           bool
	to              queue.Flags
	client          *remote.Client
	offer           remote.Offer
}

func (d *distant) register(cmd *cobra.Command) {
	usage.Choice(cmd, &d.backend, "backend", []string{byItself, byQueue},
		"who measures: live, this machine, or remote, the workers of a queue that measure live (see 'nassearch worker')")
	f := cmd.Flags()
	d.to.Register(f)
	f.StringVar(&d.source, "source", "", "with --backend remote: which workers to ask, where there are several kinds")
	f.BoolVar(&d.reuse, "reuse", true, "take what others have asked for already; =false has all measured anew")
}

// check returns a mistake for flags of a queue where none is asked.
func (d *distant) check(given func(flag string) bool) error {
	if err := usage.OneOf("backend", d.backend, []string{byItself, byQueue}, " or "); err != nil || d.backend == byQueue {
		return err
	}
	for _, flag := range append(queue.Names(), "source", "reuse") {
		if given(flag) {
			return usage.Mark(fmt.Errorf("--%s has no meaning with --backend live: leave it out, or choose --backend remote",
				flag))
		}
	}
	return nil
}

// begin connects, where others measure, and chooses workers with the kernel that is asked for or that a log was begun
// with, if there is one: the header is then of theirs. It returns what ends the connection.
func (d *distant) begin(
	ctx context.Context, p *program.Program, k protocol.Kernel, begun string, h *census.Header,
) (end func() error, err error) {
	if d.backend == byItself {
		return func() error { return nil }, nil
	}
	t, err := d.to.Open(ctx, "census", p.Given, p.Log)
	if err != nil {
		return nil, err
	}
	d.client = &remote.Client{Transport: t, Fresh: !d.reuse, Missed: queue.Missed(p.Log)}
	if err := d.choose(ctx, p, cmp.Or(begun, k.Asked())); err != nil {
		return nil, errors.Join(err, t.Close())
	}
	queue.Standing(ctx, d.client, d.offer.Queue(), p.Log) // which tells when nobody is there
	h.Kernel = d.offer.Settings["kernel"]
	return t.Close, nil
}

// choose chooses workers with a kernel; empty: any.
func (d *distant) choose(ctx context.Context, p *program.Program, want string) (err error) {
	chooser := queue.Chooser{Client: d.client, Name: d.source, Log: p.Log, Suits: func(o remote.Offer) bool {
		return o.Backend == byItself && (want == "" || o.Settings["kernel"] == want)
	}}
	if d.offer, err = chooser.Wait(ctx); err != nil {
		return err
	}
	if d.offer.Backend != byItself {
		return usage.Mark(fmt.Errorf("the workers of %s do not train by the backend live, as a table takes it",
			d.offer.Queue()))
	}
	if has := d.offer.Settings["kernel"]; want != "" && has != want {
		return fmt.Errorf("the workers of %s have the arithmetic %s, and the table takes %s: start others with --kernel %s",
			d.offer.Queue(), has, want, want)
	}
	return nil
}

// place is where pieces are measured; nowhere if no workers are asked.
func (d *distant) place() queue.Place {
	if d.backend == byItself {
		return queue.Place{}
	}
	return queue.Place{Address: d.to.Address(), Sources: []string{d.offer.Queue()}}
}

// build measures what a log lacks.
func (d *distant) build(
	ctx context.Context, plan census.Plan, log *census.Log, workers int, observe func(census.Progress),
) error {
	if d.backend == byItself {
		return plan.Build(ctx, log, cmp.Or(workers, plan.Lab.Workers()), observe)
	}
	measure, err := elsewhere.Measure(d.client, d.offer.Queue(), log.Header)
	if err != nil {
		return err
	}
	return plan.BuildElsewhere(ctx, log, cmp.Or(workers, atOnce), measure, observe)
}
