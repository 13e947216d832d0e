// Package npy reads arrays of whole numbers as NumPy writes them to .npy files (numpy.lib.format, versions 1 to 3).
package npy

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"math/bits"
	"os"
)

// Error reports a file that is not what it should be.
type Error struct{ Path, Reason string }

func (e *Error) Error() string { return e.Path + ": " + e.Reason }

// Array is an array of whole numbers in a file, rows along its first axis. Rows are read when they are asked for. It is
// safe for concurrent use.
type Array struct {
	Path  string
	Shape []int
	Type  Type

	data io.ReaderAt // the numbers, in the order of C
	file io.Closer
}

// Open opens a file. Its errors are an [*Error] if its content is not that of an array, or those of the file system.
func Open(path string) (*Array, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	a, err := open(f, path)
	if err != nil {
		_ = f.Close() // nothing was written
		return nil, err
	}
	a.file = f
	return a, nil
}

func open(f *os.File, path string) (*Array, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &Error{path, "not a file: want one that NumPy wrote"}
	}
	return New(f, info.Size(), path)
}

// New reads the header of a file of a size; the path is for errors, which are [*Error] and those of reading.
func New(r io.ReaderAt, size int64, path string) (*Array, error) {
	head, at, err := readHeader(r, size)
	if err != nil {
		return nil, wrap(err, path)
	}
	want, err := head.bytes()
	if err != nil {
		return nil, wrap(err, path)
	}
	switch have := uint64(size - at); {
	case have < want:
		return nil, &Error{path, fmt.Sprintf("cut short: %d bytes of numbers, want %d for %s", have, want, head)}
	case have > want:
		return nil, &Error{path, fmt.Sprintf("%d bytes too many behind the %d of %s", have-want, want, head)}
	}
	return &Array{Path: path, Shape: head.shape, Type: head.kind, data: io.NewSectionReader(r, at, int64(want))}, nil
}

// Close closes the file.
func (a *Array) Close() error {
	if a.file == nil {
		return nil
	}
	return a.file.Close()
}

// Len returns the number of rows.
func (a *Array) Len() int {
	if len(a.Shape) == 0 {
		return 1
	}
	return a.Shape[0]
}

// Row returns how many numbers a row has.
func (a *Array) Row() int {
	n := 1
	for i, d := range a.Shape {
		if i > 0 {
			n *= d
		}
	}
	return n
}

// Bytes reads rows of pixels, see [Type.Byte], into dst: as many as it has room for, from the one with a number on.
func (a *Array) Bytes(dst []uint8, row int) error { return a.read(dst, row) }

// Ints reads all numbers. Its errors are an [*Error] if one is too large for an int, and those of reading.
func (a *Array) Ints() ([]int, error) {
	out := make([]int, a.Len()*a.Row())
	b := make([]byte, len(out)*a.Type.Size)
	if err := a.read(b, 0); err != nil {
		return nil, err
	}
	for i := range out {
		v, ok := a.Type.number(b[i*a.Type.Size:])
		if !ok {
			return nil, &Error{a.Path, fmt.Sprintf("number %d is larger than %d", i, math.MaxInt)}
		}
		out[i] = v
	}
	return out, nil
}

// read fills b with what is in the file from a row on.
func (a *Array) read(b []byte, row int) error {
	if n, err := a.data.ReadAt(b, int64(row)*int64(a.Row()*a.Type.Size)); n < len(b) {
		return fmt.Errorf("%s: row %d: %w", a.Path, row, err)
	}
	return nil
}

// Type is a type of whole numbers.
type Type struct {
	Size   int // in bytes
	Signed bool

	order binary.ByteOrder
}

// Byte is the type of pixels.
func (t Type) Byte() bool { return t.Size == 1 && !t.Signed }

// String is the type's name in NumPy.
func (t Type) String() string {
	if t.Signed {
		return fmt.Sprintf("int%d", 8*t.Size)
	}
	return fmt.Sprintf("uint%d", 8*t.Size)
}

// number returns the first number of b, and whether it fits.
func (t Type) number(b []byte) (v int, fits bool) {
	var u uint64
	switch t.Size {
	case 1:
		u = uint64(b[0])
	case 2:
		u = uint64(t.order.Uint16(b))
	case 4:
		u = uint64(t.order.Uint32(b))
	default:
		u = t.order.Uint64(b)
	}
	if t.Signed {
		shift := 64 - 8*t.Size
		return int(int64(u<<shift) >> shift), true
	}
	return int(u), u <= math.MaxInt
}

// bytes returns how many the numbers take.
func (h header) bytes() (uint64, error) {
	n := uint64(h.kind.Size)
	for _, d := range h.shape {
		high, low := bits.Mul64(n, uint64(d))
		if n = low; high > 0 || low > math.MaxInt64 {
			return 0, malformed(fmt.Sprintf("a shape of %v: more numbers than memory has room for", h.shape))
		}
	}
	return n, nil
}
