package trainer

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/nassearch/nassearch/internal/atomicfile"
)

// metadataKey is where the metadata of our weight files have the network's [Spec].
const metadataKey = "nassearch"

// ErrNoDescription reports weights whose file does not say what network they are of: they were made elsewhere.
var ErrNoDescription = errors.New("the file does not describe its network")

// Save writes the weights as a safetensors file, with the benchmark's parameter names and a description of the
// network. It replaces an existing file only when all is written.
func (w *Weights) Save(path string) error {
	f, err := w.encode()
	if err != nil {
		return err
	}
	return f.save(path)
}

// save writes the file whole or not at all.
func (f *Safetensors) save(path string) error {
	return atomicfile.Write(path, func(w io.Writer) error {
		_, err := f.WriteTo(w)
		return err
	})
}

func (w *Weights) encode() (*Safetensors, error) {
	d, err := json.Marshal(w.Spec)
	if err != nil {
		return nil, err
	}
	f := &Safetensors{Metadata: map[string]string{metadataKey: string(d)}}
	w.Tensors(f.Add)
	return f, nil
}

// Load reads weights that [Weights.Save] wrote. Its error is [ErrNoDescription] if the file says nothing of its
// network.
func Load(path string) (*Weights, error) {
	f, err := openSafetensors(path)
	if err != nil {
		return nil, err
	}
	text, ok := f.Metadata[metadataKey]
	if !ok {
		return nil, fmt.Errorf("%s: %w", path, ErrNoDescription)
	}
	var s Spec
	if err = json.Unmarshal([]byte(text), &s); err == nil {
		err = s.Validate()
	}
	if err != nil {
		return nil, fmt.Errorf("%s: description: %w", path, err)
	}
	return decode(path, f, s)
}

// LoadAs reads weights of the given network from a safetensors file, made here or elsewhere. Tensors outside the cells
// that the network does not have are ignored; one that the file lacks, or of another shape, is named, and so is one of
// a cell that the network's cells do not have (an [*ExtraTensorError]): it is another cell's file.
func LoadAs(path string, s Spec) (*Weights, error) {
	f, err := openSafetensors(path)
	if err != nil {
		return nil, err
	}
	return decode(path, f, s)
}

func decode(path string, f *Safetensors, s Spec) (*Weights, error) {
	w, err := newWeights(s)
	if err != nil {
		return nil, err
	}
	if err = w.set(f.Floats); err == nil {
		err = w.extra(f)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w (network %s, C=%d, N=%d)", path, err, s.Cell.Arch(), s.Channels, s.Depth)
	}
	return w, nil
}

// ExtraTensorError names a tensor of a cell that the network's cells do not have.
type ExtraTensorError struct{ Name string }

func (e *ExtraTensorError) Error() string { return fmt.Sprintf("tensor %s is of another cell", e.Name) }

// extra finds a tensor of a cell that the network lacks. PyTorch's count of batches is no weight.
func (w *Weights) extra(f *Safetensors) error {
	known := map[string]bool{}
	for _, t := range w.parts {
		known[t.Name] = true
	}
	for _, name := range f.Names() {
		if !known[name] && strings.HasPrefix(name, "cells.") && !strings.HasSuffix(name, ".num_batches_tracked") {
			return &ExtraTensorError{name}
		}
	}
	return nil
}

// openSafetensors reads a file, and names it in errors.
func openSafetensors(path string) (*Safetensors, error) {
	f, err := readFile(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return f, nil
}

// readFile reads a file whose name its caller adds to errors.
func readFile(path string) (*Safetensors, error) {
	file, err := os.Open(path)
	if at, ok := errors.AsType[*fs.PathError](err); ok {
		return nil, at.Err
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return ReadSafetensors(bufio.NewReader(file))
}
