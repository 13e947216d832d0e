package kept

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/files"
	"github.com/nassearch/nassearch/search/compare"
)

// Place is where something is kept, or an error why nobody can know.
type Place struct {
	Path string
	Err  error
}

// Within lists what a folder and those in it keep, in the order of names. The runs of a comparison that keep journals
// of their own are its parts.
func Within(ctx context.Context, dir string) []Place { return within(ctx, nil, dir) }

// Behind lists the paths of what a path names: of a folder that is none of a comparison or a census what it keeps, if
// that is anything, and else the path itself.
func Behind(ctx context.Context, path string) (paths []string) {
	if info, err := os.Stat(path); err == nil && info.IsDir() && !single(path) {
		for _, p := range Within(ctx, path) {
			paths = append(paths, p.Path)
		}
	}
	if len(paths) == 0 {
		return []string{path}
	}
	return paths
}

// single says whether a folder is that of one comparison or census, rather than of whatever was put there: such may be
// called like their logs.
func single(dir string) bool {
	for kind, name := range names {
		log := filepath.Join(dir, name)
		info, err := os.Stat(log)
		if err == nil && (info.Size() == 0 || files.Beginning(log, len(begins[kind])) == begins[kind]) {
			return true
		}
	}
	return false
}

func within(ctx context.Context, found []Place, dir string) []Place {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return append(found, Place{dir, err})
	}
	compared := files.IsLog(filepath.Join(dir, compare.RunsFile))
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		if strings.HasPrefix(e.Name(), ".") || compared && e.Name() == compare.StudiesDir || ctx.Err() != nil {
			continue
		}
		info, err := os.Stat(path) // of what a link names
		switch {
		case e.IsDir():
			found = within(ctx, found, path)
		case err == nil && info.Mode().IsRegular() && holds(path), err != nil && lines(path):
			found = append(found, Place{path, unlessThere(err)})
		}
	}
	return found
}

// lines says whether a file is called like one of lines of JSON.
func lines(path string) bool { return strings.EqualFold(filepath.Ext(path), ".jsonl") }

// other begins logs that are neither of a study, nor of a comparison or a census.
const other = `{"nassearch_measures"`

// holds says whether a file may be something that is kept.
func holds(path string) bool {
	return (files.IsLog(path) || lines(path)) && files.Beginning(path, len(other)) != other
}

// unlessThere says what is wrong with a link that leads nowhere.
func unlessThere(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("study: %w", err)
}
