package objective

import (
	"maps"
	"strings"
)

// FileSetting names the setting of a source that is the digest of a file, see [Settings].
func FileSetting(path string) string { return "file " + path }

// DifferInFiles says whether settings of a source differ, and in nothing but files: a program was changed.
func DifferInFiles(was, now map[string]string) bool {
	return !maps.Equal(was, now) && maps.Equal(withoutFiles(was), withoutFiles(now))
}

func withoutFiles(of map[string]string) map[string]string {
	rest := maps.Clone(of)
	maps.DeleteFunc(rest, func(name, _ string) bool { return strings.HasPrefix(name, FileSetting("")) })
	return rest
}
