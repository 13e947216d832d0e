package backends

import (
	"fmt"
	"maps"
	"slices"

	"github.com/nassearch/nassearch/cmd/backend"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/internal/stats"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/robustness/corruption"
	"github.com/nassearch/nassearch/search/report"
)

// means are accuracies under corruptions, over the severities of which there is one each: first that over all of
// CIFAR-10-C, if they are there, then those of each, by name.
func means(spectra map[string][]float64) (all []report.Number) {
	if mean, ok := corruption.Mean(spectra); ok {
		n := len(corruption.Corruptions()) * corruption.Severities
		m := objective.Metric{Name: "corruption_acc", Setting: objective.Setting{MeanOf: n}}
		all = append(all, report.Number{Metric: m, Value: mean})
	}
	for _, name := range slices.Sorted(maps.Keys(spectra)) {
		m := objective.Metric{Name: name + "_acc", Setting: objective.MeanOverSeverities(corruption.Severities)}
		all = append(all, report.Number{Metric: m, Value: stats.Mean(spectra[name])})
	}
	return all
}

// idle returns the mistake of a flag that says where corrupted images come from, if none are asked for.
func (l *training) idle(ask backend.Ask, p live.Protocol) error {
	corrupted := map[string]bool{}
	for _, q := range l.quantities {
		setup, _ := live.SetupOf(q, p)
		for _, m := range q.Metrics(p) {
			corrupted[m.Name] = setup.Kind == live.Corrupt
		}
	}
	for _, text := range ask.Objective {
		if m, err := objective.ParseMetric(text); err == nil && corrupted[m.Name] {
			return nil
		}
	}
	for _, flag := range []string{"frost", "corrupted"} {
		if ask.Given(flag) {
			return usage.Mark(fmt.Errorf("--%s has no meaning without a metric of corruptions, such as corruption_acc", flag))
		}
	}
	return nil
}
