package cmd

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
)

// interruptible returns a context that ends at the first interrupt, request to terminate, or end of the terminal,
// unless the process was started to outlive that. The second interrupt ends the process; of a terminal's end there may
// be several words.
func interruptible() (ctx context.Context, stop context.CancelFunc) {
	ctx, first := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, first)
	if signal.Ignored(syscall.SIGHUP) { // by nohup
		return ctx, first
	}
	ctx, second := signal.NotifyContext(ctx, syscall.SIGHUP)
	context.AfterFunc(ctx, first)
	return ctx, func() { second(); first() }
}

// keepWriting makes an error of writing to a pipe that nobody reads, which ends other processes.
func keepWriting() { signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) }

// standardOutput remembers what could not be written.
type standardOutput struct {
	file *os.File
	err  error
}

// errUnread is that nobody reads the output any more.
var errUnread = errors.New("nobody reads the output")

func (o *standardOutput) Write(b []byte) (int, error) {
	n, err := o.file.Write(b)
	if errors.Is(err, syscall.EPIPE) {
		err = errUnread
	}
	if o.err == nil {
		o.err = err
	}
	return n, err
}

// Fd is by which a terminal is known.
func (o *standardOutput) Fd() uintptr { return o.file.Fd() }

// close says what went wrong at any time.
func (o *standardOutput) close() error {
	err := o.file.Close()
	if o.err != nil {
		return o.err
	}
	return err
}
