// Package depends takes the fingerprints of files that the answers of a program follow from.
package depends

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/nassearch/nassearch/internal/plainfile"
)

// mostDigested is the size of files that are looked at unless they are named.
const mostDigested = 16 << 20

// None names no files.
const None = "none"

// Digests returns the SHA-256 of the files and folders that are named with commas, of none for "none", or of the words
// of a command that are files; nil if there are none.
func Digests(command []string, named string) (map[string]string, error) {
	var paths []string
	switch named {
	case None:
		return nil, nil
	case "":
		for _, word := range command {
			info, err := os.Stat(word)
			if err == nil && info.Mode().IsRegular() && info.Size() <= mostDigested {
				paths = append(paths, word)
			}
		}
	default:
		paths = strings.Split(named, ",")
	}
	var found map[string]string
	for _, path := range paths {
		sum, err := digest(path)
		if err != nil {
			return nil, err
		}
		if found == nil {
			found = map[string]string{}
		}
		found[path] = sum
	}
	return found, nil
}

// Holds returns the first of the folders that are named with commas in which a path is or would be, whose digest would
// change with it; false if it is in none.
func Holds(named, path string) (folder string, holds bool) {
	inner, err := filepath.Abs(path)
	if err != nil || path == "" {
		return "", false
	}
	for folder := range strings.SplitSeq(named, ",") {
		info, err := os.Stat(folder)
		if err != nil || !info.IsDir() {
			continue
		}
		outer, err := filepath.Abs(folder)
		if err != nil {
			continue
		}
		if inside, err := filepath.Rel(outer, inner); err == nil && filepath.IsLocal(inside) {
			return folder, true
		}
	}
	return "", false
}

// digest is that of a file's content, or of a folder's.
func digest(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	if info.IsDir() {
		err = addFolder(h, path)
	} else {
		err = add(h, path)
	}
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("sha256:%x", h.Sum(nil)[:8]), nil
}

// addFolder adds the names and the digests of all files below a folder, in the order of their names. Hidden ones are
// left out, and so is what Python keeps of programs that it has read.
func addFolder(to io.Writer, root string) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch name := d.Name(); {
		case err != nil:
			return err
		case path != root && strings.HasPrefix(name, ".") || name == "__pycache__":
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir():
			return nil
		}
		inside, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		h := sha256.New()
		if err := add(h, path); err != nil {
			return err
		}
		_, err = fmt.Fprintf(to, "%q %s\n", filepath.ToSlash(inside), hex.EncodeToString(h.Sum(nil)))
		return err
	})
}

func add(h hash.Hash, path string) error {
	f, err := plainfile.Open(path, os.O_RDONLY, 0)
	if err != nil {
		return err
	}
	defer f.Close() // nothing was written
	_, err = io.Copy(h, f)
	return err
}
