package backends

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/nassearch/nassearch/cmd/internal/env"
	"github.com/nassearch/nassearch/cmd/internal/files"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/objective/table/layout"
	"github.com/nassearch/nassearch/objective/table/micro"
)

// Tables are the flags that say which table of measured results a command reads.
type Tables struct {
	Data, Dataset, Meta string
	rows                string
	fidelity            string
	released            *layout.Meta // as soon as it was read
	asked               bool         // for a released id

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
	t.flags.StringVar(&t.rows, "rows", "", "what counts where a table has several rows of one class: strict (none may "+
		"contradict another), first, mean, or each (every cell has its own value, and is a query) (default: strict, or what "+
		"the file says; 'analyze predictors' has a choice of its own)")
	files.Reads(t.flags, "data", "csv", "json", "js", "zip")
	files.ReadsKind(t.flags, "dataset")
	files.Reads(t.flags, "meta", "json", "zip")
	return t
}

// Register adds the flags to those of all commands.
func (t *Tables) Register(root *cobra.Command) {
	root.PersistentFlags().AddFlagSet(t.flags)
	usage.Complete(root, "rows", usage.Names(table.Rules(), func(r table.Rule) string { return string(r) })...)
}

// Leave says that a command reads no tables. If it has no --dataset of its own, that has no meaning either.
func (t *Tables) Leave(cmd *cobra.Command) {
	const why = "it is about tables of measured results, which are not read here"
	usage.Without(cmd, why, "data", "meta", "rows")
	if cmd.Flags().Lookup("dataset") == nil {
		usage.Without(cmd, why, "dataset")
	}
}

// LeaveValues says that a command reads no tables, but for the names of cells that they know; see [Tables.Cell].
func (t *Tables) LeaveValues(cmd *cobra.Command) {
	usage.Without(cmd, "it is about tables of measured results, of which only names of cells are read here", "rows")
}

// Name takes the table from the arguments of a command, if there are any. Whoever names it by --data, too, must mean
// the same.
func (t *Tables) Name(e *env.Env, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if e.Given("data") && t.Data != args[0] {
		return usage.Mark(fmt.Errorf("%q and --data %q are two tables: name one", args[0], t.Data))
	}
	t.Data = args[0]
	return nil
}

// RegisterFidelity adds --fidelity to a command that opens one table.
func (t *Tables) RegisterFidelity(f *pflag.FlagSet) {
	f.StringVar(&t.fidelity, "fidelity", "1", "what the table has of networks that were trained for this share of the "+
		"full training, such as 1/8 ('nassearch table info' lists what there is)")
}

// Open opens the table that the flags name, at the fidelity that they say.
func (t *Tables) Open() (*table.Table, error) {
	opened, err := t.OpenAt(t.Data, t.Dataset)
	if err != nil {
		return nil, err
	}
	return AtFidelity(opened, cmp.Or(t.fidelity, "1"))
}

// AtFidelity returns the table of what a table has at a fidelity, which is a mistake of the command line if it is none.
func AtFidelity(t *table.Table, text string) (*table.Table, error) {
	share, err := objective.ParseFidelity(text)
	if err == nil {
		t, err = t.At(share)
	}
	if err != nil {
		return nil, usage.Mark(fmt.Errorf("--fidelity: %w", err))
	}
	return t, nil
}

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
