package cmd

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/spf13/cobra"
)

func (a *app) queryCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "query ARCH|INDEX|#OFFICIALID",
		Short: "Show everything that is known of one architecture",
		Long: `query shows one cell: its drawing, its size, the other members of its isomorphism class, and, with --data,
everything that the table has of it. The cell is given by its text, by its native index (0 to 15624), or, with
the robustness dataset at hand, by its released id after a #.`,
		Example: `  nassearch query 1462
  nassearch query '#13433' --data robustness-data
  nassearch query '|nor_conv_3x3~0|+|none~0|skip_connect~1|+|skip_connect~0|none~1|nor_conv_1x1~2|' --draw svg > cell.svg`,
		Args: usage.Args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error { return a.query(cmd, args[0]) },
	}
	cmd.Flags().String("draw", "", "print nothing but a drawing: text, dot or svg")
	must(cmd.RegisterFlagCompletionFunc("draw", cobra.FixedCompletions([]string{"text", "dot", "svg"}, cobra.ShellCompDirectiveNoFileComp)))
	return cmd
}

// knowledge is all that is known of a cell.
type knowledge struct {
	Arch           space.Arch   `json:"arch"`
	Index          int          `json:"index"`
	Class          int          `json:"class"`
	Canonical      space.Arch   `json:"canonical"`
	OfficialID     *int         `json:"official_id"`
	Representative *int         `json:"representative"`
	Params         int64        `json:"params"`
	FLOPs          int64        `json:"flops"`
	Depth          int          `json:"depth"`
	LiveEdges      int          `json:"live_edges"`
	Members        []space.Arch `json:"members"`
	Table          string       `json:"table,omitempty"`
	Values         []valueJSON  `json:"values"`

	cell   nasbench201.Cell
	values []table.Value
}

type valueJSON struct {
	Metric  string   `json:"metric"`
	Setting string   `json:"setting,omitempty"`
	Value   *float64 `json:"value"` // null: the table has the metric, but not of this architecture
}

func (a *app) query(cmd *cobra.Command, name string) error {
	t, sp, err := a.openTable()
	if err != nil {
		return err
	}
	cell, err := parseCell(name, t)
	if err != nil {
		return err
	}
	if draw := a.config.GetString("draw"); draw != "" {
		return a.draw(cell, draw)
	}
	k := knowledge{
		Arch: cell.Arch(), Index: cell.Index(), Class: cell.Class(), Canonical: cell.Canonical().Arch(),
		Params: sp.Params(cell.Arch()), FLOPs: sp.FLOPs(cell.Arch()), Depth: cell.Depth(), LiveEdges: cell.LiveEdges(),
		Values: []valueJSON{}, cell: cell,
	}
	for _, m := range nasbench201.Members(k.Class) {
		k.Members = append(k.Members, m.Arch())
	}
	if err := k.lookUp(cmd, t); err != nil {
		return err
	}
	switch a.config.GetString("output") {
	case "json":
		return report.JSON(a.stdout, k)
	case "csv":
		return k.csv(a.stdout)
	default:
		return k.text(a.stdout)
	}
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
			return nasbench201.Cell{}, usage.Mark(fmt.Errorf("%s: table %s has no such released id: only the robustness dataset's meta.json has them, give --data", name, t.Info().Name))
		}
		return nasbench201.Parse(arch)
	}
	c, err := nasbench201.Find(name)
	return c, usage.Mark(err)
}

func (a *app) draw(c nasbench201.Cell, form string) error {
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
	_, err := io.WriteString(a.stdout, drawing)
	return err
}

func (k *knowledge) lookUp(cmd *cobra.Command, t *table.Table) error {
	values, err := t.Lookup(cmd.Context(), k.Arch)
	if err != nil {
		return err
	}
	k.Table, k.values = t.Info().Description, values
	for _, v := range values {
		j := valueJSON{Metric: v.Metric.Name, Setting: v.Metric.Setting.String()}
		if !v.Missing {
			j.Value = &v.Number
		}
		k.Values = append(k.Values, j)
	}
	if id, representative, ok := t.OfficialID(k.Arch); ok {
		k.OfficialID, k.Representative = &id, &representative
	}
	return nil
}

