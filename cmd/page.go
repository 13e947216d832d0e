package cmd

import (
	"context"

	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/search/report/page"
	"github.com/nassearch/nassearch/space"
)

// known is what a table tells of the architectures that a comparison found.
func known(ctx context.Context, c compare.Config, t *table.Table) page.Known {
	ctx = context.WithoutCancel(ctx) // what was found is shown after an interrupt too
	return page.Known{
		Space: c.Space,
		Rank:  func(problem int, quality float64) int { return c.Tasks[problem].Truth.Rank(0, quality) },
		Also: func(problem int, arch space.Arch) ([]report.Number, error) {
			return also(ctx, t, c.Tasks[problem].Truth.(*table.View))(arch)
		},
	}
}
