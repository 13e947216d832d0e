// Package queue has the flags by which commands reach a queue, and who may be there.
package queue

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/files"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective/remote/jetstream"
	"github.com/spf13/pflag"
	"go.uber.org/zap"
)

// PasswordVariable is the environment's, which no process list shows.
const PasswordVariable = "NASSEARCH_QUEUE_PASSWORD"

// Usual is where a queue is that is served on this machine.
const Usual = "nats://127.0.0.1:4222"

// Flags say where a queue is, and who comes.
type Flags struct{ url, credentials, authority string }

// Names are those of the flags.
func Names() []string { return []string{"queue", "credentials", "tls-ca"} }

// Register declares the flags.
func (q *Flags) Register(f *pflag.FlagSet) {
	f.StringVar(&q.url, "queue", Usual,
		"where the queue is: nats://NAME@HOST:PORT, or tls:// for encryption; several of a cluster with commas")
	f.StringVar(&q.credentials, "credentials", "",
		"file that proves who comes: the secret half of a key (see 'nassearch serve'), or NAME:PASSWORD in a line; else "+
			"the password is "+PasswordVariable+"'s")
	files.Reads(f, "credentials", "seed", "txt")
	f.StringVar(&q.authority, "tls-ca", "",
		"certificates of those who vouch for the queue's (PEM; default: the system's)")
	files.Reads(f, "tls-ca", "pem", "crt")
}

// Address is where the queue is, without a password.
func (q *Flags) Address() string {
	o, _, err := addresses(q.url)
	if err != nil {
		return "?"
	}
	return o.URL
}

// Open connects. The name is told to the server. Given says whether a flag stands on the command line itself, where
// everybody on the machine sees it.
func (q *Flags) Open(
	ctx context.Context, name string, given func(flag string) bool, log *zap.Logger,
) (*jetstream.Transport, error) {
	o, err := q.options(given)
	if err != nil {
		return nil, err
	}
	o.Name, o.Changed = name, func(text string) { log.Warn(text) }
	return open(ctx, o)
}

// Looks reads the flags, and returns what connects for who only asks how it stands, and makes nothing.
func (q *Flags) Looks(name string, given func(flag string) bool) (Connect, error) {
	o, err := q.options(given)
	if err != nil {
		return nil, err
	}
	o.Name, o.Look = name, true
	return func(ctx context.Context) (*jetstream.Transport, error) { return open(ctx, o) }, nil
}

// Anybody returns what connects for who only asks how it stands at an address, without saying who comes: whoever wrote
// the address down may have whatever a stranger has.
func (q *Flags) Anybody(name, address string) Connect {
	return func(ctx context.Context) (*jetstream.Transport, error) {
		o, err := (&Flags{url: address, authority: q.authority}).options(func(string) bool { return false })
		if err != nil {
			return nil, err
		}
		o.Name, o.Look, o.User, o.Password = name, true, "", ""
		t, err := open(ctx, o)
		if err != nil {
			err = fmt.Errorf("%w (a queue that wants to know who comes is named by --queue)", err)
		}
		return t, err
	}
}

// open connects.
func open(ctx context.Context, o jetstream.Options) (*jetstream.Transport, error) {
	t, err := jetstream.Open(ctx, o)
	if _, unsure := errors.AsType[*tls.CertificateVerificationError](err); unsure {
		err = fmt.Errorf("%w (see --tls-ca)", err)
	}
	return t, err
}

// options reads the flags.
func (q *Flags) options(given func(flag string) bool) (o jetstream.Options, err error) {
	o, secret, err := addresses(q.url)
	if err != nil {
		return o, usage.Mark(fmt.Errorf("--queue: %w", err))
	}
	if secret && given("queue") {
		return o, usage.Mark(errors.New("--queue has a password, which everybody on this machine could read: write " +
			"nats://NAME@HOST:PORT, and put the password into " + PasswordVariable + " or a file for --credentials"))
	}
	if o.User != "" && !secret {
		o.Password = os.Getenv(PasswordVariable)
	}
	if q.credentials != "" {
		if err := prove(&o, q.credentials); err != nil {
			return o, fmt.Errorf("--credentials %s: %w", q.credentials, err)
		}
	}
	if q.authority != "" {
		if o.TLS, err = vouched(q.authority); err != nil {
			return o, fmt.Errorf("--tls-ca %s: %w", q.authority, err)
		}
	}
	return o, nil
}

// addresses takes names and passwords out of addresses. Secret says that there was a password.
func addresses(list string) (o jetstream.Options, secret bool, err error) {
	var all []string
	for text := range strings.SplitSeq(list, ",") {
		text = strings.TrimSpace(text)
		if !strings.Contains(text, "://") {
			text = "nats://" + text
		}
		u, err := url.Parse(text)
		if err != nil { // which has the whole address in it
			return o, false, errors.New("want an address such as " + Usual)
		}
		if !known(u.Scheme) || u.Hostname() == "" {
			u.User = nil
			return o, false, fmt.Errorf("%q: want an address such as %s, or one with tls://", u, Usual)
		}
		if u.User != nil {
			password, ok := u.User.Password()
			secret = secret || ok
			o.User, o.Password = cmp.Or(o.User, u.User.Username()), cmp.Or(o.Password, password)
			u.User = nil
		}
		all = append(all, u.String())
	}
	o.URL = strings.Join(all, ",")
	return o, secret, nil
}

// known says whether a scheme is one of NATS.
func known(scheme string) bool { return scheme == "nats" || scheme == "tls" }

// largest is more than any file of credentials needs.
const largest = 1 << 16

// prove reads a file of credentials: the first line that is neither empty nor a comment.
func prove(o *jetstream.Options, path string) error {
	text, err := read(path)
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		name, password, both := strings.Cut(line, ":")
		switch {
		case line == "" || line[0] == '#':
			continue
		case strings.HasPrefix(line, "SU") && !both:
			o.User, o.Password, o.Seed = "", "", line
			return nil
		case both && name != "" && password != "" && !strings.ContainsAny(name, " \t/"):
			o.User, o.Password = name, password
			return nil
		}
		return errors.New("want the secret half of a key, which begins with SU, or NAME:PASSWORD in a line")
	}
	return errors.New("it is empty: want the secret half of a key, or NAME:PASSWORD in a line")
}

// vouched is encryption with a server for which certificates in a file vouch.
func vouched(path string) (*tls.Config, error) {
	text, err := read(path)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, errors.New("it has no certificate: want a PEM file")
	}
	return &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, nil
}

// read reads a small file.
func read(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err == nil && (!info.Mode().IsRegular() || info.Size() > largest) {
		err = errors.New("want a small file")
	}
	if err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}
