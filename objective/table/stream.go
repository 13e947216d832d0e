package table

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// stream reads JSON and knows where it is, for errors.
type stream struct {
	*jsontext.Decoder
	ctx     context.Context
	file    string
	key, id string
	short   map[string]string // texts that are likely to come again
}

// newStream reads JSON from a file. Reading ends when the context does. Duplicate names are for the caller to
// find, who has to look every name up anyway.
func newStream(ctx context.Context, r io.Reader, file string) *stream {
	d := jsontext.NewDecoder(&contextReader{ctx, r}, jsontext.AllowDuplicateNames(true))
	return &stream{Decoder: d, ctx: ctx, file: file, short: make(map[string]string)}
}

type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c *contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}

// fail returns an error at the stream's place.
func (s *stream) fail(format string, args ...any) error {
	return &FormatError{File: s.file, Key: s.key, ID: s.id, Problem: fmt.Sprintf(format, args...)}
}

// broken explains an error of the decoder.
func (s *stream) broken(err error) error {
	var syntax *jsontext.SyntacticError
	var format *FormatError
	switch {
	case s.ctx.Err() != nil:
		return s.ctx.Err()
	case errors.As(err, &format):
		return format
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return s.fail("truncated: it ends after %d bytes, inside of a value", s.InputOffset()+int64(len(s.UnreadBuffer())))
	case errors.As(err, &syntax):
		for _, text := range []string{"NaN", "Infinity", "-Infinity"} {
			if bytes.HasPrefix(bytes.TrimLeft(s.UnreadBuffer(), " \t\r\n:,"), []byte(text)) {
				return s.fail("%s, want a finite number: leave out what has no value", text)
			}
		}
		return s.fail("malformed JSON at byte %d: %v", syntax.ByteOffset, syntax.Err)
	}
	return fmt.Errorf("%s: %w", s.file, err)
}

// kindName says what a token begins.
func kindName(k jsontext.Kind) string {
	switch k {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "a string"
	case '0':
		return "a number"
	case 'n':
		return "null"
	case 't', 'f':
		return "true or false"
	case '}':
		return "the end of an object"
	case ']':
		return "the end of a list"
	}
	return "the end"
}

// token reads a token of one kind.
func (s *stream) token(want jsontext.Kind) (jsontext.Token, error) {
	got := s.PeekKind()
	if got != want && got != jsontext.KindInvalid {
		return jsontext.Token{}, s.fail("%s, want %s", kindName(got), kindName(want))
	}
	t, err := s.ReadToken()
	if err != nil {
		return t, s.broken(err)
	}
	return t, nil
}

// begin reads the start of an object or list.
func (s *stream) begin(kind jsontext.Kind) error {
	_, err := s.token(kind)
	return err
}

// more says whether an object or list goes on, and reads its end if it does not.
func (s *stream) more() (bool, error) {
	k := s.PeekKind()
	if k != '}' && k != ']' && k != jsontext.KindInvalid {
		return true, nil
	}
	if _, err := s.ReadToken(); err != nil {
		return false, s.broken(err)
	}
	return false, nil
}

// members reads an object: it calls do after each name, to read the member's value.
func (s *stream) members(do func(name string) error) error {
	if err := s.begin('{'); err != nil {
		return err
	}
	for {
		more, err := s.more()
		if err != nil || !more {
			return err
		}
		name, err := s.text()
		if err != nil {
			return err
		}
		if err := do(name); err != nil {
			return err
		}
	}
}

// items reads a list: it calls do to read each item.
func (s *stream) items(do func() error) error {
	if err := s.begin('['); err != nil {
		return err
	}
	for {
		more, err := s.more()
		if err != nil || !more {
			return err
		}
		if err := do(); err != nil {
			return err
		}
	}
}

// text reads a string, or the name of an object's member.
func (s *stream) text() (string, error) {
	if got := s.PeekKind(); got != '"' && got != jsontext.KindInvalid {
		return "", s.fail("%s, want a string", kindName(got))
	}
	raw, err := s.ReadValue()
	if err != nil {
		return "", s.broken(err)
	}
	b := raw[1 : len(raw)-1]
	if bytes.IndexByte(b, '\\') >= 0 {
		if b, err = jsontext.AppendUnquote(nil, raw); err != nil {
			return "", s.broken(err)
		}
	}
	if known, ok := s.short[string(b)]; ok {
		return known, nil
	}
	text := string(b)
	if len(s.short) < shortTexts {
		s.short[text] = text
	}
	return text, nil
}

// shortTexts is how many texts a stream keeps, so as not to allocate the same keys again and again.
const shortTexts = 32

// number reads a finite number.
func (s *stream) number() (float64, error) {
	t, err := s.token('0')
	if err != nil {
		return 0, err
	}
	v, err := t.Float()
	if err != nil {
		return 0, s.fail("%s is no number that can be held", t)
	}
	return v, nil
}

// share reads a number from 0 to 1.
func (s *stream) share() (float64, error) {
	v, err := s.number()
	if err != nil {
		return 0, err
	}
	if err := checkShare(v); err != nil {
		return 0, s.fail("%v", err)
	}
	return v, nil
}

// checkShare refuses what is no share of images.
func checkShare(v float64) error {
	switch {
	case v >= 0 && v <= 1:
		return nil
	case v > 1 && v <= 100:
		return fmt.Errorf("value %v is outside [0, 1]: if it is in percent, divide by 100", v)
	}
	return fmt.Errorf("value %v is outside [0, 1]", v)
}

// skip reads a value and forgets it.
func (s *stream) skip() error {
	if err := s.SkipValue(); err != nil {
		return s.broken(err)
	}
	return nil
}

// end reads the end of the file.
func (s *stream) end() error {
	t, err := s.ReadToken()
	switch {
	case err == io.EOF:
		return nil
	case err != nil:
		return s.broken(err)
	}
	return s.fail("%s after the end", kindName(t.Kind()))
}

// maxID bounds released ids, so that a damaged file cannot ask for any amount of memory.
const maxID = 1<<20 - 1

// parseID reads a released id, a whole number without sign or leading zeros.
func parseID(s string) (int, bool) {
	n, err := strconv.ParseUint(s, 10, 20)
	if err != nil || len(s) > 1 && s[0] == '0' {
		return 0, false
	}
	return int(n), true
}
