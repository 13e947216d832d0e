package live

import (
	"fmt"
	"slices"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/robustness"
)

// quantity is a metric and how it is found.
type quantity struct {
	objective.Metric
	attack string // that it is measured under; empty: none
	size   bool   // counted, not measured
}

// quantities returns metrics by name: clean_acc, those under attack (fgsm_acc, pgd_acc, apgd_acc, square_acc and
// aa_acc, at the protocol's eps or as "pgd_acc@4/255"), params and flops.
func (p Protocol) quantities(names []string) ([]quantity, error) {
	var all []quantity
	for _, full := range names {
		asked, err := objective.ParseMetric(full)
		if err != nil {
			return nil, fmt.Errorf("metric %w", err)
		}
		q, ok := known(asked.Name)
		if !ok {
			return nil, &ProtocolError{"metric", asked.Name, "one of " + list(MetricNames())}
		}
		if !asked.Setting.IsZero() && q.attack == "" {
			return nil, &ProtocolError{"metric", full, asked.Name + ": it has no eps"}
		}
		if q.attack != "" {
			q.Setting = asked.Setting
			if asked.Setting.IsZero() {
				q.Setting = objective.At(p.Eps)
			}
			if q.Setting != objective.At(q.Setting.Eps) {
				return nil, &ProtocolError{"metric", full, "an eps such as " + asked.Name + "@8/255"}
			}
		}
		if slices.ContainsFunc(all, func(o quantity) bool { return o.Metric == q.Metric }) {
			return nil, &ProtocolError{"metric", q.Metric.Words(), "each but once"}
		}
		all = append(all, q)
	}
	return all, nil
}

// MetricNames returns the metrics that an [Evaluator] can measure.
func MetricNames() []string {
	names := []string{"clean_acc"}
	for _, m := range robustness.Methods().Measured() {
		names = append(names, m.Metric+"_acc")
	}
	return append(names, "params", "flops")
}

// Metrics returns them with their goals, without eps.
func Metrics() []objective.Metric {
	var all []objective.Metric
	for _, name := range MetricNames() {
		q, _ := known(name)
		all = append(all, q.Metric)
	}
	return all
}

func known(name string) (quantity, bool) {
	switch name {
	case "clean_acc":
		return quantity{Metric: objective.Metric{Name: name}}, true
	case "params", "flops":
		return quantity{Metric: objective.Metric{Name: name, Goal: objective.Minimize}, size: true}, true
	}
	for _, m := range robustness.Methods().Measured() {
		if name == m.Metric+"_acc" {
			return quantity{Metric: objective.Metric{Name: name}, attack: m.Metric}, true
		}
	}
	return quantity{}, false
}
