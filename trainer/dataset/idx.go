package dataset

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"slices"

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
	shape, total, err := readShape(r)
	if err != nil {
		return nil, nil, err
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

// readShape reads the header: the dimensions, and how many values they make.
func readShape(r io.Reader) (shape []int, total int, err error) {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, 0, errors.New("shorter than the header of an IDX file")
	}
	if head[0] != 0 || head[1] != 0 || head[2] != idxBytes || head[3] < 1 || head[3] > 4 {
		return nil, 0, fmt.Errorf("begins with %x: not an IDX file of bytes", head)
	}
	total = 1
	dimensions := make([]uint32, head[3])
	if err := binary.Read(r, binary.BigEndian, dimensions); err != nil {
		return nil, 0, errors.New("shorter than the header of an IDX file")
	}
	for _, d := range dimensions {
		n := int(d)
		if n > 0 && total > math.MaxInt32/n {
			return nil, 0, fmt.Errorf("dimensions %v and %d: too large", shape, n)
		}
		total *= n
		shape = append(shape, n)
	}
	return shape, total, nil
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
	_, errHead := z.Write(head)
	_, errValues := z.Write(values)
	return cmp.Or(errHead, errValues, z.Close())
}

// openIDX reads a folder with files of MNIST's names, compressed or not: train-images-idx3-ubyte and
// train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte for the test part. The name is for errors.
func openIDX(dir fs.FS, name string) (*Data, error) {
	if _, err := fs.Stat(dir, "."); err != nil {
		return nil, &FileError{name, "no such folder"}
	}
	d, err := parts("train", "t10k", func(part string) (*Set, error) { return readPart(dir, name, part) })
	if err != nil {
		return nil, err
	}
	switch {
	case d.Train == nil && d.Test == nil:
		return nil, &FileError{name, "none of " + imagesOf("train") + " and " + imagesOf("t10k") + ", plain or .gz"}
	case d.Train != nil && d.Test != nil:
		classes := numbered(max(len(d.Train.Classes), len(d.Test.Classes)))
		d.Train.Classes, d.Test.Classes = classes, classes
	}
	return d, nil
}

func imagesOf(part string) string { return part + "-images-idx3-ubyte" }
func labelsOf(part string) string { return part + "-labels-idx1-ubyte" }

// readPart returns nil if there are no images of the part.
func readPart(dir fs.FS, name, part string) (*Set, error) {
	path, shape, pixels, err := readNamed(dir, imagesOf(part))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, &FileError{name + "/" + path, err.Error()}
	}
	s := &Set{Channels: 1, Pixels: pixels}
	if len(shape) == 4 {
		s.Channels = shape[1]
		shape = slices.Delete(shape, 1, 2)
	}
	if len(shape) != 3 || shape[1] != shape[2] || s.Channels == 0 || slices.Contains(shape, 0) {
		const problem = "dimensions %v: want images, channels if they are not grey, rows, and as many columns"
		return nil, &FileError{name + "/" + path, fmt.Sprintf(problem, shape)}
	}
	s.Side = shape[1]
	path, count, labels, err := readNamed(dir, labelsOf(part))
	if err != nil {
		return nil, &FileError{name + "/" + path, err.Error()}
	}
	if len(count) != 1 || count[0] != shape[0] {
		return nil, &FileError{name + "/" + path, fmt.Sprintf("dimensions %v for %d images", count, shape[0])}
	}
	classes := 0
	for _, l := range labels {
		s.Labels = append(s.Labels, int(l))
		classes = max(classes, int(l)+1)
	}
	s.Classes = numbered(classes)
	return s, nil
}

// readNamed reads a file that is compressed or not, and says which it was.
func readNamed(dir fs.FS, name string) (path string, shape []int, values []uint8, err error) {
	path = name
	f, err := dir.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		path += ".gz"
		f, err = dir.Open(path)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return name, nil, nil, fmt.Errorf("%w, plain or .gz", fs.ErrNotExist)
	}
	if err != nil {
		return path, nil, nil, err
	}
	defer f.Close()
	shape, values, err = readIDX(f)
	return path, shape, values, err
}
