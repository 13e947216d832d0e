package query

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/search/report/sheet"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
)

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

func (k *knowledge) lookUp(ctx context.Context, t *table.Table) error {
	values, err := t.Lookup(ctx, k.Arch)
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

// rows has one row a value.
func (k knowledge) rows() *sheet.Sheet {
	s := sheet.New("arch", "metric", "setting", "value")
	for _, v := range k.Values {
		value := sheet.Cell{}
		if v.Value != nil {
			value = sheet.Float(*v.Value)
		}
		s.Add(append(sheet.Texts(string(k.Arch), v.Metric, v.Setting), value)...)
	}
	return s
}

// text writes it for people.
func (k knowledge) text(w io.Writer) error {
	p := sheet.To(w)
	p.Line("cell", string(k.Arch))
	for row := range strings.Lines(k.cell.Text()) {
		p.Line("", "  "+strings.TrimRight(row, "\n"))
	}
	index := fmt.Sprintf("native index %d", k.Index)
	if k.OfficialID != nil {
		index += fmt.Sprintf(" · released id #%d", *k.OfficialID)
		if *k.Representative != *k.OfficialID {
			index += fmt.Sprintf(", measured as #%d", *k.Representative)
		}
	}
	p.Line("index", index)
	p.Line("size", fmt.Sprintf("%.3f M parameters · %.3f M FLOPs · depth %d · %d live edges",
		float64(k.Params)/1e6, float64(k.FLOPs)/1e6, k.Depth, k.LiveEdges))
	k.members(p)
	if k.Table != "" {
		p.Line("table", k.Table)
		p.Raw("\n")
	}
	for _, g := range groups(k.values) {
		p.Sheet(g.sheet())
		p.Raw("\n")
	}
	return p.Err()
}

// members writes the class.
func (k knowledge) members(p *sheet.Printer) {
	const most = 8
	p.Line("class", fmt.Sprintf("%d of 0 to %d, with %d members:", k.Class, nasbench201.Classes-1, len(k.Members)))
	for _, m := range k.Members[:min(most, len(k.Members))] {
		note := ""
		if m == k.Canonical && len(k.Members) > 1 {
			note = "  (canonical)"
		}
		p.Line("", string(m)+note)
	}
	if more := len(k.Members) - most; more > 0 {
		p.Line("", fmt.Sprintf("and %d more (--output json lists them)", more))
	}
}
