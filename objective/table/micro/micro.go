// Package micro holds a table that is part of the program, so that a search needs nothing downloaded: every class of
// NAS-Bench-201 as a small network (C=4, N=1), trained and attacked on Fashion-MNIST at 8x8 pixels by this project's
// own live backend. It is a benchmark for trying, testing and comparing strategies; it says nothing about CIFAR-10.
package micro

import (
	"archive/zip"
	"bytes"
	_ "embed"
	"io/fs"

	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/objective/table/layout"
)

// README.md says how it is made.
//
//go:embed table.zip
var content []byte

// Path is what names the table where other tables have a path.
const Path = "embedded"

// Format reads the table at [Path].
func Format() table.Format {
	return table.Format{
		Reads: func(path string, _ fs.FileInfo) bool { return path == Path },
		Open: func(_ string, o table.Options) (*table.Content, error) {
			archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
			if err != nil {
				return nil, err
			}
			d, err := layout.OpenArchive(Path, archive, o.Space, o.Dataset)
			if err != nil {
				return nil, err
			}
			return table.Released(d), nil
		},
	}
}

// Open opens the table. The data set is the mean of the seeds if it is empty, or one seed's. The error is a
// *[table.DatasetError] for another.
func Open(dataset string) (*table.Table, error) {
	return table.Open(Path, table.Options{Dataset: dataset, Formats: []table.Format{Format()}})
}
