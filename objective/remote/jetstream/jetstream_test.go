package jetstream_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/nassearch/nassearch/objective/remote"
	"github.com/nassearch/nassearch/objective/remote/jetstream"
	"github.com/nassearch/nassearch/objective/remote/remotetest"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	nats_jetstream "github.com/nats-io/nats.go/jetstream"
)

func TestAServerInsideKeepsTheContract(t *testing.T) {
	remotetest.Run(t, func(t *testing.T) (one, other remote.Transport) {
		o := jetstream.Options{URL: start(t, server.Options{}).ClientURL(), Wait: remotetest.Wait}
		return open(t, o), open(t, o)
	})
}

// certificate returns one that is good for this machine, and who vouches for it.
func certificate(t testing.TB) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(signed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

// The server has a folder for each test, and is in a process of its own in the tests of faults.
func TestAServerWithTLSAndPasswordsKeepsTheContract(t *testing.T) {
	c, pool := certificate(t)
	remotetest.Run(t, func(t *testing.T) (one, other remote.Transport) {
		s := start(t, server.Options{
			TLSConfig: &tls.Config{Certificates: []tls.Certificate{c}}, TLSTimeout: 60, AuthTimeout: 60,
			Username: "user", Password: "secret",
		})
		o := jetstream.Options{
			URL: s.ClientURL(), Wait: remotetest.Wait, TLS: &tls.Config{RootCAs: pool}, User: "user", Password: "secret",
		}
		return open(t, o), open(t, o)
	})
}

// consumers returns the stream of jobs, to do things to it that are not foreseen.
func consumers(t *testing.T, url string) nats_jetstream.Stream {
	t.Helper()
	c, err := nats.Connect(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	js, err := nats_jetstream.New(c)
	if err != nil {
		t.Fatal(err)
	}
	s, err := js.Stream(t.Context(), "nassearch-jobs")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAConsumerThatIsTakenAwayIsMadeAgain(t *testing.T) {
	o := jetstream.Options{URL: start(t, server.Options{}).ClientURL(), Wait: remotetest.Wait}
	to := open(t, o)
	jobs := consumers(t, o.URL)
	taken := make(chan string)
	for i := range 3 {
		go func() {
			d, err := to.Take(t.Context(), "q")
			for {
				if _, away := errors.AsType[*remote.UnreachableError](err); !away {
					break
				}
				d, err = to.Take(t.Context(), "q")
			}
			if err != nil {
				taken <- err.Error()
				return
			}
			taken <- string(d.Job())
			_ = d.Done(t.Context()) // the next job has another key, as one that was filed just now would not be filed again
		}()
		for deleted := false; !deleted; time.Sleep(time.Millisecond) { // while it waits
			deleted = jobs.DeleteConsumer(t.Context(), "q") == nil
		}
		if err := to.File(t.Context(), "q", fmt.Sprint("key", i), []byte("a")); err != nil {
			t.Fatal(err)
		}
		if got := <-taken; got != "a" {
			t.Fatal(got)
		}
	}
}

// A consumer that delivers nothing though jobs wait, here because somebody let it deliver one at a time to a worker
// that does not come back, is set up as it should be.
func TestAConsumerThatStallsIsSetUpAgain(t *testing.T) {
	o := jetstream.Options{
		URL: start(t, server.Options{}).ClientURL(), Wait: time.Hour, Poll: 200 * time.Millisecond,
	}
	to := open(t, o)
	for _, key := range []string{"a", "b"} {
		if err := to.File(t.Context(), "q", key, []byte(key)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := to.Take(t.Context(), "q"); err != nil {
		t.Fatal(err)
	}
	jobs := consumers(t, o.URL)
	c, err := jobs.Consumer(t.Context(), "q")
	if err != nil {
		t.Fatal(err)
	}
	config := c.CachedInfo().Config
	config.MaxAckPending = 1
	if _, err := jobs.UpdateConsumer(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	d, err := to.Take(t.Context(), "q")
	if err != nil || string(d.Job()) != "b" {
		t.Fatal(err)
	}
	if c, err = jobs.Consumer(t.Context(), "q"); err != nil || c.CachedInfo().Config.MaxAckPending == 1 {
		t.Errorf("%+v, %v", c.CachedInfo().Config, err)
	}
}

func TestWhatIsWrongIsSaid(t *testing.T) {
	c, pool := certificate(t)
	encrypted := start(t, server.Options{
		TLSConfig: &tls.Config{Certificates: []tls.Certificate{c}}, TLSTimeout: 60, Username: "user", Password: "secret",
	}).ClientURL()
	plain := start(t, server.Options{}).ClientURL()
	foreign := start(t, server.Options{}).ClientURL()
	nc, err := nats.Connect(foreign)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	js, err := nats_jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	of := nats_jetstream.StreamConfig{Name: "nassearch-jobs", Subjects: []string{"orders.>"}}
	if _, err := js.CreateStream(t.Context(), of); err != nil {
		t.Fatal(err)
	}
	trusting := &tls.Config{RootCAs: pool}
	for _, wrong := range []struct {
		name string
		o    jetstream.Options
		want string
	}{
		{"no server", jetstream.Options{URL: "nats://127.0.0.1:1"}, "queue nats://127.0.0.1:1: no server answers there"},
		{"no host", jetstream.Options{URL: "nats://no-such-host.invalid:1"}, "is the address right?"},
		{"no address", jetstream.Options{URL: "nats://me:secret@host:port"}, "invalid port"},
		{"no password", jetstream.Options{URL: encrypted, TLS: trusting}, "the server does not know this user"},
		{
			"wrong password", jetstream.Options{URL: encrypted, TLS: trusting, User: "user", Password: "secrets"},
			"the server does not know this user",
		},
		{
			"wrong password in the address",
			jetstream.Options{URL: strings.Replace(encrypted, "//", "//user:secrets@", 1), TLS: trusting},
			"the server does not know this user",
		},
		{"no key", jetstream.Options{URL: plain, Seed: "secret"}, "the seed of the queue's user is none"},
		{
			"unknown authority", jetstream.Options{URL: encrypted, User: "user", Password: "secret", TLS: &tls.Config{}},
			"the server's certificate is not good",
		},
		{
			"another host", jetstream.Options{
				URL: encrypted, User: "user", Password: "secret", TLS: &tls.Config{RootCAs: pool, ServerName: "host"},
			},
			"the server's certificate is not good",
		},
		{"no TLS there", jetstream.Options{URL: plain, TLS: trusting}, "nats:// for one without"},
		{"another program's stream", jetstream.Options{URL: foreign}, "a stream nassearch-jobs which is another program's"},
		{"another prefix", jetstream.Options{URL: foreign, Prefix: "mine"}, ""},
	} {
		t.Run(wrong.name, func(t *testing.T) {
			to, err := jetstream.Open(t.Context(), wrong.o)
			if wrong.want == "" && err == nil {
				_ = to.Close()
				return
			}
			if err == nil || !strings.Contains(err.Error(), wrong.want) || wrong.want == "" {
				t.Errorf("%v, want %s", err, wrong.want)
			}
			if err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("a secret is in %v", err)
			}
		})
	}
}
