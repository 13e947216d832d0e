package trainer

import (
	"bufio"
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

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

// Tensors that every network has.
const (
	inEvery        = "stem.0.weight"
	classifierBias = "classifier.bias" // one number a class
)

// unwrap takes off what wrappers put before the names of a network's tensors: "module." by PyTorch's DataParallel,
// "_orig_mod." by torch.compile, or any other.
func (s *Safetensors) unwrap() error {
	if _, ok := s.tensors[inEvery]; ok {
		return nil
	}
	var prefixes []string
	for _, name := range s.Names() {
		if prefix, ok := strings.CutSuffix(name, "."+inEvery); ok && !strings.HasPrefix(name, velocityPrefix) {
			prefixes = append(prefixes, prefix+".")
		}
	}
	if len(prefixes) > 1 {
		return fmt.Errorf("it holds several networks, %s: write one alone to a file", strings.Join(prefixes, " and "))
	}
	if len(prefixes) == 0 {
		return nil
	}
	inner := map[string]stored{}
	for name, t := range s.tensors {
		inner[strings.TrimPrefix(name, prefixes[0])] = t
	}
	if len(inner) < len(s.tensors) {
		return fmt.Errorf("two tensors have one name without %q", prefixes[0])
	}
	s.tensors = inner
	return nil
}

// PickleError reports weights in PyTorch's own format, which runs programs when it is read. It tells how to convert
// them.
type PickleError struct{ Path string }

func (e *PickleError) Error() string {
	to := strings.TrimSuffix(e.Path, filepath.Ext(e.Path)) + ".safetensors"
	return fmt.Sprintf(`PyTorch's own format, which may hold programs, is not read; in Python, convert it by
    import torch; from safetensors.torch import save_file
    w = torch.load(%q, map_location="cpu", weights_only=True); w = w.get("state_dict", w)
    save_file({k: v.clone().contiguous() for k, v in w.items() if torch.is_tensor(v)}, %q)`, e.Path, to)
}

// isPickled says whether a file begins as those of torch.save: a zip archive, or a pickle of protocol 2 to 5.
func isPickled(r *bufio.Reader) bool {
	b, _ := r.Peek(9)              // a file that is shorter is no network
	if len(b) < 9 || b[8] == '{' { // which safetensors have behind eight bytes that may be anything
		return false
	}
	return bytes.HasPrefix(b, []byte("PK\x03\x04")) || b[0] == 0x80 && 2 <= b[1] && b[1] <= 5
}

// pickles says whether a file is named as those of torch.save are.
func pickles(path string) bool {
	return slices.Contains([]string{".pth", ".pt", ".ckpt", ".pkl", ".tar"}, strings.ToLower(filepath.Ext(path)))
}
