package backends

import (
	"errors"
	"fmt"

	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/objective/table/micro"
)

// Open opens the table that the flags name.
func (t *Tables) Open() (*table.Table, error) { return t.OpenAt(t.Data, t.Dataset) }

// OpenAt opens a table; without a data set, with the only one there.
func (t *Tables) OpenAt(path, dataset string) (*table.Table, error) {
	return t.openBy(path, dataset, table.Rule(t.rows))
}

// OpenCells opens a table with the values of all cells, of which the caller chooses those of a class. It is one of
// classes if --rows says what counts, or if the format has nothing else.
func (t *Tables) OpenCells(path string) (*table.Table, error) {
	if t.rows != "" {
		return t.OpenAt(path, "")
	}
	cells, err := t.openBy(path, "", table.Each)
	if err == nil {
		return cells, nil
	}
	if classes, other := t.OpenAt(path, ""); other == nil {
		return classes, nil
	}
	return nil, err
}

func (t *Tables) openBy(path, dataset string, rule table.Rule) (*table.Table, error) {
	if path == "" {
		return nil, usage.Mark(errors.New("--data is empty: name a table, or leave it out for the one in the program"))
	}
	if err := rule.Check(); err != nil {
		return nil, usage.Mark(fmt.Errorf("--%w", err))
	}
	opened, err := table.Open(path, table.Options{Dataset: dataset, Meta: t.Meta, Rows: rule, Formats: t.formats})
	if _, ok := errors.AsType[*table.DatasetError](err); ok && path == micro.Path {
		err = usage.Mark(fmt.Errorf("--dataset: %w; give --data for another table", err))
	}
	if err != nil {
		err = fmt.Errorf("%w%s", err, otherwise(path))
	}
	return opened, err
}
