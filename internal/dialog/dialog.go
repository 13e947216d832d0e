// Package dialog talks to another program in lines, on its standard input and output, and sees to it that nothing of
// the program is left when the talk is over.
package dialog

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"

	"github.com/nassearch/nassearch/internal/procgroup"
)

// usualGrace is the time a program has to end by itself after its standard input is closed.
const usualGrace = 2 * time.Second

// Config says what to talk to.
type Config struct {
	Command []string          // the program and its arguments
	Longest int               // bytes of a line that is taken from the program
	Say     func(line string) // takes what it writes to standard error, a line at a time
	Env     []string          // NAME=value beside the environment of this process
	Grace   time.Duration     // to end by itself after its standard input is closed; 0: two seconds
}

// Program is one that runs. It is talked to by one goroutine at a time.
type Program struct {
	group   *procgroup.Program
	grace   time.Duration
	in      *os.File // its standard input
	out     *os.File // its standard output
	errors  *said
	writing chan []byte
	wrote   chan error
	lines   chan []byte
	failed  error // of reading lines; set before lines is closed
	over    chan struct{}
	stayed  bool // it did not end by itself; set before close returns
	close   func()
}

// Start starts a program, in a process group of its own, which no signal of a terminal reaches. It ends at
// [Program.Close], and where this process is killed; see [procgroup.Start].
func Start(c Config) (*Program, error) {
	theirs, in, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	out, answers, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, theirs.Close(), in.Close())
	}
	p := &Program{
		grace: cmp.Or(c.Grace, usualGrace), in: in, out: out, errors: &said{tell: c.Say},
		writing: make(chan []byte), wrote: make(chan error, 1), lines: make(chan []byte), over: make(chan struct{}),
	}
	p.close = sync.OnceFunc(p.end)
	cmd := exec.Command(c.Command[0], c.Command[1:]...)
	cmd.Env = append(cmd.Environ(), c.Env...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = theirs, answers, p.errors
	cmd.WaitDelay = usualGrace // for whoever left the group with standard error
	p.group, err = procgroup.Start(cmd)
	err = errors.Join(err, theirs.Close(), answers.Close())
	if err != nil {
		return nil, errors.Join(err, in.Close(), out.Close())
	}
	go p.write()
	go p.read(c.Longest)
	return p, nil
}

func (p *Program) write() {
	for {
		select {
		case line := <-p.writing:
			_, err := p.in.Write(line)
			p.wrote <- err
		case <-p.over:
			return
		}
	}
}

func (p *Program) read(longest int) {
	defer close(p.lines)
	lines := bufio.NewScanner(p.out)
	lines.Buffer(make([]byte, 0, min(64<<10, longest)), longest)
	for lines.Scan() {
		select {
		case p.lines <- append([]byte(nil), lines.Bytes()...):
		case <-p.over:
			return
		}
	}
	if p.failed = lines.Err(); errors.Is(p.failed, bufio.ErrTooLong) {
		p.failed = fmt.Errorf("it writes a line of more than %d bytes", longest)
	}
}

// Send gives the program a line, which ends with a line feed. After an error nothing more can be said.
func (p *Program) Send(ctx context.Context, line []byte) error {
	select {
	case p.writing <- line:
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-p.over:
		return os.ErrClosed
	}
	select {
	case err := <-p.wrote:
		if err != nil {
			return p.ended("input")
		}
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Receive returns the program's next line.
func (p *Program) Receive(ctx context.Context) ([]byte, error) {
	select {
	case line, ok := <-p.lines:
		switch {
		case ok:
			return line, nil
		case p.failed != nil:
			return nil, p.failed
		}
		return nil, p.ended("output")
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// ended says how a program ended that should not have, or that it is still there and has closed its standard input or
// output.
func (p *Program) ended(closed string) error {
	p.Close()
	how := fmt.Sprintf("it ended (%s)", p.group.State())
	if p.stayed {
		how = "it closed its standard " + closed + " and went on"
	}
	if last := p.errors.last(); last != "" {
		return fmt.Errorf("%s after it had said %q", how, last)
	}
	return errors.New(how + " without a word on standard error")
}

// Stop asks the program and all of its group to end, if it is not closed, and then is [Program.Close].
func (p *Program) Stop() {
	select {
	case <-p.over:
	default:
		p.group.Terminate()
	}
	p.Close()
}

// Close ends the program: by closing its standard input and, where that is not enough, by force, with all that it has
// started in its group. It may be called again.
func (p *Program) Close() { p.close() }

func (p *Program) end() {
	close(p.over)
	_ = p.in.Close() // it may have ended before
	silent := make(chan struct{})
	go func() {
		for range p.lines { // what it still says to nobody
		}
		_, _ = io.Copy(io.Discard, p.out)
		close(silent)
	}()
	select {
	case <-silent: // it ends: its own state is what should be told
		p.group.Reap()
		select {
		case <-p.group.Gone():
		case <-time.After(p.grace):
			p.stayed = true
		}
		p.group.End()
	case <-time.After(p.grace):
		p.stayed = true
		p.group.Purge()
		p.group.Reap()
	}
	<-p.group.Gone()
	p.errors.flush()
	_ = p.out.Close()
}
