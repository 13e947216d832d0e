package trainer

import (
	"encoding/binary"
	"fmt"
	"math"
)

// widths are the bytes of a number, by type.
var widths = map[string]int{
	"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "F8_E5M2": 1, "F8_E4M3": 1,
	"I64": 8, "I32": 4, "I16": 2, "I8": 1, "U64": 8, "U32": 4, "U16": 2, "U8": 1, "BOOL": 1,
}

// decoders read a number as float32, exactly but for F64 and I64, which are rounded.
var decoders = map[string]func([]byte) float32{
	"F64":  func(b []byte) float32 { return float32(math.Float64frombits(binary.LittleEndian.Uint64(b))) },
	"F32":  func(b []byte) float32 { return math.Float32frombits(binary.LittleEndian.Uint32(b)) },
	"F16":  func(b []byte) float32 { return half(binary.LittleEndian.Uint16(b)) },
	"BF16": func(b []byte) float32 { return math.Float32frombits(uint32(binary.LittleEndian.Uint16(b)) << 16) },
	"I64":  func(b []byte) float32 { return float32(int64(binary.LittleEndian.Uint64(b))) },
}

// half returns the value of an IEEE 754 binary16: a sign, five bits of exponent with bias 15, ten of fraction.
func half(bits uint16) float32 {
	sign := uint32(bits>>15) << 31
	exponent, fraction := uint32(bits>>10&31), uint32(bits&1023)
	switch exponent {
	case 0: // below the smallest normal number: fraction x 2^-24
		return math.Float32frombits(sign | math.Float32bits(float32(fraction)/(1<<24)))
	case 31: // infinite, or no number
		return math.Float32frombits(sign | 255<<23 | fraction<<13)
	}
	return math.Float32frombits(sign | (exponent+127-15)<<23 | fraction<<13)
}

// Floats returns a tensor's shape and its values as float32. Its error is a [*MissingTensorError] if there is no such
// tensor.
func (s *Safetensors) Floats(name string) ([]int, []float32, error) {
	t, ok := s.tensors[name]
	if !ok {
		return nil, nil, &MissingTensorError{name}
	}
	decode, ok := decoders[t.DType]
	if !ok {
		return nil, nil, fmt.Errorf("tensor %s is of type %s: want F32, F64, F16, BF16 or I64", name, t.DType)
	}
	b, width := s.data[t.Offsets[0]:t.Offsets[1]], widths[t.DType]
	out := make([]float32, len(b)/width)
	for i := range out {
		out[i] = decode(b[i*width:])
	}
	return t.Shape, out, nil
}

// finite is Floats for weights, all of which must be finite.
func (s *Safetensors) finite(name string) ([]int, []float32, error) {
	shape, values, err := s.Floats(name)
	for i, v := range values {
		if err == nil && v-v != 0 {
			err = fmt.Errorf("tensor %s: value %d is no finite float32: %v", name, i, v)
		}
	}
	return shape, values, err
}
