// Package serve has the command that keeps a queue for other machines.
package serve

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/nassearch/nassearch/cmd/internal/files"
	"github.com/nassearch/nassearch/cmd/internal/monitor"
	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/internal/exposition"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective/remote/server"
	"github.com/nassearch/nassearch/objective/remote/users"
	"github.com/nassearch/nassearch/search/report/sheet"
)

// options are the command's flags.
type options struct {
	*program.Program
	listen, store, users string
	cert, key            string
	add, credentials     string
	monitor              monitor.Flag
}

// Command returns the command.
func Command(p *program.Program) *cobra.Command {
	o := &options{Program: p}
	cmd := &cobra.Command{
		Use:   "serve --store DIR",
		Short: "Keep a queue, through which other machines measure",
		Long: `serve is a NATS server with JetStream, which keeps in a folder what searches ask for ('nassearch --backend
remote') and what workers have measured ('nassearch worker'). It ends at an interrupt; searches and workers
wait, and go on when it is served again. A NATS cluster of your own does as well.

Whoever reaches the address may file work and take it, unless --users names a file of those who may: clients
file work and read results, workers take work and write results. An address that other machines can reach takes
users. --tls-cert and --tls-key encrypt connections.`,
		Example: `  nassearch serve --store queue
  nassearch serve --users users.txt --add-user client:ann --write-credentials ann.seed
  nassearch serve --users users.txt --add-user worker:gpus
  nassearch serve --listen 0.0.0.0:4222 --store queue --users users.txt
  nassearch serve --listen 0.0.0.0:4222 --store queue --users users.txt \
    --tls-cert cert.pem --tls-key key.pem`,
		Args: usage.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.add != "" {
				return o.addUser()
			}
			return o.serve(cmd.Context())
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.listen, "listen", "127.0.0.1:4222", "address to listen on; port 0 is one that is free")
	f.StringVar(&o.store, "store", "", "folder that keeps the queue")
	files.Fills(f, "store")
	f.StringVar(&o.users, "users", "", "file of those who may connect")
	files.Continues(f, "users", "txt")
	f.StringVar(&o.cert, "tls-cert", "", "certificate of this machine, with those that vouch for it (PEM)")
	files.Reads(f, "tls-cert", "pem", "crt")
	f.StringVar(&o.key, "tls-key", "", "its private key (PEM)")
	files.Reads(f, "tls-key", "pem", "key")
	f.StringVar(&o.add, "add-user", "", "add one to the file of users as client:NAME or worker:NAME, and end: with a "+
		"password, which is asked for or read from NASSEARCH_QUEUE_PASSWORD, or with a key")
	f.StringVar(&o.credentials, "write-credentials", "",
		"with --add-user: make a pair of keys, and write its secret half into this file, for --credentials")
	files.Writes(f, "write-credentials", "seed")
	o.monitor.Register(f)
	p.Tables.Leave(cmd)
	return cmd
}

// serve keeps the queue until the context ends.
func (o *options) serve(ctx context.Context) (err error) {
	settings, err := o.settings()
	if err != nil {
		return err
	}
	s, err := server.Start(settings)
	if open, ok := errors.AsType[*server.OpenError](err); ok {
		return usage.Mark(fmt.Errorf("--listen %w: see --users", open))
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	end, err := o.monitor.Start(o.Log, func(ctx context.Context) []exposition.Family {
		return monitor.Queues(ctx, s.Queue())
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, end()) }()
	if len(settings.Users) > 0 && settings.TLS == nil && !settings.Loopback() {
		o.Log.Warn("connections are not encrypted: whoever is on their way reads passwords and results (see --tls-cert)")
	}
	if err := o.tell(s.URL(), settings); err != nil {
		return err
	}
	err = s.Wait(ctx)
	o.Log.Info("the queue is closed")
	return err
}

// settings reads the flags.
func (o *options) settings() (s server.Options, err error) {
	s = server.Options{Listen: o.listen, Store: o.store, Warn: func(text string) { o.Log.Warn(text) }}
	switch {
	case o.store == "":
		err = errors.New("--store: name a folder that keeps the queue")
	case o.credentials != "":
		err = errors.New("--write-credentials has no meaning without --add-user")
	case (o.cert == "") != (o.key == ""):
		err = errors.New("--tls-cert and --tls-key belong together: name both")
	}
	if err != nil {
		return s, usage.Mark(err)
	}
	if err := s.Check(); err != nil {
		return s, usage.Mark(fmt.Errorf("--listen: %w", err))
	}
	if o.users != "" {
		if s.Users, err = users.Read(o.users); err != nil {
			return s, err
		}
	}
	if o.cert != "" {
		pair, err := tls.LoadX509KeyPair(o.cert, o.key)
		if err != nil {
			return s, fmt.Errorf("--tls-cert %s --tls-key %s: %w", o.cert, o.key, err)
		}
		s.TLS = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	}
	return s, nil
}

// served is the queue, for programs.
type served struct {
	URL     string `json:"url"`
	Store   string `json:"store"`
	Clients int    `json:"clients"` // who may connect; both 0: everybody
	Workers int    `json:"workers"`
	TLS     bool   `json:"tls"`
}

// tell says where the queue is.
func (o *options) tell(url string, s server.Options) error {
	q := served{URL: url, Store: o.store, TLS: s.TLS != nil}
	for _, u := range s.Users {
		if u.Role == users.Client {
			q.Clients++
		} else {
			q.Workers++
		}
	}
	return o.Out.Print(output.Document{Text: q.text, CSV: q.sheet().CSV, JSON: q, Line: true})
}

func (q served) text(w io.Writer) error {
	who := "anybody on this machine"
	if q.Clients+q.Workers > 0 {
		who = numeral.Count(q.Clients, "client") + " and " + numeral.Count(q.Workers, "worker") + " by name"
	}
	if q.TLS {
		who += " · encrypted"
	}
	p := sheet.To(w)
	p.Line("queue", q.URL+" · "+who)
	p.Line("store", q.Store)
	return p.Err()
}

func (q served) sheet() *sheet.Sheet {
	s := sheet.New("url", "store", "clients", "workers", "tls")
	s.Add(sheet.Text(q.URL), sheet.Text(q.Store), sheet.Int(q.Clients), sheet.Int(q.Workers),
		sheet.Text(fmt.Sprint(q.TLS)))
	return s
}
