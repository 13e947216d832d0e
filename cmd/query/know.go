package query

import (
	"context"

	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/search/report/sheet"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// know finds out all that is known of a cell.
func know(ctx context.Context, t *table.Table, cell nasbench201.Cell) (knowledge, error) {
	k := knowledge{
		Arch: cell.Arch(), Class: cell.Canonical().Arch(), Index: cell.Index(), Number: cell.Class(),
		Canonical: cell.Canonical().Arch(), Depth: cell.Depth(), LiveEdges: cell.LiveEdges(),
		Values: []valueJSON{}, cell: cell,
	}
	for _, m := range nasbench201.Members(k.Number) {
		k.Members = append(k.Members, m.Arch())
	}
	if n := t.Info().Network; n != nil {
		k.size(*n)
	}
	if err := k.lookUp(ctx, t); err != nil {
		return k, err
	}
	if id, representative, ok := t.OfficialID(k.Arch); ok {
		k.ID, k.Representative = &id, &representative
	}
	return k, nil
}

// knowledge is all that is known of a cell.
type knowledge struct {
	Arch           space.Arch   `json:"arch"`
	Class          space.Arch   `json:"class"`
	Index          int          `json:"index"`
	ID             *int         `json:"id"` // released
	Number         int          `json:"class_number"`
	Canonical      space.Arch   `json:"canonical"`
	Representative *int         `json:"representative"`
	Params         *int64       `json:"params"` // of the cell's own network; null if nobody knows it
	FLOPs          *int64       `json:"flops"`
	Smallest       *smallest    `json:"smallest,omitempty"` // member of the class, if it is another one
	Depth          int          `json:"depth"`
	LiveEdges      int          `json:"live_edges"`
	Members        []space.Arch `json:"members"`
	Table          string       `json:"table,omitempty"`
	Seeds          string       `json:"seeds,omitempty"` // over how many trainings the table's values are means
	Values         []valueJSON  `json:"values"`

	cell   nasbench201.Cell
	values []table.Value
}

// smallest is the member of a class with the smallest network.
type smallest struct {
	Arch   space.Arch `json:"arch"`
	Params int64      `json:"params"`
	FLOPs  int64      `json:"flops"`
}

type valueJSON struct {
	Metric  string   `json:"metric"`
	Setting string   `json:"setting,omitempty"`
	Value   *float64 `json:"value"`           // null: the table has the metric, but not of this architecture
	Seeds   int      `json:"seeds,omitempty"` // how many trainings it is the mean of, if that is known
}

// size notes the sizes of the cell, and of its class's smallest member, in a network.
func (k *knowledge) size(n nasbench201.Network) {
	k.Params, k.FLOPs = new(n.Params(k.cell)), new(n.FLOPs(k.cell))
	c := k.cell.Canonical()
	if params := n.Params(c); params < *k.Params {
		k.Smallest = &smallest{c.Arch(), params, n.FLOPs(c)}
	}
}

// lookUp notes what the table has. A size that was computed is the cell's own.
func (k *knowledge) lookUp(ctx context.Context, t *table.Table) error {
	values, err := t.Lookup(ctx, k.Arch)
	if err != nil {
		return err
	}
	k.Table, k.Seeds = t.Info().Description, t.Info().Seeds.String()
	for _, v := range values {
		if k.sized(v) {
			continue
		}
		k.values = append(k.values, v)
		j := valueJSON{Metric: v.Metric.Name, Setting: v.Metric.Setting.String(), Seeds: v.Seeds}
		if !v.Missing {
			j.Value = &v.Number
		}
		k.Values = append(k.Values, j)
	}
	return nil
}

// sized says whether a value of a table is a size of the class, which the cell's own stands for.
func (k *knowledge) sized(v table.Value) bool {
	if k.Params == nil || v.Missing || !v.Metric.Setting.IsZero() {
		return v.Computed
	}
	params, flops := *k.Params, *k.FLOPs
	if k.Smallest != nil {
		params, flops = k.Smallest.Params, k.Smallest.FLOPs
	}
	return v.Computed || v.Metric.Name == "params" && v.Number == float64(params) ||
		v.Metric.Name == "flops" && v.Number == float64(flops)
}

// rows has one row a value.
func (k knowledge) rows() *sheet.Sheet {
	s := sheet.New("arch", "class", "index", "id", "metric", "setting", "value", "seeds")
	id := sheet.Cell{}
	if k.ID != nil {
		id = sheet.Int(*k.ID)
	}
	add := func(metric, setting string, value, seeds sheet.Cell) {
		s.Add(sheet.Text(string(k.Arch)), sheet.Text(string(k.Class)), sheet.Int(k.Index), id,
			sheet.Text(metric), sheet.Text(setting), value, seeds)
	}
	for _, v := range k.Values {
		value, seeds := sheet.Cell{}, sheet.Cell{}
		if v.Value != nil {
			value = sheet.Float(*v.Value)
		}
		if v.Seeds > 0 {
			seeds = sheet.Int(v.Seeds)
		}
		add(v.Metric, v.Setting, value, seeds)
	}
	if k.Params != nil {
		add("params", "", sheet.Float(float64(*k.Params)), sheet.Cell{})
		add("flops", "", sheet.Float(float64(*k.FLOPs)), sheet.Cell{})
	}
	return s
}
