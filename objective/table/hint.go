package table

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/nassearch/nassearch/objective/table/layout"
)

// hint says which path is meant in the place of one that is near it, if it can be told; else it returns the error.
func hint(path string, err error) error {
	_, noData := errors.AsType[*DatasetError](err)
	_, noMeta := errors.AsType[*FileError](err)
	if !noData && !noMeta {
		return err
	}
	entries, readErr := os.ReadDir(path)
	switch {
	case readErr != nil:
		return err
	case len(entries) == 0:
		return fmt.Errorf("open table: %s is an empty folder: %w", path, err)
	case anyFile(entries):
		return fmt.Errorf("open table: %s is one dataset of the robustness dataset: give the folder above, %s, "+
			"with --dataset %s", path, filepath.Dir(filepath.Clean(path)), filepath.Base(path))
	}
	for _, below := range entries {
		if _, err := os.Stat(filepath.Join(path, below.Name(), layout.MetaFile)); err == nil {
			return fmt.Errorf("open table: %s holds the folder of the robustness dataset: give that, %s",
				path, filepath.Join(path, below.Name()))
		}
	}
	return err
}

// anyFile says whether one of them is a file of a dataset.
func anyFile(entries []fs.DirEntry) bool {
	for _, e := range entries {
		if isDataFile(e.Name()) {
			return true
		}
	}
	return false
}

// isDataFile says whether a file is of one measure of a dataset in the released layout, by its name.
func isDataFile(name string) bool {
	stem, ok := strings.CutSuffix(name, ".json")
	for _, m := range layout.Measures {
		if ok && strings.HasSuffix(stem, "_"+string(m)) {
			return true
		}
	}
	return false
}

// other says what to do with a file that no format reads, by its ending; empty if nothing is known of that.
func other(path string) string {
	asCSV := ": write it as CSV, a header arch,metric,... and a row for each cell"
	switch strings.ToLower(filepath.Ext(path)) {
	case ".gz", ".bz2", ".xz", ".zst", ".7z", ".tar", ".tgz":
		return "is packed: unpack it, or pack it as .zip"
	case ".pickle", ".pkl", ".p", ".pth", ".pt", ".npy", ".npz", ".h5":
		return "can be read by Python alone" + asCSV
	case ".xlsx", ".xls", ".ods", ".tsv", ".parquet", ".feather":
		return "is no table that can be read here" + asCSV
	}
	return ""
}
