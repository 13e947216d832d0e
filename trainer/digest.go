package trainer

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// digestKey is where the metadata have the digest of all else that is ours in the file.
const digestKey = "nassearch.digest"

// errChanged reports content that has a digest, or should have one, and not this.
var errChanged = errors.New("its content is not what was written: " +
	"it is damaged, or was changed without taking " + digestKey + " out of its metadata")

// content identifies tensors and our metadata: their names, types, shapes and bytes, wherever in the file they lie.
func (s *Safetensors) content() string {
	h := sha256.New()
	for _, key := range slices.Sorted(maps.Keys(s.Metadata)) {
		if strings.HasPrefix(key, metadataKey) && key != digestKey {
			fmt.Fprintf(h, "%q %q\n", key, s.Metadata[key])
		}
	}
	for _, name := range s.Names() {
		t := s.tensors[name]
		fmt.Fprintf(h, "%q %s %v\n", name, t.DType, t.Shape)
		h.Write(s.data[t.Offsets[0]:t.Offsets[1]])
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Fingerprint is the digest that [Weights.Save] gives the weights, wherever they are from.
func (w *Weights) Fingerprint() (string, error) {
	f, err := w.encode()
	if err != nil {
		return "", err
	}
	return f.content(), nil
}

// seal adds the digest.
func (s *Safetensors) seal() { s.Metadata[digestKey] = s.content() }

// verify returns an error if the content is not what the digest says. A file without one passes.
func (s *Safetensors) verify() error {
	digest, ok := s.Metadata[digestKey]
	if !ok || digest == s.content() {
		return nil
	}
	if earlier, err := s.layout(); err != nil || digest != earlier {
		return cmp.Or(err, errChanged)
	}
	return nil
}

// layout is the digest of checkpoints made before: of the whole file as it is written, but for the digest.
func (s *Safetensors) layout() (string, error) {
	rest := *s
	rest.Metadata = maps.Clone(s.Metadata)
	delete(rest.Metadata, digestKey)
	h := sha256.New()
	if _, err := rest.WriteTo(h); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
