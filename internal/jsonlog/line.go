package jsonlog

import (
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"

	"github.com/go-json-experiment/json"
)

// sealed is a line: the members of what it holds, and then the checksum of the line that has none.
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

// errSum says that a line's checksum is not that of its content.
var errSum = errors.New("checksum does not match: the line was changed")

func checksum[T any](magic string, covered T) (string, error) {
	line, err := marshal(magic, sealed[T]{Content: covered})
	return fmt.Sprintf("%08x", crc32.ChecksumIEEE(line)), err
}

// encode returns the line of a value, whose checksum is that of the covered one.
func encode[T any](magic string, v, covered T) ([]byte, error) {
	sum, err := checksum(magic, covered)
	if err != nil {
		return nil, err
	}
	return marshal(magic, sealed[T]{v, sum})
}

// decode reads a line. With an error it returns what could be read of it.
func decode[T any](magic string, line []byte, covered func(T) T) (T, error) {
	var l sealed[T]
	if err := unmarshal(magic, line, &l); err != nil {
		return l.Content, err
	}
	sum, err := checksum(magic, covered(l.Content))
	if err == nil && sum != l.Sum {
		err = errSum
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

// unmarshal does not speak of this program's types in its errors.
func unmarshal(magic string, line []byte, v any) error {
	if rest, ok := bytes.CutPrefix(line, []byte(magic)); ok {
		line = append([]byte(nameless), rest...)
	}
	err := json.Unmarshal(line, v, json.RejectUnknownMembers(true))
	if semantic := (*json.SemanticError)(nil); errors.As(err, &semantic) {
		semantic.GoType = nil
	}
	return err
}
