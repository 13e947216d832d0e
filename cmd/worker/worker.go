// Package worker has the command that measures what searches on other machines ask for.
package worker

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.uber.org/zap"

	"github.com/nassearch/nassearch/cmd/internal/backends"
	"github.com/nassearch/nassearch/cmd/internal/elsewhere"
	"github.com/nassearch/nassearch/cmd/internal/monitor"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/queue"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/internal/exposition"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective/remote"
)

// command is what the flags and the program give to a worker.
type command struct {
	*program.Program
	here    *backends.Choice
	to      queue.Flags
	workers int
	idle    time.Duration
	monitor monitor.Flag
}

// Command returns the command.
func Command(p *program.Program) (*cobra.Command, error) {
	c := &command{Program: p, here: p.Backends.Here()}
	cmd := &cobra.Command{
		Use:   "worker --queue URL",
		Short: "Measure what searches on other machines ask for",
		Long: `worker connects to a queue ('nassearch serve', or NATS JetStream of your own) and measures what searches ask
for ('nassearch --backend remote'), by the backend and the settings that it is started with: start it on every
machine alike. It measures any objective that the backend has, so that --objective and --eps are for searches to
say. Workers with other settings, or another processor's arithmetic, make another source, which searches choose by
--source.

It works until an interrupt, and then hands back what is not done. When it dies another worker has its work after a
while; when the queue is away it waits.`,
		Example: `  nassearch worker --queue nats://host:4222 --backend live --preset micro
  nassearch worker --queue tls://host:4222 --tls-ca ca.pem --credentials gpus.seed --backend live \
    --preset cifar10-small --dataset cifar10:data_batch_1.bin,test_batch.bin --idle 10m
  nassearch worker --queue nats://gpus@host:4222 --backend table --data robustness-data`,
		Args: usage.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return c.run(cmd.Context()) },
	}
	f := cmd.Flags()
	c.to.Register(f)
	f.IntVar(&c.workers, "workers", 0,
		"architectures measured at the same time (default: one a core, or fewer for large networks)")
	f.DurationVar(&c.idle, "idle", 0, "end when there has been nothing to do for so long, such as 10m (default: never)")
	c.monitor.Register(f)
	c.here.Register(cmd, "who measures: "+c.here.Abouts())
	return cmd, c.here.AddFlags(cmd, pflag.NewFlagSet("", pflag.ContinueOnError))
}

// check checks what can be checked without a queue.
func (c *command) check() error {
	err := usage.AtLeast("workers", c.workers, 0)
	if err == nil && c.idle < 0 {
		err = usage.Mark(fmt.Errorf("--idle %v: want a time such as 10m", c.idle))
	}
	if err == nil && c.Given("final-test") {
		err = usage.Mark(errors.New("--final-test has no meaning with a worker: it is for who searches"))
	}
	return err
}

// run works until the context ends, or there has been nothing to do for a while.
func (c *command) run(ctx context.Context) (err error) {
	b, err := c.here.Chosen(c.Env)
	if err = cmp.Or(err, c.check()); err != nil {
		return err
	}
	measuring := &measuring{backend: b, log: c.Log, dataset: c.Tables.Dataset}
	defer func() { err = errors.Join(err, measuring.close()) }()
	offer, workers, err := measuring.offer(ctx)
	if err != nil {
		return err
	}
	name := named()
	t, err := c.to.Open(ctx, name, c.Given, c.Log)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	at := newJournal(c.Log)
	w := &remote.Worker{
		Transport: t, Name: name, Slots: cmp.Or(c.workers, workers, runtime.GOMAXPROCS(0)), Observe: at.observe,
	}
	if b.Name == "live" {
		w.Kinds = elsewhere.Pieces(c.Tables.Dataset, c.Known)
	}
	end, err := c.monitor.Start(c.Log, func(context.Context) []exposition.Family { return at.families(w.Presence()) })
	if err != nil {
		return errors.Join(err, t.Close())
	}
	if c.idle > 0 {
		go at.watch(ctx, c.idle, w.Presence, stop)
	}
	c.Log.Info("working", zap.String("queue", c.to.Address()), zap.String("source", offer.Queue()),
		zap.String("measures", offer.Name), zap.Int("at_once", w.Slots))
	err = remote.Serve(ctx, w, offer, measuring.measure)
	did := w.Presence()
	c.Log.Info("the worker has ended", zap.String("did", numeral.Count(did.Done, "job")), zap.Int("handed_back", did.Back))
	return errors.Join(err, end(), t.Close())
}

// named is a name unlike that of any other worker.
func named() string {
	host, _ := os.Hostname()
	host = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, host)
	return fmt.Sprintf("%s-%d-%s", cmp.Or(host, "worker"), os.Getpid(), rand.Text()[:6])
}
