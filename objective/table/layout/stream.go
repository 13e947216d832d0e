package layout

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// Stream reads JSON and knows where it is, for errors.
type Stream struct {
	*jsontext.Decoder
	ctx     context.Context
	from    io.Reader // that the decoder reads
	File    string
	Key, ID string            // of the object and the architecture that it is at
	short   map[string]string // texts that are likely to come again
}

// NewStream reads JSON from a file. Reading ends when the context does. Duplicate names are for the caller to
// find, who has to look every name up anyway.
func NewStream(ctx context.Context, r io.Reader, file string) *Stream {
	from := &contextReader{ctx, r}
	d := jsontext.NewDecoder(from, jsontext.AllowDuplicateNames(true))
	return &Stream{Decoder: d, ctx: ctx, from: from, File: file, short: make(map[string]string)}
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

// Fail returns an error at the stream's place.
func (s *Stream) Fail(format string, args ...any) error {
	return &FormatError{File: s.File, Key: s.Key, ID: s.ID, Problem: fmt.Sprintf(format, args...)}
}

// broken explains an error of the decoder.
func (s *Stream) broken(err error) error {
	var syntax *jsontext.SyntacticError
	var format *FormatError
	switch {
	case s.ctx.Err() != nil:
		return s.ctx.Err()
	case errors.As(err, &format):
		return format
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return s.Fail("truncated: it ends after %d bytes, inside of a value", s.InputOffset()+int64(len(s.UnreadBuffer())))
	case errors.As(err, &syntax):
		for _, text := range []string{"NaN", "Infinity", "-Infinity"} {
			if bytes.HasPrefix(bytes.TrimLeft(s.UnreadBuffer(), " \t\r\n:,"), []byte(text)) {
				return s.Fail("%s, want a finite number: leave out what has no value", text)
			}
		}
		return s.Fail("malformed JSON at byte %d: %v", syntax.ByteOffset, syntax.Err)
	}
	return fmt.Errorf("%s: %w", s.File, err)
}

// kinds are what a token begins.
var kinds = map[jsontext.Kind]string{
	'{': "an object", '}': "the end of an object", '[': "a list", ']': "the end of a list", '"': "a string",
	'0': "a number", 'n': "null", 't': "true or false", 'f': "true or false", jsontext.KindInvalid: "the end",
}

// want refuses a token of another kind.
func (s *Stream) want(kind jsontext.Kind) error {
	if got := s.PeekKind(); got != kind && got != jsontext.KindInvalid {
		return s.Fail("%s, want %s", kinds[got], kinds[kind])
	}
	return nil
}

// token reads a token of one kind.
func (s *Stream) token(kind jsontext.Kind) (t jsontext.Token, err error) {
	if err := s.want(kind); err != nil {
		return t, err
	}
	if t, err = s.ReadToken(); err != nil {
		return t, s.broken(err)
	}
	return t, nil
}

// more says whether an object or list goes on, and reads its end if it does not.
func (s *Stream) more() (bool, error) {
	k := s.PeekKind()
	if k != '}' && k != ']' && k != jsontext.KindInvalid {
		return true, nil
	}
	if _, err := s.ReadToken(); err != nil {
		return false, s.broken(err)
	}
	return false, nil
}

// Members reads an object: it calls do after each name, to read the member's value.
func (s *Stream) Members(do func(name string) error) error {
	return s.inside('{', func() error {
		name, err := s.Text()
		if err != nil {
			return err
		}
		return do(name)
	})
}

// Items reads a list: it calls do to read each item.
func (s *Stream) Items(do func() error) error { return s.inside('[', do) }

func (s *Stream) inside(kind jsontext.Kind, do func() error) error {
	if _, err := s.token(kind); err != nil {
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

// Text reads a string, or the name of an object's member.
func (s *Stream) Text() (string, error) {
	if err := s.want('"'); err != nil {
		return "", err
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

// Number reads a finite number.
func (s *Stream) Number() (float64, error) {
	t, err := s.token('0')
	if err != nil {
		return 0, err
	}
	v, err := t.Float()
	if err != nil {
		return 0, s.Fail("%s is no number that can be held", t)
	}
	return v, nil
}

// share reads a number from 0 to 1.
func (s *Stream) share() (float64, error) {
	v, err := s.Number()
	if err != nil {
		return 0, err
	}
	if err := CheckShare(v); err != nil {
		return 0, s.Fail("%v", err)
	}
	return v, nil
}

// CheckShare refuses what is no share of images.
func CheckShare(v float64) error {
	switch {
	case v >= 0 && v <= 1:
		return nil
	case v > 1 && v <= 100:
		return fmt.Errorf("value %v is outside [0, 1]: if it is in percent, divide by 100", v)
	}
	return fmt.Errorf("value %v is outside [0, 1]", v)
}

// Skip reads a value and forgets it.
func (s *Stream) Skip() error {
	if err := s.SkipValue(); err != nil {
		return s.broken(err)
	}
	return nil
}

// End reads the end of the file.
func (s *Stream) End() error {
	t, err := s.ReadToken()
	switch {
	case err == io.EOF:
		return nil
	case err != nil:
		return s.broken(err)
	}
	return s.Fail("%s after the end", kinds[t.Kind()])
}

// Statement reads the end of a script's statement and of the file.
func (s *Stream) Statement() error {
	rest, err := io.ReadAll(io.MultiReader(bytes.NewReader(bytes.Clone(s.UnreadBuffer())), s.from))
	if err != nil {
		return s.broken(err)
	}
	if text := bytes.TrimSpace(rest); len(text) > 0 && string(text) != ";" {
		return s.Fail("%.16q after the object, want the end of the file", text)
	}
	return nil
}

// maxID bounds released ids, so that a damaged file cannot ask for any amount of memory.
const maxID = 1<<20 - 1

// ParseID reads a released id, a whole number without sign or leading zeros.
func ParseID(s string) (int, bool) {
	n, err := strconv.ParseUint(s, 10, 20)
	if err != nil || len(s) > 1 && s[0] == '0' {
		return 0, false
	}
	return int(n), true
}
