package studies

import (
	"cmp"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/nassearch/nassearch/cmd/internal/kept"
	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search/report/sheet"
	"github.com/nassearch/nassearch/space"
)

// row is what is told of a file.
type row struct {
	Path      string             `json:"path"`
	Kind      kept.Kind          `json:"kind"`
	State     kept.State         `json:"state"`
	Objective []string           `json:"objective"`
	Strategy  []string           `json:"strategy"`
	Seed      *uint64            `json:"seed"` // of a study
	Arch      space.Arch         `json:"best_arch,omitempty"`
	Best      map[string]float64 `json:"best"`            // by metric; of several those of the first of the front
	Front     int                `json:"front,omitempty"` // architectures that no other dominates, of several metrics
	Done      int                `json:"done"`            // queries, runs or measurements
	Total     *int               `json:"total"`           // nil if nobody knows
	Share     *float64           `json:"progress"`        // from 0 to 1; nil if nobody knows
	Failed    int                `json:"failed"`
	Left      *float64           `json:"seconds_left"` // nil if nobody knows
	Wrote     *time.Time         `json:"written"`      // last
	Bytes     int64              `json:"bytes"`
	Version   string             `json:"version"`
	Problem   string             `json:"problem,omitempty"` // why it cannot be read, or not whole

	at      int
	metrics []objective.Metric
	value   float64 // best of the first metric, NaN if there is none
	best    string
	said    string // progress
}

func newRow(k kept.Kept) row {
	b := k.Best()
	r := row{
		Path: k.Path, Kind: k.Kind, State: k.State, Objective: []string{}, Strategy: []string{}, Arch: b.Arch,
		Best: map[string]float64{}, Front: b.Front, Done: k.Done, Failed: k.Failed, Bytes: k.Bytes, Version: k.Version,
		metrics: b.Objective, value: math.NaN(), best: b.String(), said: k.Progress(),
	}
	for i, m := range b.Objective {
		r.Objective = append(r.Objective, m.Key())
		if b.Values != nil {
			r.Best[m.Key()] = b.Values[i]
		}
	}
	if b.Values != nil {
		r.value = b.Values[0]
	}
	switch {
	case k.Compare != nil:
		for _, s := range k.Compare.Strategies {
			r.Strategy = append(r.Strategy, s.Name)
		}
	case k.Kind == kept.Study && k.Result.Study.Strategy != "":
		r.Strategy, r.Seed = []string{k.Result.Study.Strategy}, new(k.Result.Study.Seed)
	}
	if k.Total > 0 {
		r.Total = new(k.Total)
	}
	if share, ok := k.Share(); ok {
		r.Share = &share
	}
	if k.Left > 0 {
		r.Left = new(k.Left.Seconds())
	}
	if !k.Wrote.IsZero() {
		r.Wrote = new(k.Wrote.UTC().Truncate(time.Second))
	}
	if k.Err != nil {
		r.Problem = k.Err.Error()
	}
	return r
}

// wants says whether a row is one of those that the flags name.
func (o *options) wants(r row) bool {
	among := func(list []string, names ...string) bool {
		return len(list) == 0 || slices.ContainsFunc(names, func(n string) bool { return slices.Contains(list, n) })
	}
	metrics := r.Objective
	for _, m := range r.metrics {
		metrics = append(metrics, m.Name, m.Brief())
	}
	return among(o.states, string(r.State)) && among(o.kinds, string(r.Kind)) && among(o.metrics, metrics...) &&
		among(o.strategy, r.Strategy...)
}

// order is a value of --sort.
type order struct {
	name    string
	compare func(a, b row) int
}

// orders are the ways to sort, each with what is wanted first at the beginning.
func orders() []order {
	share := func(r row) float64 {
		if r.Share == nil {
			return -1
		}
		return *r.Share
	}
	wrote := func(r row) time.Time {
		if r.Wrote == nil {
			return time.Time{}
		}
		return *r.Wrote
	}
	return []order{
		{"name", func(a, b row) int { return cmp.Compare(a.at, b.at) }},
		{"best", compareBest},
		{"progress", func(a, b row) int { return -cmp.Compare(share(a), share(b)) }},
		{"done", func(a, b row) int { return -cmp.Compare(a.Done, b.Done) }},
		{"failed", func(a, b row) int { return -cmp.Compare(a.Failed, b.Failed) }},
		{"state", func(a, b row) int { return slices.Index(kept.States(), a.State) - slices.Index(kept.States(), b.State) }},
		{"written", func(a, b row) int { return -wrote(a).Compare(wrote(b)) }},
	}
}

