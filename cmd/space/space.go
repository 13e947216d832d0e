// Package space has the commands that list the cells of the space under all their names, so that any two files of
// results can be joined.
package space

import (
	"fmt"

	"github.com/nassearch/nassearch/cmd/internal/backends"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/search/report/sheet"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/spf13/cobra"
)

// Command returns the command, with those below it.
func Command(p *program.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "space",
		Short: "List the cells of the space: names, classes, sizes, encodings",
		Example: `  nassearch space list --classes -o csv > classes.csv
  nassearch space describe 1462`,
		Args: usage.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(listCommand(p), describeCommand(p))
	return cmd
}

func listCommand(p *program.Program) *cobra.Command {
	var classes bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List all cells, or one of every class",
		Long: `
list writes a row for each of the 15,625 cells, or with --classes for the member that stands for each of the 6,466
classes: under all its names (arch, class, index, and the released id where --meta or --data knows it), by which
files of results can be joined; its size in the network of the table; its operations by edge; and its encodings.`[1:],
		Example: `  nassearch space list -o csv > cells.csv
  nassearch space list --classes --meta robustness-data/meta.json -o csv > classes.csv`,
		Args: usage.NoArgs,
		RunE: func(*cobra.Command, []string) error { return list(p, classes) },
	}
	cmd.Flags().BoolVar(&classes, "classes", false, "one row a class, by the member that stands for it")
	return cmd
}

func describeCommand(p *program.Program) *cobra.Command {
	return &cobra.Command{
		Use:   "describe CELL",
		Short: "Tell all names, sizes and encodings of one cell",
		Long:  "describe takes " + backends.CellNames + ".",
		Example: `  nassearch space describe 1462
  nassearch space describe '#13433' --meta robustness-data/meta.json -o json`,
		Args: usage.Args(1, 1, "one cell: its text, index or #id"),
		RunE: func(_ *cobra.Command, args []string) error { return describe(p, args[0]) },
	}
}

func list(p *program.Program, classes bool) error {
	l, err := newLister(p.Tables)
	if err != nil {
		return err
	}
	all := []entry{}
	for index := range nasbench201.Cells {
		c, err := nasbench201.FromIndex(index)
		if err != nil {
			return err
		}
		if !classes || c == c.Canonical() {
			all = append(all, l.entry(c))
		}
	}
	rows := sheet.New(columns()...)
	for _, e := range all {
		rows.Add(e.cells()...)
	}
	short := sheet.New("arch", "class_number", "index", "id", "params", "flops", "depth")
	for _, e := range all {
		short.Add(sheet.Text(string(e.Arch)), sheet.Int(e.Number), sheet.Int(*e.Index), integer(e.ID), integer(e.Params),
			integer(e.FLOPs), sheet.Int(e.Depth))
	}
	return p.Out.Brief(l.about(len(all)), short, rows, all)
}

func describe(p *program.Program, name string) error {
	cell, err := p.Tables.Cell(name)
	if err != nil {
		return err
	}
	l, err := newLister(p.Tables)
	if err != nil {
		return err
	}
	e := l.entry(cell)
	rows := sheet.New(columns()...)
	rows.Add(e.cells()...)
	lines := sheet.New("what", "value")
	for i, c := range e.cells() {
		lines.Add(sheet.Text(columns()[i]), c)
	}
	return p.Out.Brief(fmt.Sprintf("sizes in the network %s\n", l.network()), lines, rows, e)
}
