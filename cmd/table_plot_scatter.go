package cmd

import (
	"context"

	"github.com/nassearch/nassearch/objective/analysis/scatter"
	"github.com/nassearch/nassearch/search/report"
)

// plotScatter draws one metric against another.
func (a *app) plotScatter(ctx context.Context, path string) error {
	t, _, err := a.openTable()
	if err != nil {
		return err
	}
	s, err := scatter.New(ctx, t, a.config.GetString("x"), a.config.GetString("y"))
	if err != nil {
		return err
	}
	if err := a.writeFigure(path, s.Figure()); err != nil {
		return err
	}
	rows := [][]string{{s.X.Words(), s.Y.Words(), "cell", "architecture"}}
	for _, c := range s.Front {
		rows = append(rows, []string{report.Format(s.X, c.X), report.Format(s.Y, c.Y), c.Name(), string(c.Arch)})
	}
	return a.listOf(t, rows, s)
}