// csv writes one row a value.
func (k knowledge) csv(w io.Writer) error {
	out := csv.NewWriter(w)
	rows := [][]string{{"arch", "metric", "setting", "value"}}
	for _, v := range k.Values {
		value := ""
		if v.Value != nil {
			value = strconv.FormatFloat(*v.Value, 'g', -1, 64)
		}
		rows = append(rows, []string{string(k.Arch), v.Metric, v.Setting, value})
	}
	return out.WriteAll(rows)
}

func (k knowledge) text(w io.Writer) error {
	var b strings.Builder
	line := func(label, text string) {
		fmt.Fprintf(&b, "%s\n", strings.TrimRight(fmt.Sprintf("%-9s%s", label, text), " "))
	}
	line("cell", string(k.Arch))
	for row := range strings.Lines(k.cell.Text()) {
		line("", "  "+strings.TrimRight(row, "\n"))
	}
	index := fmt.Sprintf("native index %d", k.Index)
	if k.OfficialID != nil {
		index += fmt.Sprintf(" · released id #%d", *k.OfficialID)
		if *k.Representative != *k.OfficialID {
			index += fmt.Sprintf(", measured as #%d", *k.Representative)
		}
	}
	line("index", index)
	line("size", fmt.Sprintf("%.3f M parameters · %.3f M FLOPs · depth %d · %d live edges", float64(k.Params)/1e6, float64(k.FLOPs)/1e6, k.Depth, k.LiveEdges))
	line("class", fmt.Sprintf("%d of 0 to %d, with %d members:", k.Class, nasbench201.Classes-1, len(k.Members)))
	const most = 8
	for _, m := range k.Members[:min(most, len(k.Members))] {
		note := ""
		if m == k.Canonical && len(k.Members) > 1 {
			note = "  (canonical)"
		}
		line("", string(m)+note)
	}
	if more := len(k.Members) - most; more > 0 {
		line("", fmt.Sprintf("and %d more (--output json lists them)", more))
	}
	if k.Table != "" {
		line("table", k.Table)
		b.WriteByte('\n')
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return err
	}
	for _, group := range groups(k.values) {
		if err := group.write(w); err != nil {
			return err
		}
	}
	return nil
}

// valueGroup is a table of metrics (rows) that have the same kind of setting (columns).
type valueGroup struct {
	kind    string
	columns []string
	rows    []string
	numbers map[[2]string]string // by row and column
}

// groups arranges values: those without settings, those by eps, those by severity.
func groups(values []table.Value) []*valueGroup {
	var all []*valueGroup
	find := func(kind string) *valueGroup {
		for _, g := range all {
			if g.kind == kind {
				return g
			}
		}
		all = append(all, &valueGroup{kind: kind, numbers: map[[2]string]string{}})
		return all[len(all)-1]
	}
	for _, v := range values {
		kind, column := "value", "value"
		switch s := v.Metric.Setting; {
		case s.Eps != 0:
			kind, column = "eps", s.String()
		case s.Severity == objective.EverySeverity:
			kind, column = "severity", "mean"
		case s.Severity != 0:
			kind, column = "severity", strconv.Itoa(s.Severity)
		}
		g := find(kind)
		g.columns, g.rows = with(g.columns, column), with(g.rows, v.Metric.Name)
		text := "missing"
		if !v.Missing {
			text = report.Format(v.Metric, v.Number)
		}
		g.numbers[[2]string{v.Metric.Name, column}] = text
	}
	return all
}

// with appends a text that is not there yet.
func with(list []string, text string) []string {
	for _, t := range list {
		if t == text {
			return list
		}
	}
	return append(list, text)
}

func (g *valueGroup) write(w io.Writer) error {
	header := map[string]string{"value": "metric", "eps": "at eps", "severity": "at severity"}[g.kind]
	rows := [][]string{append([]string{header}, g.columns...)}
	for _, name := range g.rows {
		row := []string{name}
		for _, c := range g.columns {
			row = append(row, g.numbers[[2]string{name, c}])
		}
		rows = append(rows, row)
	}
	if err := report.Table(w, rows); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}
