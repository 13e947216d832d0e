package table

import (
	"bufio"
	"bytes"
	"io"
	"regexp"

	"github.com/nassearch/nassearch/objective/table/layout"
)

// assignment is how a page's script gives an object a name, before the object: "var data = ", "export default ",
// "window.data = ".
var assignment = regexp.MustCompile(
	`^\s*(?:(?:export\s+)?(?:var|let|const)\s+[A-Za-z_$][\w$]*\s*=|export\s+default\b|[A-Za-z_$][\w$.]*\s*=)\s*$`)

// beforeObject is how much of a file is looked at for the beginning of its object.
const beforeObject = 512

// javaScript returns the object of a file in which a script gives it a name, or the whole of one that is JSON, and what
// reads the end of the file behind it.
func javaScript(r io.Reader) (io.Reader, func(*layout.Stream) error, error) {
	b := bufio.NewReaderSize(r, beforeObject)
	plain := func(s *layout.Stream) error { return s.End() }
	seen, err := b.Peek(beforeObject)
	if err != nil && err != io.EOF {
		return nil, nil, err
	}
	skip := len(seen) - len(bytes.TrimPrefix(seen, []byte("\ufeff")))
	at := bytes.IndexByte(seen, '{')
	if at < 0 || len(bytes.TrimSpace(seen[skip:at])) == 0 {
		b.Discard(skip)
		return b, plain, nil
	}
	if !assignment.Match(seen[skip:at]) {
		return b, plain, nil // the decoder says what is wrong
	}
	b.Discard(at)
	return b, func(s *layout.Stream) error { return s.Statement() }, nil
}
