package weights

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/onnx"
)

// load reads weights from a file of safetensors, or of ONNX that this program wrote.
func load(path string) (*trainer.Weights, error) {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() { // a pipe is read but once
		return trainer.Load(path)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	r := bufio.NewReader(file)
	head, _ := r.Peek(9) // what is shorter is no network
	if !onnx.Begins(head) && !strings.EqualFold(filepath.Ext(path), ".onnx") {
		return trainer.Load(path)
	}
	w, err := onnx.Read(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return w, nil
}
