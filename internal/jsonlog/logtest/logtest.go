// Package logtest checks that what keeps its work in a log keeps the promises of jsonlog, whatever it puts around it.
package logtest

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/nassearch/nassearch/internal/jsonlog"
	"github.com/nassearch/nassearch/internal/settings"
	"pgregory.net/rapid"
)

// Log is a log that is open.
type Log[R any] struct {
	Records  []R // that were there
	Repaired int // bytes that were cut off
	Append   func(R) error
	Close    func() error
}

// Subject is a kind of log.
type Subject[R any] struct {
	Open    func(path string) (Log[R], error) // also makes it
	Other   func(path string) error           // opens it with other settings
	Read    func(path string) ([]R, error)    // without a lock; nil if there is no such way
	Records []R                               // some, in the order in which they are found again
	Same    func(a, b R) bool                 // in all that a checksum covers
}

// Run tests the log.
func Run[R any](t *testing.T, s Subject[R]) {
	t.Run("continues what was closed", s.continues)
	t.Run("cuts off an unfinished last line", s.cutsOff)
	t.Run("notices damage", s.noticesDamage)
	t.Run("keeps lines in their places", s.keepsPlaces)
	t.Run("leaves other files alone", s.leavesOthers)
	t.Run("refuses other settings", s.refusesSettings)
	t.Run("is open once", s.opensOnce)
	if s.Read != nil {
		t.Run("is read while it is written", s.readsWhileWritten)
	}
}

// keep opens a log that should have so many records already, keeps those up to another number, and closes it. It
// returns how many bytes were cut off on opening.
func (s Subject[R]) keep(t rapid.TB, path string, there, until int) (repaired int) {
	t.Helper()
	l, err := s.Open(path)
	if err != nil {
		t.Fatalf("opened with %d records: %v", there, err)
	}
	s.check(t, l.Records, there)
	for _, r := range s.Records[there:until] {
		if err := l.Append(r); err != nil {
			t.Fatalf("append: %v", err)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatalf("close: %v", err)
	}
	return l.Repaired
}

// check fails unless these are the first records.
func (s Subject[R]) check(t rapid.TB, got []R, n int) {
	t.Helper()
	if !slices.EqualFunc(got, s.Records[:n], s.Same) {
		t.Fatalf("found %+v, want %+v", got, s.Records[:n])
	}
}

// newPath has the name that comparisons give their log.
func newPath(t *testing.T) string { return filepath.Join(t.TempDir(), "runs.jsonl") }

// whole returns the path of a new log, and what a log of all records holds.
func (s Subject[R]) whole(t *testing.T) (path string, content []byte) {
	t.Helper()
	path = newPath(t)
	s.keep(t, path, 0, len(s.Records))
	return path, read(t, path)
}

func read(t rapid.TB, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return content
}

func write(t rapid.TB, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatalf("%v", err)
	}
}

func (s Subject[R]) continues(t *testing.T) {
	_, want := s.whole(t)
	for half := range len(s.Records) + 1 {
		path := newPath(t)
		s.keep(t, path, 0, half)
		s.keep(t, path, half, len(s.Records))
		if got := read(t, path); s.keep(t, path, len(s.Records), len(s.Records)) != 0 || !bytes.Equal(got, want) {
			t.Errorf("continued after %d records, it became\n%s", half, got)
		}
	}
}

// cutsOff ends the file at any byte, as the death of a process does, and continues it to the same file.
func (s Subject[R]) cutsOff(t *testing.T) {
	path, whole := s.whole(t)
	rapid.Check(t, func(t *rapid.T) {
		cut := rapid.IntRange(0, len(whole)).Draw(t, "cut")
		left := whole[:cut]
		write(t, path, left)
		there := max(0, bytes.Count(left, []byte("\n"))-1)
		if n, want := s.keep(t, path, there, len(s.Records)), len(left)-1-bytes.LastIndexByte(left, '\n'); n != want {
			t.Errorf("%d bytes were cut off, want %d", n, want)
		}
		if got := read(t, path); !bytes.Equal(got, whole) {
			t.Errorf("it became\n%s", got)
		}
	})
}

// noticesDamage changes a byte, takes one away or puts one in.
func (s Subject[R]) noticesDamage(t *testing.T) {
	path, whole := s.whole(t)
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.IntRange(0, len(whole)-1).Draw(t, "at")
		likely := rapid.SampledFrom([][]byte{{}, []byte("\n"), []byte(" "), []byte("0"), {whole[at], '1'}})
		put := rapid.OneOf(likely, rapid.SliceOfN(rapid.Byte(), 1, 2)).Draw(t, "put")
		line := 1 + bytes.Count(whole[:at], []byte("\n"))
		damaged := slices.Concat(whole[:at], put, whole[at+1:])
		write(t, path, damaged)
		l, err := s.Open(path)
		var damage *jsonlog.DamageError
		switch {
		case err == nil && l.Repaired == 0:
			s.check(t, l.Records, len(s.Records)) // nothing that counts was changed
		case err == nil && at == len(whole)-1:
			s.check(t, l.Records, max(len(l.Records), len(s.Records)-1)) // the last line was unfinished
		case !errors.As(err, &damage):
			t.Fatalf("%d bytes cut off, error %v, want damage", l.Repaired, err)
		case damage.Line < line || damage.Line > line+bytes.Count(put, []byte("\n")) || damage.Path != path:
			t.Errorf("damage in line %d of %s: %v", damage.Line, damage.Path, err)
		case !bytes.Equal(read(t, path), damaged):
			t.Errorf("the file was changed")
		}
		if err == nil {
			if err := l.Close(); err != nil {
				t.Fatalf("close: %v", err)
			}
		}
	})
}

