// Package beside keeps what is to be known of a file, and does not belong into it, in hidden files of its folder.
// Nothing depends on them: they are written as far as the folder lets it.
package beside

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"

	"github.com/nassearch/nassearch/internal/atomicfile"
	"github.com/nassearch/nassearch/internal/plainfile"
)

// largest is the most that is read of a hidden file, which somebody else may have put there.
const largest = 1 << 20

// hidden is the file that keeps what is of a kind.
func hidden(path, kind string) string {
	return filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+"."+kind)
}

// Keep keeps a value of a kind as JSON, in the place of what was kept before.
func Keep(path, kind string, value any) {
	_ = atomicfile.Write(hidden(path, kind), func(w io.Writer) error { return json.NewEncoder(w).Encode(value) })
}

// Forget takes away what is kept.
func Forget(path, kind string) { _ = os.Remove(hidden(path, kind)) }

// Kept reads what is kept; false if nothing is, or nothing of such a type.
func Kept[T any](path, kind string) (value T, ok bool) {
	f, err := plainfile.Open(hidden(path, kind), os.O_RDONLY, 0)
	if err != nil {
		return value, false
	}
	defer func() { _ = f.Close() }()
	text, err := io.ReadAll(io.LimitReader(f, largest))
	if err != nil || json.Unmarshal(text, &value) != nil {
		return *new(T), false
	}
	return value, true
}
