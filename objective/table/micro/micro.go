// Package micro holds a table that is part of the program, so that a search needs nothing downloaded: every class of
// NAS-Bench-201 as a small network (C=4, N=1), trained and attacked on Fashion-MNIST at 8x8 pixels by this project's
// own live backend. It is a benchmark for trying, testing and comparing strategies; it says nothing about CIFAR-10.
package micro

import (
	"archive/zip"
	"bytes"
	_ "embed"

	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// README.md says how it is made.
//
//go:embed table.zip
var content []byte

// Path is what names the table where other tables have a path.
const Path = "embedded"

// Open opens the table, and the space of its networks. The data set is the mean of the seeds if it is empty, or one
// seed's. The error is a *[table.DatasetError] for another.
func Open(dataset string) (t *table.Table, sp nasbench201.Space, err error) {
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, sp, err
	}
	p, err := table.ReadArchiveProtocol(Path, archive)
	if err != nil {
		return nil, sp, err
	}
	if sp, err = nasbench201.New(nasbench201.Network(p.Network)); err != nil {
		return nil, sp, err
	}
	t, err = table.OpenArchive(Path, archive, sp, table.Options{Dataset: dataset})
	return t, sp, err
}
