package backends

import (
	"bytes"
	"io"
	"os"
)

// otherwise says what a file is that is no table, if it is one of the program's own for something else.
func otherwise(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return ""
	}
	beginning := make([]byte, 10)
	if _, err := io.ReadFull(f, beginning); err != nil {
		return ""
	}
	switch {
	case bytes.Equal(beginning, []byte(`{"nassearch`)[:10]):
		return "; this is a log of the program: 'nassearch report' shows studies"
	case beginning[7] == 0 && beginning[8] == '{' && beginning[9] == '"': // a length, and JSON
		return "; these are weights: 'nassearch attack' takes them"
	}
	return ""
}
