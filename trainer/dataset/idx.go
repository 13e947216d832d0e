package dataset

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"

	"github.com/klauspost/compress/gzip"
)

// The IDX format (yann.lecun.com/exdb/mnist): two zero bytes, the type (8 is unsigned byte), the number of dimensions,
// the dimensions as big-endian 32-bit numbers, the values.
const idxBytes = 8

// readIDX reads a file of unsigned bytes, compressed by gzip or not.
func readIDX(r io.Reader) (shape []int, values []uint8, err error) {
	buffered := bufio.NewReader(r)
	r = buffered
	if magic, _ := buffered.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		if r, err = gzip.NewReader(buffered); err != nil {
			return nil, nil, err
		}
	}
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, nil, errors.New("shorter than the header of an IDX file")
	}
	if head[0] != 0 || head[1] != 0 || head[2] != idxBytes || head[3] < 1 || head[3] > 4 {
		return nil, nil, fmt.Errorf("begins with %x: not an IDX file of bytes", head)
	}
	total := 1
	for range head[3] {
		var d [4]byte
		if _, err := io.ReadFull(r, d[:]); err != nil {
			return nil, nil, errors.New("shorter than the header of an IDX file")
		}
		n := int(binary.BigEndian.Uint32(d[:]))
		if n > 0 && total > math.MaxInt32/n {
			return nil, nil, fmt.Errorf("dimensions %v and %d: too large", shape, n)
		}
		total *= n
		shape = append(shape, n)
	}
	values, err = io.ReadAll(io.LimitReader(r, int64(total)+1))
	if err != nil {
		return nil, nil, fmt.Errorf("after %d of %d values: %w", len(values), total, err)
	}
	if len(values) != total {
		more := ""
		if len(values) > total {
			more = " or more"
		}
		return nil, nil, fmt.Errorf("%d values%s, want %d for dimensions %v", len(values), more, total, shape)
	}
	return shape, values, nil
}

// writeIDX writes a compressed file of unsigned bytes.
func writeIDX(w io.Writer, shape []int, values []uint8) error {
	z, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	head := []byte{0, 0, idxBytes, byte(len(shape))}
	for _, d := range shape {
		head = binary.BigEndian.AppendUint32(head, uint32(d))
	}
	if _, err := z.Write(head); err != nil {
		return err
	}
	if _, err := z.Write(values); err != nil {
		return err
	}
	return z.Close()
}

// openIDX reads a folder with files of MNIST's names, compressed or not: train-images-idx3-ubyte and
// train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte for the test part.
func openIDX(dir fs.FS, name string) (*Data, error) {
	d := new(Data)
	var err error
	if d.Train, err = readPart(dir, name, "train"); err != nil {
		return nil, err
	}
	d.Test, err = readPart(dir, name, "t10k")
	if errors.Is(err, fs.ErrNotExist) {
		return d, nil
	}
	if err != nil {
		return nil, err
	}
	classes := max(len(d.Train.Classes), len(d.Test.Classes))
	d.Train.Classes = numbered(classes)
	d.Test.Classes = d.Train.Classes
	return d, nil
}

func readPart(dir fs.FS, name, part string) (*Set, error) {
	file := func(kind string) (path string, shape []int, values []uint8, err error) {
		path = part + "-" + kind + "-ubyte"
		f, err := dir.Open(path)
		if errors.Is(err, fs.ErrNotExist) {
			path += ".gz"
			f, err = dir.Open(path)
		}
		if err != nil {
			return path, nil, nil, fmt.Errorf("%s: %w", name, err)
		}
		defer f.Close()
		if shape, values, err = readIDX(f); err != nil {
			return path, nil, nil, &FileError{name + "/" + path, err.Error()}
		}
		return path, shape, values, nil
	}
	path, shape, pixels, err := file("images-idx3")
	if err != nil {
		return nil, err
	}
	if len(shape) != 3 || shape[1] != shape[2] || shape[0] == 0 || shape[1] == 0 {
		return nil, &FileError{name + "/" + path, fmt.Sprintf("dimensions %v: want images, rows, columns, with as many rows as columns", shape)}
	}
	path, count, labels, err := file("labels-idx1")
	if err != nil {
		return nil, err
	}
	if len(count) != 1 || count[0] != shape[0] {
		return nil, &FileError{name + "/" + path, fmt.Sprintf("dimensions %v for %d images", count, shape[0])}
	}
	s := &Set{Channels: 1, Side: shape[1], Pixels: pixels}
	classes := 0
	for _, l := range labels {
		s.Labels = append(s.Labels, int(l))
		classes = max(classes, int(l)+1)
	}
	s.Classes = numbered(classes)
	return s, nil
}
