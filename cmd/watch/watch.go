// Package watch has the command that shows studies in a browser while they run.
package watch

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/nassearch/nassearch/cmd/internal/files"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/queue"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/spf13/cobra"
)

// options are the flags.
type options struct {
	listen, token string
	hosts         []string
	every         time.Duration
	queue         queue.Flags
}

// Command returns the command.
func Command(p *program.Program) *cobra.Command {
	var o options
	cmd := &cobra.Command{
		Use:   "watch STUDY...",
		Short: "Show studies in a browser while they run",
		Long: `watch serves a page that shows the best so far, the front, the trials as they come, failures with their
reasons and when it will be over, and changes by itself. It reads studies, folders of 'compare --out' and censuses of
'table build', while another process writes them or when they are finished; what is not there yet is waited for. Of
another folder it shows all that 'studies' lists, with what is new. Nothing can be changed by the page.

What the workers of a queue measure has the queue and its workers beside it: of the queue that the search asks, as a
stranger sees it, or of --queue, by whoever --credentials or the environment says. Nothing is changed there.

Only this machine is served, unless --listen says otherwise. Then the page takes a token: the address that is printed
has one that is new each time, or that of --token-file. There is no encryption: use a tunnel where others listen. A
browser that names the machine in a way that is not known is refused, since any page on the web can have it do so;
--host names more.`,
		Example: `  nassearch watch run.jsonl
  nassearch watch first.jsonl second.jsonl kept
  nassearch watch runs
  nassearch watch far.jsonl --queue nats://host:4222
  nassearch watch run.jsonl --listen 0.0.0.0:8080 --token-file secret --host lab.example.org`,
		Args: func(cmd *cobra.Command, args []string) error {
			return usage.Args(1, max(1, len(args)), "the files of studies, or folders")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.run(cmd.Context(), p, args, cmd.Flags().Changed("queue"))
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.listen, "listen", "127.0.0.1:8080", "address to serve, as HOST:PORT; port 0 is any that is free")
	f.StringVar(&o.token, "token-file", "", "file with the token that the page takes, one line of 16 characters or more")
	files.Reads(f, "token-file")
	f.StringSliceVar(&o.hosts, "host", nil, "names by which browsers may call this machine, with commas")
	f.DurationVar(&o.every, "every", time.Second, "time between two looks at the files")
	o.queue.Register(f)
	p.Tables.Leave(cmd)
	usage.Without(cmd, "what is found is on the page", "output")
	return cmd
}

// run serves until ctx ends. Named says that a queue is named.
func (o *options) run(ctx context.Context, p *program.Program, paths []string, named bool) error {
	if o.every < 100*time.Millisecond {
		return usage.Mark(fmt.Errorf("--every %v: want at least 100ms", o.every))
	}
	g, err := o.guard()
	if err != nil {
		return err
	}
	q, err := newQueues(&o.queue, named, p.Given)
	if err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", o.listen)
	if err != nil {
		return fmt.Errorf("--listen: %w", err)
	}
	g.within(listener.Addr())
	h, err := newHub(ctx, paths, q, p.Version)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	server := &http.Server{
		Handler: g.over(h.handler()), ReadHeaderTimeout: 10 * time.Second, MaxHeaderBytes: 1 << 16,
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	go h.look(ctx, o.every, func(err error) { p.Log.Warn("the page is not up to date: " + err.Error()) })
	if _, err := fmt.Fprintf(p.Stdout, "watching on %s\n", g.address(listener.Addr())); err != nil {
		return errors.Join(err, server.Close())
	}
	select {
	case err = <-ended:
	case <-ctx.Done():
		stop() // which ends the streams
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		if err = server.Shutdown(last); err != nil {
			err = server.Close()
		}
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}
