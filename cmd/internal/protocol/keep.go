package protocol

import (
	"errors"
	"fmt"
	"os"

	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/trainer"
)

// Keeps returns a mistake if weights that are saved where a flag says could not be read again. It is for asking before
// they are trained.
func Keeps(flag, path string) error {
	info, err := os.Stat(path)
	if err != nil || info.Mode().IsRegular() || path == os.DevNull {
		return nil // what is wrong otherwise, writing tells
	}
	return usage.Mark(fmt.Errorf("--%s %s: a folder, pipe or device keeps no weights: name a file", flag, path))
}

// Keep saves weights that took long to train. Where that fails they are rescued.
func Keep(w *trainer.Weights, path string) error {
	if err := w.Save(path); err != nil {
		return Rescue(w, err)
	}
	return nil
}

// Rescue saves weights that cannot be saved where they belong as a new file among temporary ones. It returns the cause,
// and says where they are.
func Rescue(w *trainer.Weights, cause error) error {
	f, err := os.CreateTemp("", "nassearch-*.safetensors")
	if err != nil {
		return errors.Join(cause, err)
	}
	if err := errors.Join(f.Close(), w.Save(f.Name())); err != nil {
		return errors.Join(cause, err, os.Remove(f.Name()))
	}
	return fmt.Errorf("%w; the weights are in %s instead", cause, f.Name())
}
