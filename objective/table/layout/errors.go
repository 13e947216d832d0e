package layout

import (
	"fmt"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/internal/nearest"
)

// FormatError says what is wrong with a file, and where in it.
type FormatError struct {
	File    string
	Line    int    // of a CSV file, from 1; 0 where lines mean nothing
	Key     string // key of a JSON object, or column of a CSV file; may be empty
	ID      string // released id of an architecture; may be empty
	Problem string
}

func (e *FormatError) Error() string {
	where, key := e.File, ": key "
	if e.Line > 0 {
		where, key = fmt.Sprintf("%s: line %d", where, e.Line), ": column "
	}
	if e.Key != "" {
		where += key + e.Key
	}
	if e.ID != "" {
		where += ": id " + e.ID
	}
	return where + ": " + e.Problem
}

// FileError says that a file of the released dataset is not there, and where to get it.
type FileError struct {
	Metric string // what it was wanted for; empty for meta.json, which is always wanted
	Where  string // folder or zip file that was searched
	File   string // the file, relative to the dataset's folder
	Get    string // where it can be had
}

func (e *FileError) Error() string {
	if e.Metric == "" {
		return fmt.Sprintf("no %s in %s: get %s", e.File, e.Where, e.Get)
	}
	return fmt.Sprintf("no %s in %s: it needs %s: get %s", e.Metric, e.Where, e.File, e.Get)
}

// Of returns the error for a metric that needs the same file.
func (e *FileError) Of(metric string) *FileError {
	c := *e
	c.Metric = metric
	return &c
}

// DatasetError says that a path has no data of the wanted dataset.
type DatasetError struct {
	Dataset string
	Where   string
	Has     []string
}

func (e *DatasetError) Error() string {
	has := "it has " + strings.Join(e.Has, " ")
	if len(e.Has) == 0 {
		has = fmt.Sprintf("want files such as %s/clean_accuracy.json, or %s.zip from %s", e.Dataset, e.Dataset, home)
	}
	if !slices.Contains(Released, e.Dataset) { // which is no slip: the table has not got it
		has += nearest.Hint(e.Dataset, e.Has)
	}
	return fmt.Sprintf("no dataset %s in %s: %s", e.Dataset, e.Where, has)
}
