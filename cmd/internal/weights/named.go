package weights

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// Named finds out whether an argument names a cell, as a function reads it, or else a file, which is then there.
func Named(
	cells func(name string) (nasbench201.Cell, error), arg string,
) (cell nasbench201.Cell, file string, err error) {
	if cell, err = cells(arg); err == nil {
		return cell, "", nil
	}
	_, notNumber := strconv.Atoi(arg)
	if notNumber == nil || strings.Contains(arg, "~") || strings.HasPrefix(arg, "#") {
		return cell, "", err
	}
	info, err := os.Stat(arg)
	switch {
	case err == nil && info.IsDir():
		return cell, "", fmt.Errorf("%s is a folder: want a safetensors file, a cell's text or its index", arg)
	case err == nil:
		return cell, arg, nil
	case strings.HasSuffix(arg, ".safetensors"), strings.HasSuffix(arg, ".onnx"),
		strings.ContainsRune(arg, os.PathSeparator):
		return cell, "", err
	}
	return cell, "", usage.Mark(fmt.Errorf("%q is neither a file nor a cell: "+
		"want a safetensors file, a cell's text or its index, 0 to %d", arg, nasbench201.Cells-1))
}
