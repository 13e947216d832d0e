package layout

import (
	"bytes"
	"context"
	"io"
	"strconv"
	"strings"
)

// scanRow finds one id's value in {dataset: {key: {measure: {id: value}}}} without parsing what comes before:
// the ids are the only strings, so the quoted id is the entry. Where it fails, a full read tells why.
func scanRow(ctx context.Context, r io.Reader, file string, l form, id int) (Grid, error) {
	s := NewStream(ctx, r, file)
	if err := s.header(l); err != nil {
		return Grid{}, err
	}
	r = io.MultiReader(bytes.NewReader(bytes.Clone(s.UnreadBuffer())), &contextReader{ctx, r})
	tail, err := seek(r, []byte(strconv.Quote(strconv.Itoa(id))))
	if err != nil {
		return Grid{}, err
	}
	// What follows the id is ": value"; a name in front of it makes that an object's member.
	s = NewStream(ctx, io.MultiReader(strings.NewReader(`{""`), tail), file)
	if err := s.begin('{'); err != nil {
		return Grid{}, err
	}
	if _, err := s.Text(); err != nil {
		return Grid{}, err
	}
	v := &valueReader{Stream: s, form: l}
	if err := v.read(); err != nil {
		return Grid{}, err
	}
	return Grid{len(v.values), max(1, v.labels), v.values}, nil
}

// seek returns what follows the first occurrence of a text, or io.EOF if there is none.
func seek(r io.Reader, text []byte) (io.Reader, error) {
	buf := make([]byte, 64<<10)
	kept := 0 // bytes that may be the beginning of the text
	for {
		n, err := r.Read(buf[kept:])
		n += kept
		if i := bytes.Index(buf[:n], text); i >= 0 {
			return io.MultiReader(bytes.NewReader(buf[i+len(text):n]), r), nil
		}
		if err != nil {
			return nil, err
		}
		kept = min(n, len(text)-1)
		copy(buf, buf[n-kept:n])
	}
}
