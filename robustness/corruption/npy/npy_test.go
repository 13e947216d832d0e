package npy

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// file returns what NumPy writes: a header of a version, padded so that the numbers begin at a multiple of 64.
func file(version byte, header string, numbers ...byte) []byte {
	b := append([]byte("\x93NUMPY"), version, 0)
	width := 2
	if version > 1 {
		width = 4
	}
	pad := 63 - (len(b)+width+len(header))%64
	header += strings.Repeat(" ", pad) + "\n"
	if version > 1 {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(header)))
	} else {
		b = binary.LittleEndian.AppendUint16(b, uint16(len(header)))
	}
	return append(append(b, header...), numbers...)
}

func read(b []byte) (*Array, error) { return New(bytes.NewReader(b), int64(len(b)), "x.npy") }

func TestArraysAreReadAsNumPyWritesThem(t *testing.T) {
	for name, c := range map[string]struct {
		file  []byte
		shape []int
		want  []int
	}{
		"bytes": {file(1, "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }", 1, 2, 3, 4, 5, 255),
			[]int{2, 3}, []int{1, 2, 3, 4, 5, 255}},
		"labels":      {file(1, "{'descr': '<i8', 'fortran_order': False, 'shape': (2,), }", le(3, -1)...), []int{2}, []int{3, -1}},
		"big end":     {file(2, "{'descr': '>i2', 'fortran_order': False, 'shape': (2,), }", 1, 0, 255, 254), []int{2}, []int{256, -2}},
		"unsigned":    {file(3, "{'descr': '<u2', 'fortran_order': False, 'shape': (1,), }", 255, 255), []int{1}, []int{1<<16 - 1}},
		"four bytes":  {file(1, "{'descr': '<u4', 'fortran_order': False, 'shape': (1,), }", 4, 3, 2, 1), []int{1}, []int{0x1020304}},
		"signed byte": {file(1, "{'descr': '|i1', 'fortran_order': False, 'shape': (1,), }", 255), []int{1}, []int{-1}},
		"scalar":      {file(1, "{'descr': '|u1', 'fortran_order': False, 'shape': (), }", 7), nil, []int{7}},
		"empty":       {file(1, "{'descr': '|u1', 'fortran_order': False, 'shape': (0, 5), }"), []int{0, 5}, []int{}},
		"one axis is in both orders": {file(1, "{'descr': '|u1', 'fortran_order': True, 'shape': (1,), }", 7),
			[]int{1}, []int{7}},
		"Python 2, other order and quotes": {file(1, `{"shape":(2L,1L),"fortran_order":False,"descr":"|u1"}`, 8, 9),
			[]int{2, 1}, []int{8, 9}},
	} {
		t.Run(name, func(t *testing.T) {
			a, err := read(c.file)
			if err != nil {
				t.Fatal(err)
			}
			got, err := a.Ints()
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(a.Shape, c.shape) || !slices.Equal(got, c.want) {
				t.Errorf("%v of shape %v, want %v of %v", got, a.Shape, c.want, c.shape)
			}
		})
	}
}

func le(v ...int64) (b []byte) {
	for _, v := range v {
		b = binary.LittleEndian.AppendUint64(b, uint64(v))
	}
	return b
}

