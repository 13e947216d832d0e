package trainer

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/nassearch/nassearch/internal/atomicfile"
)

// metadataKey is where the metadata of our weight files have a [description].
const metadataKey = "nassearch"

// description is what the metadata say of weights.
type description struct {
	Spec
	ClassNames []string `json:"class_names,omitempty"`
	// Format is 0 in files of earlier versions, which may be without a digest; those of the present one have it.
	Format int `json:"format,omitempty"`
}

// format is that of the weight files that this program writes.
const format = 2

// ErrNoDescription reports weights whose file does not say what network they are of: they were made elsewhere.
var ErrNoDescription = errors.New("the file does not describe its network")

// Save writes the weights as a safetensors file, with the benchmark's parameter names, a description of the network
// with the names of its classes, and a digest of it all, by which [Load] notices any change. It replaces an existing
// file only when all is written.
func (w *Weights) Save(path string) error {
	f, err := w.Safetensors()
	if err != nil {
		return err
	}
	return f.save(path)
}

// Safetensors returns what [Weights.Save] writes.
func (w *Weights) Safetensors() (*Safetensors, error) {
	f, err := w.encode()
	if err != nil {
		return nil, err
	}
	f.seal()
	return f, nil
}

// save writes the file whole or not at all.
func (f *Safetensors) save(path string) error {
	return atomicfile.Write(path, func(w io.Writer) error {
		_, err := f.WriteTo(w)
		return err
	})
}

func (w *Weights) encode() (*Safetensors, error) {
	d, err := json.Marshal(description{w.Spec, w.ClassNames, format})
	if err != nil {
		return nil, err
	}
	f := &Safetensors{Metadata: map[string]string{metadataKey: string(d)}}
	w.Tensors(f.Add)
	return f, nil
}

// Load reads weights that [Weights.Save] or [Run.Save] wrote. Its error is [ErrNoDescription] if the file says nothing
// of its network, and names the file if its content is not what was written.
func Load(path string) (*Weights, error) {
	f, err := openSafetensors(path)
	if err != nil {
		return nil, err
	}
	w, err := f.Weights()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return w, nil
}

// Weights returns the weights of a network that the metadata describe, as [Weights.Safetensors] does, held against the
// digest. Its error is [ErrNoDescription] if they say nothing of it.
func (s *Safetensors) Weights() (*Weights, error) {
	if err := s.verify(); err != nil {
		return nil, err
	}
	text, ok := s.Metadata[metadataKey]
	if !ok {
		return nil, ErrNoDescription
	}
	d, err := describe(text)
	if err == nil && d.Format == format && s.Metadata[digestKey] == "" {
		err = errChanged
	}
	if err != nil {
		return nil, fmt.Errorf("description: %w", err)
	}
	w, err := s.decode(d.Spec)
	if err != nil {
		return nil, err
	}
	w.ClassNames = d.ClassNames
	return w, nil
}

// describe reads a description.
func describe(text string) (d description, err error) {
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		return d, err
	}
	switch n := len(d.ClassNames); {
	case d.Format < 0 || d.Format > format:
		return d, fmt.Errorf("format %d: this program reads formats up to %d", d.Format, format)
	case n > 0 && n != d.Classes:
		return d, &SpecError{"class names", n, fmt.Sprintf("%d, one a class", d.Classes)}
	}
	return d, d.Spec.Validate()
}

// LoadAs reads weights of the given network from a safetensors file, made here or elsewhere. Tensors outside the cells
// that the network does not have are ignored; one that the file lacks, or of another shape, is named, and so is one of
// a cell that the network's cells do not have (an [*ExtraTensorError]): it is another cell's file. Of a network of 0
// classes the file says how many there are.
func LoadAs(path string, s Spec) (*Weights, error) {
	f, err := openSafetensors(path)
	if err != nil {
		return nil, err
	}
	if bias, ok := f.tensors[classifierBias]; ok && s.Classes == 0 && len(bias.Shape) == 1 {
		s.Classes = bias.Shape[0]
	}
	var w *Weights
	if err = f.verify(); err == nil {
		w, err = f.decode(s)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return w, nil
}

func (s *Safetensors) decode(of Spec) (*Weights, error) {
	w, err := newWeights(of)
	if err != nil {
		return nil, err
	}
	if err = w.set(s.finite); err == nil {
		err = w.extra(s)
	}
	if err != nil {
		return nil, fmt.Errorf("%w (network %s, C=%d, N=%d)", err, of.Cell.Arch(), of.Channels, of.Depth)
	}
	w.Digest = s.Metadata[digestKey]
	return w, nil
}

// openSafetensors reads a file of weights, and names it in errors. What wraps the network's names is taken off.
func openSafetensors(path string) (*Safetensors, error) {
	f, err := readFile(path, os.Open)
	if err == nil {
		err = f.unwrap()
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return f, nil
}

// readFile reads a file, opened in a way such as [os.Open], whose name its caller adds to errors.
func readFile(path string, open func(string) (*os.File, error)) (*Safetensors, error) {
	file, err := open(path)
	if at, ok := errors.AsType[*fs.PathError](err); ok {
		return nil, at.Err
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	r := bufio.NewReader(file)
	if isPickled(r) {
		return nil, &PickleError{path}
	}
	f, err := ReadSafetensors(r)
	if err != nil && pickles(path) {
		return nil, &PickleError{path}
	}
	return f, err
}
