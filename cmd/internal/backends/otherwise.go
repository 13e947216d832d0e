package backends

import "github.com/nassearch/nassearch/cmd/internal/files"

// otherwise says what a file is that is no table, if it is one of the program's own for something else.
func otherwise(path string) string {
	if files.IsLog(path) {
		return "; this is a log of the program: 'nassearch report' shows studies"
	}
	if b := files.Beginning(path, 10); b != "" && b[7] == 0 && b[8:] == `{"` { // a length, and JSON
		return "; these are weights: 'nassearch attack' takes them"
	}
	return ""
}
