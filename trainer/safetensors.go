package trainer

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
)

// Safetensors is the content of a safetensors file: a JSON header and raw numbers (github.com/huggingface/safetensors).
type Safetensors struct {
	Metadata map[string]string
	tensors  map[string]stored
	data     []byte
}

type stored struct {
	DType   string `json:"dtype"`
	Shape   []int  `json:"shape"`
	Offsets [2]int `json:"data_offsets"`
}

// maxHeader is the largest header that the format allows.
const maxHeader = 100 << 20

// ReadSafetensors reads a whole file. Errors say what is wrong with it.
func ReadSafetensors(r io.Reader) (*Safetensors, error) {
	var length [8]byte
	if _, err := io.ReadFull(r, length[:]); err != nil {
		return nil, fmt.Errorf("safetensors: no header length: %w", short(err))
	}
	n := binary.LittleEndian.Uint64(length[:])
	if n > maxHeader {
		return nil, fmt.Errorf("safetensors: a header of %d bytes: not a safetensors file", n)
	}
	header, err := io.ReadAll(io.LimitReader(r, int64(n)))
	if err != nil || uint64(len(header)) < n {
		return nil, fmt.Errorf("safetensors: header of %d bytes ends after %d: %w", n, len(header), short(err))
	}
	raw := map[string]json.RawMessage{}
	if err := json.Unmarshal(header, &raw); err != nil {
		return nil, fmt.Errorf("safetensors: header: %w", err)
	}
	s := &Safetensors{tensors: map[string]stored{}}
	if s.data, err = io.ReadAll(r); err != nil {
		return nil, fmt.Errorf("safetensors: %w", err)
	}
	for name, v := range raw {
		if name == "__metadata__" {
			if err := json.Unmarshal(v, &s.Metadata); err != nil {
				return nil, fmt.Errorf("safetensors: metadata: %w", err)
			}
			continue
		}
		var t stored
		if err := json.Unmarshal(v, &t); err != nil {
			return nil, fmt.Errorf("safetensors: tensor %s: %w", name, err)
		}
		if err := t.check(len(s.data)); err != nil {
			return nil, fmt.Errorf("safetensors: tensor %s: %w", name, err)
		}
		s.tensors[name] = t
	}
	return s, nil
}

func short(err error) error {
	if err == nil || errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

func (t stored) check(size int) error {
	width, ok := widths[t.DType]
	if !ok {
		return fmt.Errorf("unknown type %q", t.DType)
	}
	n := 1
	for _, d := range t.Shape {
		if d < 0 || d > 0 && n > math.MaxInt32/d {
			return fmt.Errorf("shape %v", t.Shape)
		}
		n *= d
	}
	from, to := t.Offsets[0], t.Offsets[1]
	if from < 0 || to < from || to > size || to-from != n*width {
		return fmt.Errorf("bytes %d to %d of %d for shape %v of %s", from, to, size, t.Shape, t.DType)
	}
	return nil
}

// Names returns the tensors' names, sorted.
func (s *Safetensors) Names() []string { return slices.Sorted(maps.Keys(s.tensors)) }

// MissingTensorError names a tensor that a file lacks.
type MissingTensorError struct{ Name string }

func (e *MissingTensorError) Error() string { return fmt.Sprintf("no tensor %s", e.Name) }

// ShapeError reports a tensor of the wrong shape.
type ShapeError struct {
	Name      string
	Got, Want []int
}

func (e *ShapeError) Error() string {
	return fmt.Sprintf("tensor %s has shape %v, want %v", e.Name, e.Got, e.Want)
}

// Add adds a tensor of float32.
func (s *Safetensors) Add(name string, shape []int, values []float32) {
	if s.tensors == nil {
		s.tensors = map[string]stored{}
	}
	from := len(s.data)
	for _, v := range values {
		s.data = binary.LittleEndian.AppendUint32(s.data, math.Float32bits(v))
	}
	s.tensors[name] = stored{"F32", slices.Clone(shape), [2]int{from, len(s.data)}}
}

// WriteTo writes the file. The same content gives the same bytes.
func (s *Safetensors) WriteTo(w io.Writer) (int64, error) {
	header := map[string]any{}
	for name, t := range s.tensors {
		header[name] = t
	}
	if len(s.Metadata) > 0 {
		header["__metadata__"] = s.Metadata
	}
	h, err := json.Marshal(header) // sorts keys
	if err != nil {
		return 0, fmt.Errorf("safetensors: %w", err)
	}
	for len(h)%8 != 0 {
		h = append(h, ' ')
	}
	var total int64
	for _, part := range [][]byte{binary.LittleEndian.AppendUint64(nil, uint64(len(h))), h, s.data} {
		n, err := w.Write(part)
		total += int64(n)
		if err != nil {
			return total, fmt.Errorf("safetensors: %w", err)
		}
	}
	return total, nil
}
