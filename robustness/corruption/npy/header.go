package npy

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// magic is what a file begins with, before the format's version and the header's length.
const magic = "\x93NUMPY"

// mostHeader bounds what a damaged length can ask for.
const mostHeader = 1 << 16

// header is what a file says of its numbers.
type header struct {
	kind    Type
	shape   []int
	fortran bool // the first axis varies fastest
}

func (h header) String() string { return fmt.Sprintf("%v of %v", h.shape, h.kind) }

// malformed is what is wrong with a file, but not which file.
type malformed string

func (e malformed) Error() string { return string(e) }

// wrap names the file.
func wrap(err error, path string) error {
	if m := malformed(""); errors.As(err, &m) {
		return &Error{path, string(m)}
	}
	return fmt.Errorf("%s: %w", path, err)
}

// readHeader returns the header and where the numbers begin.
func readHeader(r io.ReaderAt, size int64) (header, int64, error) {
	start := make([]byte, min(size, int64(len(magic)+6)))
	if _, err := r.ReadAt(start, 0); err != nil && !errors.Is(err, io.EOF) {
		return header{}, 0, err
	}
	if len(start) < len(magic)+4 || string(start[:len(magic)]) != magic {
		return header{}, 0, malformed("not a .npy file: it does not begin as NumPy begins one")
	}
	version, at, length := start[len(magic)], int64(len(magic)+4), int64(0)
	switch {
	case version == 1:
		length = int64(binary.LittleEndian.Uint16(start[at-2:]))
	case version > 3 || version == 0:
		return header{}, 0, malformed(fmt.Sprintf("version %d of the .npy format: want 1, 2 or 3", version))
	case len(start) < len(magic)+6:
		return header{}, 0, malformed("cut short within its header")
	default:
		length, at = int64(binary.LittleEndian.Uint32(start[at-2:])), at+2
	}
	if length > mostHeader {
		return header{}, 0, malformed(fmt.Sprintf("a header of %d bytes: want at most %d", length, mostHeader))
	}
	if at+length > size {
		return header{}, 0, malformed("cut short within its header")
	}
	text := make([]byte, length)
	if _, err := r.ReadAt(text, at); err != nil && !errors.Is(err, io.EOF) {
		return header{}, 0, err
	}
	h, err := parse(string(text))
	return h, at + length, err
}

// parse reads a header's text, a dictionary in Python: {'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }.
func parse(text string) (h header, err error) {
	p := parser{strings.TrimSpace(text)}
	p.want("{")
	seen := map[string]bool{}
	for p.rest != "" && !p.has("}") {
		key := p.quoted()
		p.want(":")
		switch {
		case seen[key]:
			return h, malformed(fmt.Sprintf("its header says %s twice", key))
		case key == "descr":
			h.kind, err = kindOf(p.quoted())
		case key == "fortran_order":
			h.fortran = p.truth()
		case key == "shape":
			h.shape, err = p.tuple()
		default:
			err = malformed("its header is not what NumPy writes")
		}
		if err != nil {
			return h, err
		}
		seen[key] = true
		p.comma("}")
	}
	p.want("}")
	switch {
	case p.failed() || p.rest != "" || len(seen) != 3:
		return h, malformed("its header is not what NumPy writes")
	case h.fortran && len(h.shape) > 1:
		return h, malformed("its numbers are in the order of Fortran: write it with numpy.ascontiguousarray")
	}
	return h, nil
}

// kindOf reads a type as NumPy writes it: the order of bytes, u or i, and the size.
func kindOf(descr string) (Type, error) {
	orders := map[byte]binary.ByteOrder{'|': binary.LittleEndian, '<': binary.LittleEndian, '>': binary.BigEndian}
	if len(descr) == 3 && strings.ContainsRune("ui", rune(descr[1])) && strings.ContainsRune("1248", rune(descr[2])) {
		t := Type{int(descr[2] - '0'), descr[1] == 'i', orders[descr[0]]}
		if t.order != nil && (descr[0] != '|' || t.Size == 1) {
			return t, nil
		}
	}
	return Type{}, malformed(fmt.Sprintf("numbers of type %q: want whole ones, u1 for pixels", descr))
}

// parser takes a text apart from its beginning. What it cannot take leaves it failed.
type parser struct{ rest string }

// broken is a text that nothing can be taken from.
const broken = "\x00"

func (p *parser) failed() bool { return p.rest == broken }

func (p *parser) has(token string) bool { return strings.HasPrefix(p.rest, token) }

// take takes n bytes and the spaces behind them.
func (p *parser) take(n int) string {
	taken := p.rest[:n]
	p.rest = strings.TrimLeft(p.rest[n:], " \t\r\n")
	return taken
}

func (p *parser) want(token string) {
	if !p.has(token) {
		p.rest = broken
		return
	}
	p.take(len(token))
}

// comma takes one, which may be absent before the end.
func (p *parser) comma(end string) {
	if !p.has(end) {
		p.want(",")
	}
}

// quoted takes a text without escapes in it.
func (p *parser) quoted() string {
	if p.has("'") || p.has(`"`) {
		if text, _, ok := strings.Cut(p.rest[1:], p.rest[:1]); ok && !strings.Contains(text, `\`) {
			p.take(len(text) + 2)
			return text
		}
	}
	p.rest = broken
	return ""
}

// truth takes a truth value.
func (p *parser) truth() bool {
	if p.has("True") {
		p.take(len("True"))
		return true
	}
	p.want("False")
	return false
}

// tuple takes a shape. Python 2 wrote an L behind long numbers.
func (p *parser) tuple() (shape []int, err error) {
	p.want("(")
	for p.rest != "" && !p.has(")") && !p.failed() {
		n := 0
		for n < len(p.rest) && '0' <= p.rest[n] && p.rest[n] <= '9' {
			n++
		}
		d, err := strconv.Atoi(p.rest[:n])
		if err != nil {
			return nil, malformed("its shape is not one of whole numbers")
		}
		shape = append(shape, d)
		p.take(n)
		if p.has("L") {
			p.take(1)
		}
		p.comma(")")
	}
	p.want(")")
	return shape, nil
}
