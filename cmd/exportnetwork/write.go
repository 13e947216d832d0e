package exportnetwork

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/files"
	"github.com/nassearch/nassearch/internal/atomicfile"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/onnx"
	"github.com/nassearch/nassearch/trainer/pytorch"
)

// paths are what is written, and what is read, which is spared.
type paths struct {
	out  string
	read []files.Input
}

func writeONNX(w *trainer.Weights, to paths) ([]string, error) {
	return []string{to.out}, atomicfile.Write(to.out, func(out io.Writer) error { return onnx.Write(out, w) })
}

// writeTorch writes the weights first: the module is of no use without them. Where they are the file that was read,
// as this program writes it, they stay.
func writeTorch(w *trainer.Weights, to paths) ([]string, error) {
	beside := strings.TrimSuffix(to.out, filepath.Ext(to.out)) + ".safetensors"
	content, err := w.Safetensors()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if _, err := content.WriteTo(&b); err != nil {
		return nil, err
	}
	if there, err := os.ReadFile(beside); err != nil || !bytes.Equal(there, b.Bytes()) {
		if err := files.Spare("the weights' file", beside, to.read); err != nil {
			return nil, err
		}
		if err := w.Save(beside); err != nil {
			return nil, err
		}
	}
	return []string{to.out, beside}, atomicfile.Write(to.out, func(out io.Writer) error {
		return pytorch.Write(out, w, to.out, filepath.Base(beside))
	})
}