// keepsPlaces takes whole lines away, doubles and exchanges them, and brings them from another log. Each is noticed at
// that line or, where what is left might have been written so, at the next.
func (s Subject[R]) keepsPlaces(t *testing.T) {
	path, whole := s.whole(t)
	lines := bytes.SplitAfter(bytes.TrimSuffix(whole, []byte("\n")), []byte("\n"))
	lines[len(lines)-1] = append(slices.Clone(lines[len(lines)-1]), '\n')
	reversed := s
	reversed.Records = slices.Clone(s.Records)
	slices.Reverse(reversed.Records)
	others := bytes.SplitAfter(reversed.written(t), []byte("\n"))
	refuse := func(what string, at int, changed ...[]byte) {
		t.Helper()
		text := bytes.Join(changed, nil)
		write(t, path, text)
		_, err := s.Open(path)
		damage, ok := errors.AsType[*jsonlog.DamageError](err)
		if !ok || damage.Line < at || damage.Line > at+1 || !bytes.Equal(read(t, path), text) {
			t.Errorf("%s: error %v, want one of line %d", what, err, at)
		}
	}
	for i := 1; i < len(lines); i++ {
		refuse("doubled", i+2, slices.Concat(lines[:i+1], lines[i:])...)
		for j := i + 1; j < len(lines); j++ {
			refuse("taken away", i+1, slices.Concat(lines[:i], lines[j:])...)
			refuse("repeated behind another", j+2, slices.Concat(lines[:j+1], lines[i:i+1], lines[j+1:])...)
			swapped := slices.Clone(lines)
			swapped[i], swapped[j] = lines[j], lines[i]
			refuse("exchanged", i+1, swapped...)
			refuse("from another log", i+1, slices.Concat(lines[:i], others[i:i+1], lines[i+1:])...)
		}
	}
}

// written is what a log of all records holds, in their order.
func (s Subject[R]) written(t *testing.T) []byte {
	t.Helper()
	path := newPath(t)
	l, err := s.Open(path)
	for _, r := range s.Records {
		err = errors.Join(err, l.Append(r))
	}
	if err := errors.Join(err, l.Close()); err != nil {
		t.Fatal(err)
	}
	return read(t, path)
}

func (s Subject[R]) leavesOthers(t *testing.T) {
	path := newPath(t)
	for _, other := range []string{"hello", "a,b\n1,2\n", "{\"name\":1}\n", "\n", "{}"} {
		write(t, path, []byte(other))
		_, err := s.Open(path)
		damage, ok := errors.AsType[*jsonlog.DamageError](err)
		if !ok || damage.Line != 1 || string(read(t, path)) != other {
			t.Errorf("%q: error %v, became %q", other, err, read(t, path))
		}
	}
}

func (s Subject[R]) refusesSettings(t *testing.T) {
	path, whole := s.whole(t)
	var changed *settings.ChangedError
	if err := s.Other(path); !errors.As(err, &changed) || len(changed.Differences) == 0 {
		t.Errorf("error %v, want the differences", err)
	}
	if got := read(t, path); !bytes.Equal(got, whole) {
		t.Errorf("it became\n%s", got)
	}
	s.keep(t, path, len(s.Records), len(s.Records))
}

func (s Subject[R]) opensOnce(t *testing.T) {
	path, _ := s.whole(t)
	first, err := s.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	var locked *jsonlog.LockedError
	if _, err := s.Open(path); !errors.As(err, &locked) || locked.Path != path {
		t.Errorf("opened twice: error %v", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	s.keep(t, path, len(s.Records), len(s.Records))
}

// readsWhileWritten reads all the time; what is there is never less than before, and never half a record.
func (s Subject[R]) readsWhileWritten(t *testing.T) {
	path := newPath(t)
	l, err := s.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		for _, r := range s.Records {
			err = errors.Join(err, l.Append(r))
		}
		done <- errors.Join(err, l.Close())
	}()
	for n, written := 0, false; !written; {
		select {
		case err := <-done:
			if written = true; err != nil {
				t.Fatal(err)
			}
		default:
		}
		got, err := s.Read(path)
		if err != nil || len(got) < n || written && len(got) < len(s.Records) {
			t.Fatalf("%d records after %d: %v", len(got), n, err)
		}
		n = len(got)
		s.check(t, got, n)
	}
	content := read(t, path)
	content = content[:len(content)-1]
	write(t, path, content)
	if got, err := s.Read(path); err != nil || len(got) != len(s.Records)-1 || !bytes.Equal(read(t, path), content) {
		t.Errorf("%d records before an unfinished one: %v", len(got), err)
	}
}
