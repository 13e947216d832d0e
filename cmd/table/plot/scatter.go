package plot

import (
	"context"

	"github.com/nassearch/nassearch/objective/analysis/scatter"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/search/report/sheet"
)

// scatter has one metric against another.
func (o *options) scatter(ctx context.Context, t *table.Table) (drawing, error) {
	s, err := scatter.New(ctx, t, o.x, o.y)
	if err != nil {
		return drawing{}, err
	}
	rows := sheet.New(s.X.Words(), s.Y.Words(), "cell", "architecture")
	for _, c := range s.Front {
		rows.Add(sheet.Texts(report.Format(s.X, c.X), report.Format(s.Y, c.Y), c.Name(), string(c.Arch))...)
	}
	return drawing{s.Figure(o.known), rows, s}, nil
}