func TestBadFilesAreRefused(t *testing.T) {
	good := "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }"
	whole := file(1, good, 1, 2, 3, 4, 5, 6)
	with := func(old, new string) []byte { return file(1, strings.Replace(good, old, new, 1), 1, 2, 3, 4, 5, 6) }
	version := slices.Clone(whole)
	version[6] = 4
	long := slices.Clone(file(2, good))
	long[10] = 255
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"nothing":          {nil, "not a .npy file: it does not begin as NumPy begins one"},
		"an image":         {[]byte("\x89PNG\r\n\x1a\n0000"), "not a .npy file: it does not begin as NumPy begins one"},
		"version":          {version, "version 4 of the .npy format: want 1, 2 or 3"},
		"no header":        {whole[:10], "cut short within its header"},
		"no length":        {file(2, good)[:11], "cut short within its header"},
		"half a header":    {whole[:50], "cut short within its header"},
		"long header":      {long, "a header of 16711796 bytes: want at most 65536"},
		"no numbers":       {whole[:128], "cut short: 0 bytes of numbers, want 6 for [2 3] of uint8"},
		"cut":              {whole[:len(whole)-1], "cut short: 5 bytes of numbers, want 6 for [2 3] of uint8"},
		"more":             {append(slices.Clone(whole), 1), "1 bytes too many behind the 6 of [2 3] of uint8"},
		"floats":           {with("|u1", "<f4"), `numbers of type "<f4": want whole ones, u1 for pixels`},
		"truths":           {with("|u1", "|b1"), `numbers of type "|b1": want whole ones, u1 for pixels`},
		"no order":         {with("|u1", "|u2"), `numbers of type "|u2": want whole ones, u1 for pixels`},
		"records":          {with("'|u1'", "[('a', '|u1')]"), `numbers of type "": want whole ones, u1 for pixels`},
		"Fortran":          {with("False", "True"), "its numbers are in the order of Fortran: write it with numpy.ascontiguousarray"},
		"no shape":         {with(", 'shape': (2, 3)", ""), "its header is not what NumPy writes"},
		"two shapes":       {with("'fortran_order': False", "'shape': (6,)"), "its header says shape twice"},
		"other key":        {with("fortran_order", "order"), "its header is not what NumPy writes"},
		"negative":         {with("(2, 3)", "(-2, 3)"), "its shape is not one of whole numbers"},
		"huge number":      {with("(2, 3)", "(99999999999999999999,)"), "its shape is not one of whole numbers"},
		"huge":             {with("(2, 3)", "(4611686018427387904, 4)"), "a shape of [4611686018427387904 4]: more numbers than memory has room for"},
		"no end":           {with("}", ""), "its header is not what NumPy writes"},
		"behind the end":   {with("}", "} x"), "its header is not what NumPy writes"},
		"no dictionary":    {with("{", ""), "its header is not what NumPy writes"},
		"neither true nor": {with("False", "None"), "its header is not what NumPy writes"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := read(c.file)
			if wrong := (*Error)(nil); !errors.As(err, &wrong) || err.Error() != "x.npy: "+c.want {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}

func TestTooLargeNumbersAreRefused(t *testing.T) {
	a, err := read(file(1, "{'descr': '<u8', 'fortran_order': False, 'shape': (2,), }", le(1, -1)...))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Ints(); fmt.Sprint(err) != "x.npy: number 1 is larger than 9223372036854775807" {
		t.Error(err)
	}
}

func TestRowsAreReadOneByOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shape := rapid.SliceOfN(rapid.IntRange(1, 5), 1, 4).Draw(t, "shape")
		size := 1
		for _, d := range shape {
			size *= d
		}
		numbers := rapid.SliceOfN(rapid.Byte(), size, size).Draw(t, "numbers")
		text := strings.ReplaceAll(strings.Trim(fmt.Sprint(shape), "[]"), " ", ", ")
		a, err := read(file(1, "{'descr': '|u1', 'fortran_order': False, 'shape': ("+text+",), }", numbers...))
		if err != nil {
			t.Fatal(err)
		}
		var got []byte
		row := make([]byte, a.Row())
		for i := range a.Len() {
			if err := a.Bytes(row, i); err != nil {
				t.Fatal(err)
			}
			got = append(got, row...)
		}
		if diff := cmp.Diff(numbers, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestOpenReadsFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.npy")
	if err := os.WriteFile(path, file(1, "{'descr': '|u1', 'fortran_order': False, 'shape': (1,), }", 3), 0o600); err != nil {
		t.Fatal(err)
	}
	a, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := a.Ints(); err != nil || !slices.Equal(got, []int{3}) {
		t.Errorf("%v, %v", got, err)
	}
	if err := os.Truncate(path, 100); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Ints(); err == nil || !strings.HasPrefix(err.Error(), path) {
		t.Errorf("cut while it is open: %v", err)
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
	if _, err := Open(filepath.Dir(path)); !strings.HasSuffix(fmt.Sprint(err), "not a file: want one that NumPy wrote") {
		t.Errorf("a folder: %v", err)
	}
	if _, err := Open(path + "x"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

// FuzzNew: whatever a file holds, it is an array whose numbers can be read, or an error that names it.
func FuzzNew(f *testing.F) {
	f.Add(file(1, "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }", 1, 2, 3, 4, 5, 6))
	f.Add(file(2, "{'descr': '<i8', 'fortran_order': True, 'shape': (1L,), }", le(5)...))
	f.Add(file(3, `{"shape":(),"descr":">u2","fortran_order":False}`, 1, 2))
	f.Add(file(1, "{'descr': [('a', '|u1')], 'fortran_order': False, 'shape': (0, 9223372036854775807, 3)}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := read(b)
		if err != nil {
			if wrong := (*Error)(nil); !errors.As(err, &wrong) || wrong.Path != "x.npy" || wrong.Reason == "" {
				t.Fatalf("%v", err)
			}
			return
		}
		got, err := a.Ints()
		if wrong := (*Error)(nil); err != nil && !errors.As(err, &wrong) {
			t.Fatal(err)
		}
		if err == nil && len(got)*a.Type.Size > len(b) {
			t.Fatalf("%d numbers in %d bytes", len(got), len(b))
		}
	})
}
