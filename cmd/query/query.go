// Package query has the command that shows everything that is known of one architecture.
package query

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/backends"
	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/spf13/cobra"
)

var drawings = []string{"text", "dot", "svg"}

// Command returns the command.
func Command(out *output.Printer, tables *backends.Tables) *cobra.Command {
	var drawing string
	cmd := &cobra.Command{
		Use:   "query ARCH|INDEX|#OFFICIALID",
		Short: "Show everything that is known of one architecture",
		Long: `query shows one cell: its drawing, its size, the other members of its isomorphism class, and, with --data,
everything that the table has of it. The cell is given by its text, by its native index (0 to 15624), or, with
the robustness dataset at hand, by its released id after a #.`,
		Example: `  nassearch query 1462
  nassearch query '#13433' --data robustness-data
  nassearch query '|nor_conv_3x3~0|+|none~0|skip_connect~1|+|skip_connect~0|none~1|nor_conv_1x1~2|' ` +
			"--draw svg > cell.svg",
		Args: usage.Args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return query(cmd.Context(), out, tables, args[0], drawing)
		},
	}
	cmd.Flags().StringVar(&drawing, "draw", "", "print nothing but a drawing: text, dot or svg")
	usage.Complete(cmd, "draw", drawings...)
	return cmd
}

func query(ctx context.Context, out *output.Printer, tables *backends.Tables, name, drawing string) error {
	t, err := tables.Open()
	if err != nil {
		return err
	}
	cell, err := parseCell(name, t)
	if err != nil {
		return err
	}
	if drawing != "" {
		return draw(out, cell, drawing)
	}
	sizes := t.Space().(space.Sizer) // cells of NAS-Bench-201 have sizes
	k := knowledge{
		Arch: cell.Arch(), Index: cell.Index(), Class: cell.Class(), Canonical: cell.Canonical().Arch(),
		Params: sizes.Params(cell.Arch()), FLOPs: sizes.FLOPs(cell.Arch()), Depth: cell.Depth(), LiveEdges: cell.LiveEdges(),
		Values: []valueJSON{}, cell: cell,
	}
	for _, m := range nasbench201.Members(k.Class) {
		k.Members = append(k.Members, m.Arch())
	}
	if err := k.lookUp(ctx, t); err != nil {
		return err
	}
	return out.Print(output.Document{Text: k.text, CSV: k.rows().CSV, JSON: k})
}

// parseCell understands the three ways to name a cell.
func parseCell(name string, t *table.Table) (nasbench201.Cell, error) {
	if id, ok := strings.CutPrefix(name, "#"); ok {
		n, err := strconv.Atoi(id)
		if err != nil {
			return nasbench201.Cell{}, usage.Mark(fmt.Errorf("%q: want a number after #", name))
		}
		arch, ok := t.ByOfficialID(n)
		if !ok {
			return nasbench201.Cell{}, usage.Mark(fmt.Errorf("%s: table %s has no such released id: "+
				"only the robustness dataset's meta.json has them, give --data", name, t.Info().Name))
		}
		return nasbench201.Parse(arch)
	}
	c, err := nasbench201.Find(name)
	return c, usage.Mark(err)
}

func draw(w io.Writer, c nasbench201.Cell, form string) error {
	var drawing string
	switch form {
	case "text":
		drawing = c.Text() + "\n"
	case "dot":
		drawing = c.DOT()
	case "svg":
		drawing = c.SVG()
	default:
		return usage.Mark(fmt.Errorf("--draw %q: want text, dot or svg", form))
	}
	_, err := io.WriteString(w, drawing)
	return err
}
