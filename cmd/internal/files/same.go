package files

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/internal/plainfile"
)

// Same says whether two paths are of one file or folder, by whatever names: links, other ways, other cases where the
// file system does not tell them apart. Paths of what is not there yet are compared by their folders and last names.
func Same(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	if errA == nil && errB == nil {
		kept := infoA.Mode().IsRegular() || infoA.IsDir()
		return kept && os.SameFile(infoA, infoB)
	}
	return errA != nil && errB != nil && absent(a) == absent(b)
}

// absent is the one path of what is not there yet.
func absent(path string) string {
	full, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	if dir, err := filepath.EvalSymlinks(filepath.Dir(full)); err == nil {
		return filepath.Join(dir, filepath.Base(full))
	}
	return full
}

// results are the endings of files that are written for people and other programs, and are no part of tables and data
// sets in folders, but for pictures.
var results = []string{".csv", ".html", ".pdf", ".png", ".svg", ".tex"}

// holds says whether a folder that is read has a file of a path, which is not one of results.
func (i Input) holds(path string) bool {
	info, err := os.Stat(path)
	ending := strings.ToLower(filepath.Ext(path))
	read := i.pictures && ending == ".png" || !slices.Contains(results, ending)
	if err != nil || !info.Mode().IsRegular() || !read {
		return false
	}
	dir, err := filepath.EvalSymlinks(i.path)
	if err != nil {
		return false
	}
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return false
	}
	dir, errDir := filepath.Abs(dir)
	real, errReal := filepath.Abs(real)
	inside, err := filepath.Rel(dir, real)
	return errDir == nil && errReal == nil && err == nil && filepath.IsLocal(inside) && inside != "."
}

// logBegins is how the logs of the program begin: studies, comparisons, censuses.
const logBegins = `{"nassearch`

// IsLog says whether a file is one of the program's logs, which hold what cannot be had again.
func IsLog(path string) bool { return Beginning(path, len(logBegins)) == logBegins }

// Beginning is the first n bytes of what is nothing but a file; empty if that has fewer, or cannot be read.
func Beginning(path string, n int) string {
	f, err := plainfile.Open(path, os.O_RDONLY, 0)
	if err != nil {
		return ""
	}
	defer f.Close()
	b := make([]byte, n)
	if _, err := io.ReadFull(f, b); err != nil {
		return ""
	}
	return string(b)
}