// compareBest has those together that search for the same, and the best of these first.
func compareBest(a, b row) int {
	return cmp.Or(
		cmp.Compare(min(1, len(b.metrics)), min(1, len(a.metrics))),
		slices.Compare(a.Objective, b.Objective),
		cmp.Compare(unknown(a), unknown(b)),
		better(a, b),
	)
}

func unknown(r row) int {
	if math.IsNaN(r.value) {
		return 1
	}
	return 0
}

func better(a, b row) int {
	if unknown(a)+unknown(b) > 0 || len(a.metrics) == 0 || len(b.metrics) == 0 {
		return 0
	}
	return a.metrics[0].Goal.Compare(a.value, b.value)
}

// order sorts rows; equal ones have the order of names.
func (o *options) order(rows []row) {
	all := orders()
	by := all[slices.IndexFunc(all, func(by order) bool { return by.name == o.sort })]
	slices.SortStableFunc(rows, by.compare)
	if o.reverse {
		slices.Reverse(rows)
	}
}

// show prints rows.
func show(p *output.Printer, rows []row) error {
	if rows == nil {
		rows = []row{}
	}
	above := ""
	if len(rows) == 0 {
		above = "nothing is kept there, or nothing of what the flags name\n"
	}
	few := sheet.New("file", "state", "objective", "strategy", "best", "progress", "left")
	all := sheet.New("path", "kind", "state", "objective", "strategy", "seed", "best", "front", "best_arch", "done",
		"total", "progress", "failed", "seconds_left", "written", "bytes", "version", "problem")
	for _, r := range rows {
		few.Add(r.few()...)
		all.Add(r.all()...)
	}
	return p.Print(output.Document{JSON: rows, CSV: all.CSV, Text: func(w io.Writer) error {
		text := sheet.To(w)
		text.Labels(len("unreadable "))
		text.Raw(above)
		if len(rows) > 0 {
			text.Sheet(few)
		}
		for _, r := range rows {
			if r.Problem != "" {
				text.Line(string(r.State), r.Problem)
			}
		}
		return text.Err()
	}})
}

// few are the cells for people.
func (r row) few() []sheet.Cell {
	left := ""
	if r.Left != nil {
		left = "about " + numeral.Duration(time.Duration(*r.Left*float64(time.Second)))
	}
	state := string(r.State)
	if r.Kind != kept.Study {
		state += " " + string(r.Kind)
	}
	said := r.said
	if r.Failed > 0 {
		said += ", " + numeral.Thousands(r.Failed) + " failed"
	}
	return sheet.Texts(r.Path, state, strings.Join(r.Objective, ","), strings.Join(r.Strategy, ","), r.best, said, left)
}

// all are the cells for programs.
func (r row) all() []sheet.Cell {
	optional := func(known bool, cell func() sheet.Cell) sheet.Cell {
		if !known {
			return sheet.Cell{}
		}
		return cell()
	}
	cells := sheet.Texts(r.Path, string(r.Kind), string(r.State),
		strings.Join(r.Objective, ","), strings.Join(r.Strategy, ","))
	return append(cells,
		optional(r.Seed != nil, func() sheet.Cell { return sheet.Text(strconv.FormatUint(*r.Seed, 10)) }),
		optional(!math.IsNaN(r.value), func() sheet.Cell { return sheet.Float(r.value) }),
		optional(r.Front > 0, func() sheet.Cell { return sheet.Int(r.Front) }),
		sheet.Text(string(r.Arch)), sheet.Int(r.Done),
		optional(r.Total != nil, func() sheet.Cell { return sheet.Int(*r.Total) }),
		optional(r.Share != nil, func() sheet.Cell { return sheet.Float(*r.Share) }),
		sheet.Int(r.Failed),
		optional(r.Left != nil, func() sheet.Cell { return sheet.Float(math.Round(*r.Left)) }),
		optional(r.Wrote != nil, func() sheet.Cell { return sheet.Text(r.Wrote.Format(time.RFC3339)) }),
		sheet.Text(strconv.FormatInt(r.Bytes, 10)), sheet.Text(r.Version), sheet.Text(r.Problem),
	)
}
