package backends

import (
	"errors"
	"fmt"

	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/objective/table/micro"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Tables are the flags that say which table of measured results a command reads.
type Tables struct {
	Data, Dataset, Meta string

	flags *pflag.FlagSet
}

// NewTables returns the flags, which all commands have.
func NewTables() *Tables {
	t := &Tables{flags: pflag.NewFlagSet("tables", pflag.ContinueOnError)}
	t.flags.StringVar(&t.Data, "data", micro.Path, "table of measured results: the one in the program, or a folder or zip of the robustness dataset, a NAS-RobBench-201 .json, a .csv")
	t.flags.StringVar(&t.Dataset, "dataset", "", "which data set of the table: cifar10, cifar100, ImageNet16-120 (default: the table's only one, or cifar10); with --backend live the images")
	t.flags.StringVar(&t.Meta, "meta", "", "meta.json or meta.zip of the robustness dataset, if it is not beside the data")
	return t
}

// Register adds the flags to those of all commands.
func (t *Tables) Register(root *cobra.Command) {
	root.PersistentFlags().AddFlagSet(t.flags)
	usage.Complete(root, "dataset", datasets...)
}

// networks are what the benchmark stacks cells into, by data set.
var networks = map[string]nasbench201.Network{
	"cifar10":        nasbench201.Benchmark(10, 32),
	"cifar100":       nasbench201.Benchmark(100, 32),
	"ImageNet16-120": nasbench201.Benchmark(120, 16),
}

var datasets = []string{"cifar10", "cifar100", "ImageNet16-120"}

// Network is what the benchmark stacks cells into for a data set; zero for one that it does not have.
func Network(dataset string) nasbench201.Network { return networks[dataset] }

// cells returns the space for a data set; for one that the benchmark does not have, that for CIFAR-10.
func cells(dataset string) (nasbench201.Space, error) {
	n, ok := networks[dataset]
	if !ok {
		n = networks["cifar10"]
	}
	return nasbench201.New(n)
}

// Open opens the table that the flags name, and the space that goes with its data set.
func (t *Tables) Open() (*table.Table, nasbench201.Space, error) { return t.OpenAt(t.Data, t.Dataset) }

// OpenAt opens a table and the space that goes with its data set; without a data set, with the only one there.
func (t *Tables) OpenAt(path, dataset string) (*table.Table, nasbench201.Space, error) {
	switch path {
	case micro.Path:
		return embedded(dataset)
	case "":
		return nil, nasbench201.Space{}, usage.Mark(errors.New("--data is empty: name a table, or leave it out for the one in the program"))
	}
	sp, own, err := spaceOf(path, dataset)
	if err != nil {
		return nil, sp, err
	}
	options := table.Options{Dataset: dataset, Meta: t.Meta}
	opened, err := table.Open(path, sp, options)
	if err != nil {
		return nil, sp, err
	}
	if have := opened.Info().Dataset; !own && dataset == "" && have != "cifar10" && networks[have] != (nasbench201.Network{}) {
		options.Dataset = have
		if sp, err = cells(have); err == nil {
			opened, err = table.Open(path, sp, options)
		}
	}
	return opened, sp, err
}

// spaceOf returns the space of cells in the network that a table says it is of, or else in that of its data set.
func spaceOf(path, dataset string) (sp nasbench201.Space, own bool, err error) {
	p, err := table.ReadProtocol(path)
	if err != nil {
		return sp, false, err
	}
	if p == nil {
		sp, err = cells(dataset)
		return sp, false, err
	}
	sp, err = nasbench201.New(nasbench201.Network(p.Network))
	return sp, true, err
}

// embedded opens the table in the program.
func embedded(dataset string) (*table.Table, nasbench201.Space, error) {
	t, sp, err := micro.Open(dataset)
	if _, ok := errors.AsType[*table.DatasetError](err); ok {
		err = usage.Mark(fmt.Errorf("--dataset: %w; give --data for another table", err))
	}
	return t, sp, err
}
