package jsonlog

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/nassearch/nassearch/internal/filelock"
	"github.com/nassearch/nassearch/internal/plainfile"
)

// syncEvery bounds the time that a line spends in the operating system's cache only. A process that is killed loses
// nothing that was appended; a machine that loses power loses this much.
const syncEvery = time.Second

// Log is a file that is appended to, locked against other processes while it is open.
type Log[H, R any] struct {
	State[H]

	form   Form[H, R]
	path   string
	file   *os.File
	chain  chain
	bare   bool // it holds no record
	synced time.Time
	failed error // of the first line that could not be written whole
}

// LockedError says that another process has the log open.
type LockedError struct{ Kind, Path string }

func (e *LockedError) Error() string {
	return fmt.Sprintf("%s %s is being written by another process: wait for it, or name another file", e.Kind, e.Path)
}

// Open opens a log, or makes one with the header. Without a header it takes the one that is there. Take sees the
// records in order; what it returns is damage of the record's line. Errors are a [*LockedError], a [*DamageError], a
// [*plainfile.KindError] for what is no file, and a [*settings.ChangedError] for a log of another header, unless that
// is slight: such a log is closed again, or renewed before anything is appended.
func (f Form[H, R]) Open(path string, header *H, take func(H, R) error) (*Log[H, R], error) {
	flag := os.O_RDWR
	if header != nil {
		flag |= os.O_CREATE
	}
	file, err := plainfile.Open(path, flag, 0o644)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Kind, err)
	}
	l := &Log[H, R]{form: f, path: path, file: file}
	switch locked, err := filelock.Try(file); {
	case err != nil:
		return nil, errors.Join(fmt.Errorf("%s: %w", f.Kind, err), file.Close())
	case !locked:
		return nil, errors.Join(&LockedError{f.Kind, path}, file.Close())
	}
	if err := l.open(header, take); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return l, nil
}

// open reads the file, mends its end, and leaves it ready to append to.
func (l *Log[H, R]) open(header *H, take func(H, R) error) error {
	r := reader[H, R]{Form: l.form, path: l.path, in: bufio.NewReader(l.file)}
	if err := r.read(header, take); err != nil {
		return err
	}
	l.State, l.chain, l.bare = r.State, r.chain, r.line <= 1
	if r.Repaired > 0 {
		if err := l.file.Truncate(r.whole); err != nil {
			return l.form.wrap(l.path, err)
		}
	}
	if _, err := l.file.Seek(r.whole, io.SeekStart); err != nil {
		return l.form.wrap(l.path, err)
	}
	if r.whole == 0 {
		return l.head(*header)
	}
	return nil
}

// Renew gives the log another header, of which no record that is there follows: one without records begins anew, in
// another the new one stands behind them.
func (l *Log[H, R]) Renew(h H) error {
	if l.bare {
		l.chain = chain{}
		_, err := l.file.Seek(0, io.SeekStart)
		if err := errors.Join(l.file.Truncate(0), err); err != nil {
			return l.form.wrap(l.path, err)
		}
	}
	return l.head(h)
}

// head writes a header.
func (l *Log[H, R]) head(h H) error {
	l.Header = h
	head := headed[H]{format, h}
	line, sum, err := encode(l.form.magic(), head, head, &l.chain)
	if err != nil {
		return l.form.wrap(l.path, err)
	}
	return errors.Join(l.write(line, sum), l.sync())
}

// Append writes a record. The disk has it a second later, or when the log is closed. After an error a log takes no more
// records: opened again, it has all that were written before.
func (l *Log[H, R]) Append(r R) error {
	line, sum, err := encode(l.form.magic(), r, l.form.Covered(r), &l.chain)
	if err != nil {
		return l.form.wrap(l.path, err)
	}
	if err := l.write(line, sum); err != nil || time.Since(l.synced) < syncEvery {
		return err
	}
	return l.sync()
}

// write writes one line whole, and hangs it on the chain. A line behind one of which a part was written would be damage
// that nothing mends.
func (l *Log[H, R]) write(line []byte, sum string) error {
	if l.failed != nil {
		return l.failed
	}
	if _, err := l.file.Write(line); err != nil {
		l.failed = fmt.Errorf("%s %s: %w (what is there stays good: make room and continue)", l.form.Kind, l.path, err)
		return l.failed
	}
	l.chain.sum = sum
	return nil
}

// sync waits until the disk has everything.
func (l *Log[H, R]) sync() error {
	l.synced = time.Now()
	return l.form.wrap(l.path, l.file.Sync())
}

// Close writes everything to the disk and lets other processes at the file.
func (l *Log[H, R]) Close() error { return errors.Join(l.sync(), l.file.Close()) }
