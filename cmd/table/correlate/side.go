package correlate

import (
	"context"

	"github.com/nassearch/nassearch/cmd/internal/backends"
	"github.com/nassearch/nassearch/cmd/internal/metrics"
	"github.com/nassearch/nassearch/objective/analysis/correlate"
	"github.com/nassearch/nassearch/objective/table"
)

// side is a table of a correlation, at chosen metrics.
type side struct {
	Path        string `json:"path"`
	Dataset     string `json:"dataset"`
	Description string `json:"description"`

	dataset, metrics string // as they were asked for
	fidelity         string
	space            string // of the table
	columns          []correlate.Column
}

// open opens a table and reads its columns.
func (o *options) open(ctx context.Context, tables *backends.Tables, s *side) error {
	t, err := tables.OpenAt(s.Path, s.dataset)
	if err == nil {
		t, err = backends.AtFidelity(t, s.fidelity)
	}
	if err != nil {
		return err
	}
	s.space = t.Space().Name()
	s.Dataset, s.Description = t.Info().Dataset, t.Info().Description
	names := metrics.Summaries(t)
	if s.metrics != "" {
		if names, err = metrics.Expand(t.Available(), s.metrics); err != nil {
			return err
		}
	}
	if o.allEps {
		names = metrics.AtAllEps(t, names)
	}
	view, err := t.Select(ctx, names, table.Settings{})
	if err != nil {
		return err
	}
	for i, m := range view.Metrics() {
		s.columns = append(s.columns, correlate.Column{Metric: m, Values: view.Column(i)})
	}
	return nil
}
