package backends

import (
	"maps"
	"slices"

	"github.com/nassearch/nassearch/internal/stats"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/robustness/corruption"
	"github.com/nassearch/nassearch/search/report"
)

// means are accuracies under corruptions, over the severities of which there is one each: first that over all of
// CIFAR-10-C, if they are there, then those of each, by name.
func means(spectra map[string][]float64) (all []report.Number) {
	var usual []float64
	for _, name := range corruption.Corruptions().Names() {
		usual = append(usual, spectra[name]...)
	}
	if n := len(corruption.Corruptions()) * corruption.Severities; len(usual) == n {
		m := objective.Metric{Name: "corruption_acc", Setting: objective.Setting{MeanOf: n}}
		all = append(all, report.Number{Metric: m, Value: stats.Mean(usual)})
	}
	for _, name := range slices.Sorted(maps.Keys(spectra)) {
		m := objective.Metric{Name: name + "_acc", Setting: objective.MeanOverSeverities(corruption.Severities)}
		all = append(all, report.Number{Metric: m, Value: stats.Mean(spectra[name])})
	}
	return all
}
