package onnx

import (
	"encoding/binary"
	"fmt"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// message is a protocol buffer that is written field by field, in the order of their numbers.
type message []byte

func (m *message) text(field protowire.Number, s string) {
	*m = protowire.AppendString(protowire.AppendTag(*m, field, protowire.BytesType), s)
}

func (m *message) bytes(field protowire.Number, b []byte) {
	*m = protowire.AppendBytes(protowire.AppendTag(*m, field, protowire.BytesType), b)
}

func (m *message) number(field protowire.Number, v int64) {
	*m = protowire.AppendVarint(protowire.AppendTag(*m, field, protowire.VarintType), uint64(v))
}

func (m *message) float(field protowire.Number, v float32) {
	*m = protowire.AppendFixed32(protowire.AppendTag(*m, field, protowire.Fixed32Type), math.Float32bits(v))
}

// field is one that was read. The type decides what it holds.
type field struct {
	number protowire.Number
	kind   protowire.Type
	value  uint64 // of numbers
	body   []byte // of texts, bytes, messages and packed numbers
}

// fields calls f for every field of a message, in their order.
func fields(b []byte, f func(field) error) error {
	for at := 0; at < len(b); {
		number, kind, n := protowire.ConsumeTag(b[at:])
		if n < 0 {
			return damaged(at, n)
		}
		at += n
		v := field{number: number, kind: kind}
		switch kind {
		case protowire.VarintType:
			v.value, n = protowire.ConsumeVarint(b[at:])
		case protowire.BytesType:
			v.body, n = protowire.ConsumeBytes(b[at:])
		case protowire.Fixed32Type:
			var bits uint32
			bits, n = protowire.ConsumeFixed32(b[at:])
			v.value = uint64(bits)
		default:
			n = protowire.ConsumeFieldValue(number, kind, b[at:])
		}
		if n < 0 {
			return damaged(at, n)
		}
		at += n
		if err := f(v); err != nil {
			return err
		}
	}
	return nil
}

func damaged(at, code int) error {
	return fmt.Errorf("damaged, or no ONNX file: byte %d of a message: %w", at, protowire.ParseError(code))
}

// numbers appends the whole numbers of a repeated field, which may be packed.
func (f field) numbers(to []int64) ([]int64, error) {
	if f.kind == protowire.VarintType {
		return append(to, int64(f.value)), nil
	}
	for at := 0; at < len(f.body); {
		v, n := protowire.ConsumeVarint(f.body[at:])
		if n < 0 {
			return nil, damaged(at, n)
		}
		to, at = append(to, int64(v)), at+n
	}
	return to, nil
}

// floats appends the numbers of a repeated field of float32, which may be packed.
func (f field) floats(to []float32) []float32 {
	if f.kind == protowire.Fixed32Type {
		return append(to, math.Float32frombits(uint32(f.value)))
	}
	for b := f.body; len(b) >= 4; b = b[4:] {
		to = append(to, math.Float32frombits(binary.LittleEndian.Uint32(b)))
	}
	return to
}
