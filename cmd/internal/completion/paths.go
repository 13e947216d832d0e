package completion

import (
	"cmp"
	"os"
	"path/filepath"
	"strings"

	"github.com/nassearch/nassearch/trainer/dataset"
)

// images lists how data sets are named, and the files and folders behind a kind.
func images(_ line, word string) []string {
	kind, path, named := strings.Cut(word, ":")
	if !named {
		return []string{dataset.Embedded, "cifar10:", "cifar100:", "idx:", "folder:"}
	}
	before := ""
	if i := strings.LastIndexByte(path, ','); i >= 0 {
		before, path = path[:i+1], path[i+1:]
	}
	var names []string
	for _, name := range there(path, kind == "idx" || kind == "folder") {
		names = append(names, kind+":"+before+name)
	}
	return names
}

// folders lists those that a word begins.
func folders(_ line, word string) []string { return there(word, true) }

// there lists the files and folders that a path begins, or folders alone.
func there(path string, foldersOnly bool) (names []string) {
	dir, _ := filepath.Split(path)
	entries, err := os.ReadDir(cmp.Or(dir, "."))
	if err != nil {
		return nil
	}
	for _, e := range entries {
		info, err := os.Stat(filepath.Join(dir, e.Name()))
		switch {
		case err != nil || strings.HasPrefix(e.Name(), "."):
		case info.IsDir():
			names = append(names, dir+e.Name()+"/")
		case !foldersOnly:
			names = append(names, dir+e.Name())
		}
	}
	return names
}
