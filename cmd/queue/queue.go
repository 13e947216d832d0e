// Package queue has the commands that look at a queue and empty it.
package queue

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/queue"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective/remote"
	"github.com/nassearch/nassearch/objective/remote/jetstream"
	"github.com/nassearch/nassearch/search/report/sheet"
)

// command is what the commands have in common.
type command struct {
	*program.Program
	to     queue.Flags
	source string
}

// Command returns the command, with those below it.
func Command(p *program.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "queue", Short: "Look at a queue, and empty it",
		Example: "  nassearch queue status --queue nats://host:4222\n  nassearch queue purge --queue nats://host:4222",
		Args:    usage.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(statusCommand(p), purgeCommand(p))
	return cmd
}

// register declares the flags of both commands.
func (c *command) register(cmd *cobra.Command) {
	c.to.Register(cmd.Flags())
	cmd.Flags().StringVar(&c.source, "source", "", "only workers of this name, or whose name begins so (default: all)")
	c.Tables.Leave(cmd)
}

// patience is how long a command waits for a queue that does not answer.
const patience = 20 * time.Second

// with connects, and calls a function with what is offered.
func (c *command) with(
	ctx context.Context, open queue.Connect,
	do func(context.Context, *remote.Client, []remote.Offer) error,
) error {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, &lateError{c.to.Address()})
	defer cancel()
	t, err := open(ctx)
	if err != nil {
		return err
	}
	return errors.Join(c.offered(ctx, t, do), t.Close())
}

// lateError is that a queue does not answer for long.
type lateError struct{ at string }

func (e *lateError) Error() string {
	return fmt.Sprintf("queue %s: it has not answered for %v: see whether it is served", e.at, patience)
}

// offered calls a function with what is offered under the name.
func (c *command) offered(
	ctx context.Context, t *jetstream.Transport, do func(context.Context, *remote.Client, []remote.Offer) error,
) error {
	client := &remote.Client{Transport: t}
	all, err := client.Offers(ctx)
	if err != nil {
		return err
	}
	var named []remote.Offer
	for _, o := range all {
		if strings.HasPrefix(o.Queue(), c.source) {
			named = append(named, o)
		}
	}
	if len(named) == 0 && c.source != "" {
		return usage.Mark(fmt.Errorf("--source %q: no worker of that name has ever come to the queue", c.source))
	}
	return do(ctx, client, named)
}

func statusCommand(p *program.Program) *cobra.Command {
	c := &command{Program: p}
	cmd := &cobra.Command{
		Use: "status", Short: "Say who measures, and what waits",
		Long: `status lists the kinds of workers that have ever come to a queue: the jobs that wait and that are being done,
answers that are kept, and the workers that are there, with what they have done.`,
		Example: "  nassearch queue status --queue nats://host:4222\n  nassearch queue status --source live -o json",
		Args:    usage.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			look, err := c.to.Looks("queue", c.Given)
			if err != nil {
				return err
			}
			err = c.with(cmd.Context(), look, c.status)
			if _, absent := errors.AsType[*jetstream.AbsentError](err); absent && c.source == "" {
				return c.standing(nil)
			}
			return err
		},
	}
	c.register(cmd)
	return cmd
}

// status prints how it stands with all that is offered.
func (c *command) status(ctx context.Context, client *remote.Client, offers []remote.Offer) error {
	all, err := queue.Sources(ctx, client, offers)
	if err != nil {
		return err
	}
	return c.standing(all)
}

// standing prints sources.
func (c *command) standing(all sources) error {
	if all == nil {
		all = sources{}
	}
	return c.Out.Print(output.Document{Text: all.text, CSV: all.sheet().CSV, JSON: all})
}

// sources are those of a queue.
type sources []queue.Source

func (all sources) text(w io.Writer) error {
	p := sheet.To(w)
	if len(all) == 0 {
		p.Line("queue", "no worker has ever come (see 'nassearch worker')")
	}
	for _, s := range all {
		p.Line("source", s.Source)
		p.Line("", s.Words())
		p.Line("", s.Jobs())
		for _, of := range s.Workers {
			text := fmt.Sprintf("%s: %d of %d busy, %s done in %v", of.Name, of.Busy, of.Slots,
				numeral.Count(of.Done, "job"), time.Since(of.Since).Round(time.Second))
			if of.Back+of.Lost > 0 {
				text += fmt.Sprintf(", %d handed back, %d given up", of.Back, of.Lost)
			}
			p.Line("worker", text)
		}
		if len(s.Workers) == 0 {
			p.Line("worker", "none is there")
		}
	}
	return p.Err()
}

func (all sources) sheet() *sheet.Sheet {
	s := sheet.New("source", "backend", "waiting", "working", "answers", "workers", "slots", "busy", "done", "handed_back",
		"given_up")
	for _, o := range all {
		s.Add(sheet.Text(o.Source), sheet.Text(o.Backend), sheet.Int(o.Waiting), sheet.Int(o.Working), sheet.Int(o.Answers),
			sheet.Int(len(o.Workers)), sheet.Int(o.Slots), sheet.Int(o.Busy), sheet.Int(o.Done), sheet.Int(o.Back),
			sheet.Int(o.Lost))
	}
	return s
}

func purgeCommand(p *program.Program) *cobra.Command {
	c := &command{Program: p}
	answers := false
	cmd := &cobra.Command{
		Use: "purge", Short: "Take jobs off a queue that nobody does yet",
		Long: `purge takes jobs off a queue which nobody does yet, such as those of a search that was given up. A search that
waits for them files them again. With --answers what has been measured is forgotten, too, and measured anew when
it is asked for; studies and tables keep what they have.`,
		Example: "  nassearch queue purge --queue nats://host:4222 --source live",
		Args:    usage.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			open := func(ctx context.Context) (*jetstream.Transport, error) {
				return c.to.Open(ctx, "queue", c.Given, c.Log)
			}
			return c.with(cmd.Context(), open, func(ctx context.Context, client *remote.Client, offers []remote.Offer) error {
				return c.purge(ctx, client, offers, answers)
			})
		},
	}
	c.register(cmd)
	cmd.Flags().BoolVar(&answers, "answers", false, "forget answers, too")
	return cmd
}

// purged is what was taken off, for programs.
type purged struct {
	Jobs    int `json:"jobs"`
	Answers int `json:"answers"`
}

// purge empties the queues of all that is offered.
func (c *command) purge(ctx context.Context, client *remote.Client, offers []remote.Offer, answers bool) error {
	var all purged
	for _, o := range offers {
		n, err := client.Transport.Purge(ctx, o.Queue())
		all.Jobs += n
		if err == nil && answers {
			n, err = forget(ctx, client.Transport, o.Queue())
			all.Answers += n
		}
		if err != nil {
			return cmp.Or(context.Cause(ctx), err)
		}
	}
	s := sheet.New("jobs", "answers")
	s.Add(sheet.Int(all.Jobs), sheet.Int(all.Answers))
	return c.Out.Print(output.Document{Text: all.text, CSV: s.CSV, JSON: all})
}

// forget removes the answers of a queue.
func forget(ctx context.Context, t remote.Transport, name string) (n int, err error) {
	keys, err := t.Keys(ctx, remote.Answers, name)
	for _, key := range keys {
		if err = t.Forget(ctx, remote.Answers, name+"."+key); err != nil {
			return n, err
		}
		n++
	}
	return n, err
}

func (p purged) text(w io.Writer) error {
	out := sheet.To(w)
	out.Line("purged", numeral.Count(p.Jobs, "job")+" · "+numeral.Count(p.Answers, "answer")+" forgotten")
	return out.Err()
}
