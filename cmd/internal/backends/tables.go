package backends

import (
	"errors"
	"fmt"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/objective/table/layout"
	"github.com/nassearch/nassearch/objective/table/micro"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Tables are the flags that say which table of measured results a command reads.
type Tables struct {
	Data, Dataset, Meta string

	formats []table.Format
	flags   *pflag.FlagSet
}

// NewTables returns the flags, which all commands have. The formats are those of tables, beside the program's own.
func NewTables(formats []table.Format) *Tables {
	t := &Tables{
		formats: append([]table.Format{micro.Format()}, formats...),
		flags:   pflag.NewFlagSet("tables", pflag.ContinueOnError),
	}
	t.flags.StringVar(&t.Data, "data", micro.Path,
		"table of measured results: the one in the program, or "+
			strings.Join(table.Abouts(append(t.formats, table.Formats()...)), ", "))
	t.flags.StringVar(&t.Dataset, "dataset", "",
		"which data set of the table: cifar10, cifar100, ImageNet16-120 (default: the table's only one, or cifar10); "+
			"with --backend live the images")
	t.flags.StringVar(&t.Meta, "meta", "", "meta.json or meta.zip of the robustness dataset, if it is not beside the data")
	return t
}

// Register adds the flags to those of all commands.
func (t *Tables) Register(root *cobra.Command) {
	root.PersistentFlags().AddFlagSet(t.flags)
	usage.Complete(root, "dataset", layout.Released...)
}

// Open opens the table that the flags name.
func (t *Tables) Open() (*table.Table, error) { return t.OpenAt(t.Data, t.Dataset) }

// OpenAt opens a table; without a data set, with the only one there.
func (t *Tables) OpenAt(path, dataset string) (*table.Table, error) {
	if path == "" {
		return nil, usage.Mark(errors.New("--data is empty: name a table, or leave it out for the one in the program"))
	}
	opened, err := table.Open(path, table.Options{Dataset: dataset, Meta: t.Meta, Formats: t.formats})
	if _, ok := errors.AsType[*table.DatasetError](err); ok && path == micro.Path {
		err = usage.Mark(fmt.Errorf("--dataset: %w; give --data for another table", err))
	}
	return opened, err
}
