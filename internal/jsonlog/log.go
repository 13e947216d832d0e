package jsonlog

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/gofrs/flock"
)

// syncEvery bounds the time that a line spends in the operating system's cache only. A process that is killed loses
// nothing that was appended; a machine that loses power loses this much.
const syncEvery = time.Second

// Log is a file that is appended to, locked against other processes while it is open.
type Log[H, R any] struct {
	Header H
	// Repaired is the number of bytes of an unfinished last line that were cut off on opening.
	Repaired int

	form   Form[H, R]
	path   string
	file   *os.File
	lock   *flock.Flock
	synced time.Time
	failed error // of the first line that could not be written whole
}

// LockedError says that another process has the log open.
type LockedError struct{ Kind, Path string }

func (e *LockedError) Error() string {
	return fmt.Sprintf("%s %s is being written by another process: wait for it, or name another file", e.Kind, e.Path)
}

// Open opens a log, or makes one with the header. Without a header it takes the one that is there. Take sees the
// records in order; what it returns is damage of the record's line. Errors are a [*LockedError], a [*DamageError], and
// a [*settings.ChangedError] for a log of another header.
func (f Form[H, R]) Open(path string, header *H, take func(H, R) error) (*Log[H, R], error) {
	flag := os.O_RDWR
	if header != nil {
		flag |= os.O_CREATE
	}
	l := &Log[H, R]{form: f, path: path, lock: flock.New(path, flock.SetFlag(flag), flock.SetPermissions(0o644))}
	switch locked, err := l.lock.TryLock(); {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", f.Kind, err)
	case !locked:
		return nil, &LockedError{f.Kind, path}
	}
	if err := l.open(header, take); err != nil {
		return nil, errors.Join(err, l.lock.Unlock())
	}
	return l, nil
}

// open reads the file, mends its end, and leaves it ready to append to.
func (l *Log[H, R]) open(header *H, take func(H, R) error) (err error) {
	if l.file, err = os.OpenFile(l.path, os.O_RDWR, 0); err != nil {
		return fmt.Errorf("%s: %w", l.form.Kind, err)
	}
	h, whole, rest, err := l.form.read(l.path, l.file, header, take)
	if err == nil && rest > 0 {
		err = l.form.wrap(l.path, l.file.Truncate(whole))
	}
	if err == nil {
		_, err = l.file.Seek(whole, io.SeekStart)
	}
	l.Header, l.Repaired = h, rest
	if err == nil && whole == 0 {
		err = l.begin(*header)
	}
	if err != nil {
		return errors.Join(err, l.file.Close())
	}
	return nil
}

// begin writes the first line.
func (l *Log[H, R]) begin(h H) error {
	l.Header = h
	head := headed[H]{l.form.Format, h}
	line, err := encode(l.form.magic(), head, head)
	if err != nil {
		return l.form.wrap(l.path, err)
	}
	return errors.Join(l.write(line), l.sync())
}

// Append writes a record. The disk has it a second later, or when the log is closed. After an error a log takes no more
// records: opened again, it has all that were written before.
func (l *Log[H, R]) Append(r R) error {
	line, err := encode(l.form.magic(), r, l.form.Covered(r))
	if err != nil {
		return l.form.wrap(l.path, err)
	}
	if err := l.write(line); err != nil || time.Since(l.synced) < syncEvery {
		return err
	}
	return l.sync()
}

// write writes one line whole. A line behind one of which a part was written would be damage that nothing mends.
func (l *Log[H, R]) write(line []byte) error {
	if l.failed != nil {
		return l.failed
	}
	if _, err := l.file.Write(append(line, '\n')); err != nil {
		l.failed = fmt.Errorf("%s %s: %w (what is there stays good: make room and continue)", l.form.Kind, l.path, err)
	}
	return l.failed
}

// sync waits until the disk has everything.
func (l *Log[H, R]) sync() error {
	l.synced = time.Now()
	return l.form.wrap(l.path, l.file.Sync())
}

// Close writes everything to the disk and lets other processes at the file.
func (l *Log[H, R]) Close() error { return errors.Join(l.sync(), l.file.Close(), l.lock.Unlock()) }
