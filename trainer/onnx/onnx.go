// Package onnx writes networks of NAS-Bench-201 as ONNX files (github.com/onnx/onnx) and reads back what it has
// written.
//
// A file computes logits (batch, classes) from images (batch, channels, side, side) in [0,1] with operators of opset
// 17: the normalisation, then the network, with batch norm as it is in evaluation. The weights are constants of the
// benchmark's names. The metadata have what [trainer.Weights.Save] writes there: the network's description, the names
// of its classes and a digest of it all, the same as in the file of weights.
package onnx

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/nassearch/nassearch/trainer"
)

// most is the size from which protocol buffers are not read everywhere.
const most = 1<<31 - 1

// Write writes a network. The same weights give the same bytes. Its error says so if they are too many for the format,
// which keeps 2 GiB.
func Write(to io.Writer, w *trainer.Weights) error {
	kept, err := w.Safetensors()
	if err != nil {
		return err
	}
	m := describe(w.Spec)
	m.metadata = kept.Metadata
	size := 0
	w.Tensors(func(name string, shape []int, values []float32) {
		m.tensors = append(m.tensors, tensor{name: name, shape: shape, values: values})
		size += bytesOfFloat * len(values)
	})
	if size > most {
		return tooLarge(size)
	}
	b := m.encode()
	if len(b) > most {
		return tooLarge(len(b))
	}
	_, err = to.Write(b)
	return err
}

func tooLarge(size int) error {
	return fmt.Errorf("a network of %d bytes: an ONNX file holds 2 GiB at most", size)
}

// describe returns the file of a network but for its weights and metadata.
func describe(s trainer.Spec) model {
	nodes, zero := build(s)
	m := model{
		producer: producer, opset: opset, title: string(s.Cell.Arch()), nodes: nodes,
		inputs:  []value{{inputName, []int64{int64(s.Inputs), int64(s.Image), int64(s.Image)}}},
		outputs: []value{{outputName, []int64{int64(s.Classes)}}},
	}
	if len(s.Mean) > 0 {
		shape := []int{1, s.Inputs, 1, 1}
		m.tensors = append(m.tensors, tensor{name: meanName, shape: shape, values: s.Mean},
			tensor{name: stdName, shape: shape, values: s.Std})
	}
	if zero {
		m.tensors = append(m.tensors, tensor{name: zeroName, values: []float32{0}})
	}
	return m
}

// ForeignError reports an ONNX file that this program has not written.
type ForeignError struct{ Producer string } // as the file names it; empty: it does not

func (e *ForeignError) Error() string {
	by := "an unnamed program"
	if e.Producer != "" {
		by = e.Producer
	}
	return fmt.Sprintf("an ONNX file of %s: of these only networks of NAS-Bench-201 that 'nassearch export-network' "+
		"wrote are read; give the weights of another as safetensors with the benchmark's names, with --arch", by)
}

// ChangedError reports a file of ours whose graph is not that of its network any more.
type ChangedError struct{ What string }

func (e *ChangedError) Error() string {
	return fmt.Sprintf("%s: the file is not as 'nassearch export-network' wrote it, and what it computes now is not "+
		"known: export the network again", e.What)
}

// Read reads what [Write] wrote: the same weights, bit for bit. Its error is a [*ForeignError] or a [*ChangedError], or
// says what is damaged.
func Read(from io.Reader) (*trainer.Weights, error) {
	b, err := io.ReadAll(from)
	if err != nil {
		return nil, err
	}
	m, err := decode(b)
	if err != nil {
		return nil, err
	}
	constants := map[string]tensor{}
	kept := &trainer.Safetensors{Metadata: m.metadata}
	for _, t := range m.tensors {
		switch {
		case t.unread: // which the digest notices
		case slices.Contains([]string{meanName, stdName, zeroName}, t.name):
			constants[t.name] = t
		default:
			kept.Add(t.name, t.shape, t.values)
		}
	}
	w, err := kept.Weights()
	if errors.Is(err, trainer.ErrNoDescription) {
		return nil, &ForeignError{m.producer}
	}
	if err != nil {
		return nil, err
	}
	return w, m.compare(describe(w.Spec), constants)
}

// Begins says whether a file that begins so may be one of ONNX, and is none of safetensors.
func Begins(b []byte) bool {
	const version = 1 << 3 // the field that comes first, a number
	return len(b) > 8 && b[0] == version && b[1] < 0x80 && b[8] != '{'
}
