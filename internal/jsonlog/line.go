package jsonlog

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json"
)

// sealed is a line: the members of what it holds, and then its checksum.
type sealed[T any] struct {
	Content T      `json:",embed"`
	Sum     string `json:"sum"`
}

// headed is what a log's first line holds.
type headed[H any] struct {
	Format int `json:"format"`
	Header H   `json:",embed"`
}

// nameless is what the JSON form of a headed begins with; the file has the form's own name.
const nameless = `{"format":`

func (f Form[H, R]) magic() string { return `{"` + f.Member + `":` }

var errLong = fmt.Errorf("it is longer than %d MiB", maxLine>>20)

// unsealed returns a line of what a checksum covers, with an empty one and without an end.
func unsealed[T any](magic string, covered T) ([]byte, error) {
	return marshal(magic, sealed[T]{Content: covered})
}

// encode returns a line, of which the checksum covers a part, behind those of a chain; and the checksum.
func encode[T any](magic string, v, covered T, c *chain) (line []byte, sum string, err error) {
	text, err := unsealed(magic, covered)
	if err != nil {
		return nil, "", err
	}
	sum = c.next(text)
	line, err = marshal(magic, sealed[T]{v, sum})
	if err == nil && len(line) >= maxLine {
		err = errLong
	}
	return append(line, '\n'), sum, err
}

// header reads a header of one of some formats. Nothing is known of those that are not ours.
func (f Form[H, R]) header(line []byte, c *chain, formats ...int) (H, error) {
	l, err := decode[headed[H]](f.magic(), line)
	is := l.Content.Format
	switch {
	case is != 0 && is != unchained && is != format:
		err = fmt.Errorf("format %d: this program reads formats up to %d", is, format)
	case is != 0 && !slices.Contains(formats, is):
		err = fmt.Errorf("format %d: want %d behind the first line", is, format)
	}
	if err != nil {
		return l.Content.Header, err
	}
	text, err := unsealed(f.magic(), l.Content)
	switch {
	case err != nil:
	case is == unchained:
		err = c.addBare(line, text, l.Sum)
	default:
		err = c.add(text, l.Sum)
	}
	return l.Content.Header, err
}

// record reads any other line.
func (f Form[H, R]) record(line []byte, c *chain) (R, error) {
	l, err := decode[R](f.magic(), line)
	if err != nil {
		return l.Content, err
	}
	bare, covered := c.open() && len(l.Sum) == bareDigits, f.Covered
	if bare && f.Bare != nil {
		covered = f.Bare
	}
	text, err := unsealed(f.magic(), covered(l.Content))
	switch {
	case err != nil:
	case bare:
		err = c.addBare(line, text, l.Sum)
	default:
		err = c.add(text, l.Sum)
	}
	return l.Content, err
}

func marshal(magic string, v any) ([]byte, error) {
	line, err := json.Marshal(v, json.Deterministic(true))
	if rest, ok := bytes.CutPrefix(line, []byte(nameless)); ok {
		line = append([]byte(magic), rest...)
	}
	return line, err
}

// decode reads a line. It does not speak of this program's types in its errors, and returns with them what it could
// read.
func decode[T any](magic string, line []byte) (l sealed[T], err error) {
	if rest, ok := bytes.CutPrefix(line, []byte(magic)); ok {
		line = append([]byte(nameless), rest...)
	}
	err = json.Unmarshal(line, &l, json.RejectUnknownMembers(true))
	if semantic := (*json.SemanticError)(nil); errors.As(err, &semantic) {
		semantic.GoType = nil
	}
	return l, err
}
