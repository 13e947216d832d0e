// Package jsonlog keeps work that takes long in files of JSON lines: a header, and then a line for every piece of work
// that is done. A line that was being written when the process died is cut off; any other damage is an error.
package jsonlog

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/gofrs/flock"
)

// syncEvery bounds the time that a line spends in the operating system's cache only. A process that is killed loses
// nothing that was appended; a machine that loses power loses this much.
const syncEvery = time.Second

// Kind says what a log holds.
type Kind struct {
	Name  string // in messages: "study"
	Magic string // what the first line begins with
}

// Log is a file that is appended to, locked against other processes while it is open.
type Log struct {
	Kind
	// Repaired is the number of bytes of an unfinished last line that were cut off on opening.
	Repaired int

	path   string
	file   *os.File
	lock   *flock.Flock
	synced time.Time
}

// DamageError says which line of a log cannot be read.
type DamageError struct {
	Kind string
	Path string
	Line int // from 1
	Err  error
}

func (e *DamageError) Error() string {
	return fmt.Sprintf("%s %s: line %d: %v", e.Kind, e.Path, e.Line, e.Err)
}

// Unwrap returns what is wrong with the line.
func (e *DamageError) Unwrap() error { return e.Err }

// LockedError says that another process has the log open.
type LockedError struct{ Kind, Path string }

func (e *LockedError) Error() string {
	return fmt.Sprintf("%s %s is being written by another process: wait for it, or name another file", e.Kind, e.Path)
}

// Open opens a log, or makes an empty one, and reads its lines. Errors are a [*LockedError], and a [*DamageError] around
// what read returns of a line, whose number counts from 1.
func Open(kind Kind, path string, read func(n int, line []byte) error) (*Log, error) {
	l := &Log{Kind: kind, path: path, lock: flock.New(path, flock.SetPermissions(0o644))}
	switch locked, err := l.lock.TryLock(); {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", kind.Name, err)
	case !locked:
		return nil, &LockedError{kind.Name, path}
	}
	if err := l.open(read); err != nil {
		return nil, errors.Join(err, l.lock.Unlock())
	}
	return l, nil
}

func (l *Log) open(read func(int, []byte) error) error {
	file, err := os.OpenFile(l.path, os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("%s: %w", l.Name, err)
	}
	l.file = file
	if err := l.read(read); err != nil {
		return errors.Join(err, file.Close())
	}
	return nil
}

// read reads the file, mends its end, and leaves it ready to append to.
func (l *Log) read(read func(int, []byte) error) error {
	whole, rest, err := l.Kind.lines(l.path, l.file, read)
	if err != nil {
		return err
	}
	l.Repaired = rest
	if l.Repaired > 0 {
		if err := l.mend(whole); err != nil {
			return err
		}
	}
	_, err = l.file.Seek(whole, io.SeekStart)
	return l.wrap(err)
}

// Read reads the lines of a log without a lock, also while another process writes it, and changes nothing. An unfinished
// last line is left out. Errors are those of Open.
func Read(kind Kind, path string, read func(n int, line []byte) error) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("%s: %w", kind.Name, err)
	}
	defer file.Close()
	whole, rest, err := kind.lines(path, file, read)
	if err == nil && whole == 0 && rest > 0 {
		return kind.noLog(path)
	}
	return err
}

// lines reads whole lines. It returns how many bytes these are, and how many come after them.
func (k Kind) lines(path string, file io.Reader, read func(int, []byte) error) (whole int64, rest int, err error) {
	in := bufio.NewReader(file)
	for n := 1; ; n++ {
		line, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return whole, len(line), nil
		}
		if err == nil && n == 1 && !bytes.HasPrefix(line, []byte(k.Magic)) {
			return 0, 0, k.noLog(path)
		}
		if err != nil {
			return 0, 0, fmt.Errorf("%s %s: %w", k.Name, path, err)
		}
		if err := read(n, line); err != nil {
			return 0, 0, &DamageError{k.Name, path, n, err}
		}
		whole += int64(len(line))
	}
}

func (k Kind) noLog(path string) error {
	return &DamageError{k.Name, path, 1, fmt.Errorf("this is no %s: name another file", k.Name)}
}

// mend cuts off an unfinished last line. A file that is no log at all is left alone.
func (l *Log) mend(whole int64) error {
	if whole == 0 {
		start := make([]byte, min(l.Repaired, len(l.Magic)))
		if _, err := l.file.ReadAt(start, 0); err != nil {
			return l.wrap(err)
		}
		if !bytes.HasPrefix([]byte(l.Magic), start) {
			return l.noLog(l.path)
		}
	}
	return l.wrap(l.file.Truncate(whole))
}

// Append writes one line whole. The disk has it a second later, or when the log is closed.
func (l *Log) Append(line any) error {
	b, err := json.Marshal(line, json.Deterministic(true))
	if err != nil {
		return l.wrap(err)
	}
	if _, err := l.file.Write(append(b, '\n')); err != nil {
		return fmt.Errorf("%s %s: %w (what is there stays good: make room and continue)", l.Name, l.path, err)
	}
	if time.Since(l.synced) < syncEvery {
		return nil
	}
	return l.Sync()
}

// Sync waits until the disk has everything.
func (l *Log) Sync() error {
	l.synced = time.Now()
	return l.wrap(l.file.Sync())
}

// Close writes everything to the disk and lets other processes at the file.
func (l *Log) Close() error {
	return errors.Join(l.Sync(), l.file.Close(), l.lock.Unlock())
}

func (l *Log) wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s %s: %w", l.Name, l.path, err)
}

// Sum returns the checksum of a line, from which its own sum has been taken out.
func Sum(line any) (string, error) {
	b, err := json.Marshal(line, json.Deterministic(true))
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%08x", crc32.ChecksumIEEE(b)), nil
}

// ErrSum says that a line's checksum is not that of its content.
var ErrSum = errors.New("checksum does not match: the line was changed")
