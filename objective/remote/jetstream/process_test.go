//go:build unix

package jetstream_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/remote"
	"github.com/nassearch/nassearch/objective/remote/jetstream"
	"github.com/nassearch/nassearch/objective/remote/remotetest"
	"github.com/nats-io/nats-server/v2/server"
)

// TestMain is a server and a worker, too, in processes of their own, by the name that stands first.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 {
		if role, ok := roles[os.Args[1]]; ok {
			if err := role(os.Args[2:]); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
			os.Exit(0)
		}
	}
	flag.Parse()
	if err := flag.Set("test.parallel", "6"); err != nil { // what waits most of the time
		panic(err)
	}
	os.Exit(m.Run())
}

var roles = map[string]func(args []string) error{"a-server": beServer, "a-worker": beWorker}

// signalled ends at SIGTERM.
func signalled() (context.Context, context.CancelFunc) {
	return signal.NotifyContext(context.Background(), syscall.SIGTERM)
}

// beServer serves a folder at an address.
func beServer(args []string) error {
	ctx, stop := signalled()
	defer stop()
	host, port, err := net.SplitHostPort(args[0])
	if err != nil {
		return err
	}
	o := server.Options{Host: host, NoSigs: true, JetStream: true, SyncAlways: true, StoreDir: args[1]}
	if _, err := fmt.Sscan(port, &o.Port); err != nil {
		return err
	}
	s, err := server.NewServer(&o)
	if err != nil {
		return err
	}
	s.Start()
	<-ctx.Done()
	s.Shutdown()
	s.WaitForShutdown()
	return nil
}

// patience is how long workers may give no sign of life.
const patience = 2 * time.Second

// beWorker serves what is asked at an address by arithmetic of a kernel, and logs what it measures.
func beWorker(args []string) error {
	ctx, stop := signalled()
	defer stop()
	url, path, kernel := args[0], args[1], args[2]
	log, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	go awake(ctx, log)
	t, err := jetstream.Open(ctx, jetstream.Options{URL: url, Wait: patience})
	if err != nil {
		return err
	}
	s := &remotetest.Synthetic{
		Kernel: kernel, Delay: 30 * time.Millisecond, Long: patience * 5 / 4,
		Asked: func(q objective.Request) { fmt.Fprintf(log, "%s %v %d\n", q.Arch, q.Fidelity, q.Seed) },
	}
	w := &remote.Worker{Transport: t, Name: fmt.Sprint(os.Getpid())}
	return errors.Join(remote.Serve(ctx, w, s.Offer(), s.Measure), t.Close())
}

// asleep is what a worker logs that the machine has not let run for so long that it may have been taken for dead.
const asleep = "asleep"

func awake(ctx context.Context, log *os.File) {
	for ctx.Err() == nil {
		last := time.Now()
		time.Sleep(patience / 20)
		if time.Since(last) > patience/2 {
			fmt.Fprintln(log, asleep)
		}
	}
}

// process is one that a test has started.
type process struct {
	t   testing.TB
	cmd *exec.Cmd
}

func run(t testing.TB, args ...string) *process {
	t.Helper()
	p := &process{t, exec.Command(os.Args[0], args...)}
	var said strings.Builder
	p.cmd.Stderr = &said
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.kill()
		if t.Failed() && said.Len() > 0 {
			t.Logf("%v said:\n%s", args, said.String())
		}
	})
	return p
}

func (p *process) signal(s os.Signal) {
	if err := p.cmd.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		p.t.Error(err)
	}
}

// kill ends the process as kill -9 does.
func (p *process) kill() {
	p.signal(syscall.SIGKILL)
	_ = p.cmd.Wait() // which says that it was killed
}

// end ends the process as it should be.
func (p *process) end() {
	p.signal(syscall.SIGTERM)
	if err := p.cmd.Wait(); err != nil {
		p.t.Errorf("ending %v: %v", p.cmd.Args[1:], err)
	}
}

// queue is a server in a process of its own.
type queue struct {
	t       testing.TB
	address string
	store   string
	*process
}

func serve(t testing.TB) *queue {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0") // a port that is free, which the server keeps when it is started again
	if err != nil {
		t.Fatal(err)
	}
	q := &queue{t: t, address: l.Addr().String(), store: t.TempDir()}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	q.start()
	return q
}

func (q *queue) start() {
	q.process = run(q.t, "a-server", q.address, q.store)
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		c, err := net.Dial("tcp", q.address)
		if err == nil {
			_ = c.Close()
			return
		}
		if time.Now().After(deadline) {
			q.t.Fatal(err)
		}
	}
}

// line is the way to a queue, which can be cut.
type line struct {
	net.Listener
	to string

	mu    sync.Mutex
	is    bool // cut
	conns []net.Conn
}

// lay lays a line to an address.
func lay(t testing.TB, to string) *line {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &line{Listener: listener, to: to}
	t.Cleanup(func() {
		l.cut()
		_ = l.Close()
	})
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			l.join(c)
		}
	}()
	return l
}

// url is where the line begins.
func (l *line) url() string { return "nats://" + l.Addr().String() }

// join connects who has come with the other end.
func (l *line) join(c net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	other, err := net.Dial("tcp", l.to)
	if err != nil || l.is {
		_ = c.Close()
		if err == nil {
			_ = other.Close()
		}
		return
	}
	l.conns = append(l.conns, c, other)
	for _, pair := range [][2]net.Conn{{c, other}, {other, c}} {
		go func() {
			_, _ = pair[0].(*net.TCPConn).WriteTo(pair[1])
			_ = pair[0].Close()
			_ = pair[1].Close()
		}()
	}
}

// cut ends all that goes over the line, and lets nothing through.
func (l *line) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.is = true
	for _, c := range l.conns {
		_ = c.Close()
	}
	l.conns = nil
}

// mend lets things through again.
func (l *line) mend() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.is = false
}

// logged counts what workers have measured by their logs in a folder, and how often one was asleep.
func logged(t testing.TB, folder string) (asked map[string]int, slept int) {
	t.Helper()
	logs, err := filepath.Glob(filepath.Join(folder, "*.log"))
	if err != nil {
		t.Fatal(err)
	}
	asked = map[string]int{}
	for _, path := range logs {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if line == asleep+"\n" {
				slept++
			} else {
				asked[line]++
			}
		}
	}
	return asked, slept
}
