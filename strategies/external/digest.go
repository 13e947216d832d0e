package external

import (
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"strings"
)

// mostDigested is the size of files that are looked at unless they are named.
const mostDigested = 16 << 20

// digests returns the SHA-256 of the files that are named with commas, of none for "none", or of the words of a command
// that are files; nil if there are none.
func digests(command []string, depends string) (map[string]string, error) {
	var found map[string]string
	add := func(path string) error {
		sum, err := digest(path)
		if found == nil {
			found = map[string]string{}
		}
		found[path] = sum
		return err
	}
	switch depends {
	case "none":
		return nil, nil
	case "":
		for _, word := range command {
			info, err := os.Stat(word)
			if err != nil || !info.Mode().IsRegular() || info.Size() > mostDigested {
				continue
			}
			if err := add(word); err != nil {
				return nil, err
			}
		}
		return found, nil
	}
	for path := range strings.SplitSeq(depends, ",") {
		if err := add(path); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func digest(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close() // nothing was written
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return fmt.Sprintf("sha256:%x", h.Sum(nil)[:8]), nil
}
