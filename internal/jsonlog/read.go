package jsonlog

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/nassearch/nassearch/internal/settings"
)

// maxLine bounds the bytes of a line, so that a file of another kind is not read whole to find the end of one.
const maxLine = 1 << 26

// Read reads a log without a lock, also while another process writes it, and changes nothing. Take sees the records in
// order; what it returns is damage of the record's line. Errors are [*DamageError], and a [*plainfile.KindError] for
// what is no file.
func (f Form[H, R]) Read(path string, take func(H, R) error) (State[H], error) {
	w := f.Follow(path, func() {}, take)
	_, err := w.Next()
	return w.State, err
}

// ReadHeader reads the header that a log was begun with and no record, as [Form.Read] does.
func (f Form[H, R]) ReadHeader(path string) (H, error) {
	enough := errors.New("the header is read")
	s, err := f.Read(path, func(H, R) error { return enough })
	if errors.Is(err, enough) {
		err = nil
	}
	return s.Header, err
}

// reader is a log that is read.
type reader[H, R any] struct {
	Form[H, R]
	State[H]
	path  string
	in    *bufio.Reader
	chain chain
	line  int    // that is read, from 1
	whole int64  // bytes of whole lines
	last  []byte // whole line
}

// read reads a log, whose header must be the one that is wanted, if one is; else there must be one.
func (r *reader[H, R]) read(want *H, take func(H, R) error) error {
	there, err := r.begin(want)
	if err != nil || !there {
		return err
	}
	if err = r.records(take); err == nil && want != nil {
		r.Changed, err = r.changed(*want)
	}
	return err
}

// records reads what follows.
func (r *reader[H, R]) records(take func(H, R) error) error {
	defer func() { r.Unchained = r.chain.bare }()
	for {
		line, err := r.next()
		if err != nil || line == nil {
			return err
		}
		if err := r.one(line, take); err != nil {
			return r.damage(err)
		}
	}
}

// one reads a line behind the first: a record, or a header that counts from here on.
func (r *reader[H, R]) one(line []byte, take func(H, R) error) (err error) {
	if bytes.HasPrefix(line, []byte(r.magic())) {
		r.Header, err = r.header(line, &r.chain, format)
		return err
	}
	record, err := r.record(line, &r.chain)
	if err != nil {
		return err
	}
	return take(r.Header, record)
}

// begin reads the header, if it is there.
func (r *reader[H, R]) begin(want *H) (there bool, err error) {
	begin, err := r.in.Peek(len(r.magic()))
	if err != nil && !errors.Is(err, io.EOF) {
		return false, r.wrap(r.path, err)
	}
	if !strings.HasPrefix(r.magic(), string(begin)) {
		r.line = 1
		return false, r.damage(fmt.Errorf("this is no %s: name another file", r.Kind))
	}
	line, err := r.next()
	switch {
	case err != nil:
		return false, err
	case line == nil && want == nil:
		return false, fmt.Errorf("%s %s: it is empty", r.Kind, r.path)
	case line == nil:
		return false, nil
	}
	if r.Header, err = r.header(line, &r.chain, unchained, format); err != nil {
		return false, r.damage(err)
	}
	if want != nil {
		_, err = r.changed(*want)
	}
	return true, err
}

// changed returns in what a header differs from the one that is wanted, if that is slight.
func (r *reader[H, R]) changed(want H) ([]settings.Difference, error) {
	err := r.Same(r.path, r.Header, want)
	changed, other := errors.AsType[*settings.ChangedError](err)
	if !other || r.Slight == nil || !r.Slight(r.Header, want) {
		return nil, err
	}
	return changed.Differences, nil
}

// next returns the next line, with its end, or nil behind the last that has one.
func (r *reader[H, R]) next() (line []byte, err error) {
	r.line++
	for {
		part, err := r.in.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > maxLine:
			return nil, r.damage(errLong)
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF):
			r.Repaired = len(line)
			r.line--
			return nil, nil
		case err != nil:
			return nil, r.wrap(r.path, err)
		default:
			r.whole += int64(len(line))
			r.last = line
			return line, nil
		}
	}
}

func (r *reader[H, R]) damage(err error) error { return &DamageError{r.Kind, r.path, r.line, err} }
