package backends

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/cmd/backend"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/external"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// Describe lists what the program is said to measure, and what the space tells.
func (p *program) Describe(_ context.Context, ask backend.Ask) (backend.Listing, error) {
	metrics, err := p.said(ask.Eps)
	if err != nil {
		return backend.Listing{}, usage.Mark(err)
	}
	all := backend.Listing{
		About: "what a program measures is what --metric says; params and flops are those of the benchmark's network",
	}
	for _, name := range []string{"params", "flops"} {
		size := objective.Metric{Name: name, Goal: objective.Minimize}
		if !slices.Contains(metrics, size) {
			metrics = append(metrics, size)
		}
	}
	for _, m := range metrics {
		o := backend.Metric{Metric: m, At: m.Setting.String()}
		if p.known.Meaning(m.Name) == "" {
			o.Meaning = "what the program says"
		}
		if !m.Setting.IsZero() {
			o.Settings = []objective.Setting{m.Setting}
			all.At = "at"
		}
		all.Metrics = append(all.Metrics, o)
	}
	return all, nil
}

// said reads --metric. Attacks without an eps have that of --eps.
func (p *program) said(eps string) (all []objective.Metric, err error) {
	for _, list := range p.metrics {
		for text := range strings.SplitSeq(list, ",") {
			m, err := p.metric(strings.TrimSpace(text), eps)
			if err != nil {
				return nil, fmt.Errorf("--metric: %w", err)
			}
			if slices.ContainsFunc(all, func(there objective.Metric) bool { return there.Key() == m.Key() }) {
				return nil, fmt.Errorf("--metric %s stands twice", m.Key())
			}
			all = append(all, m)
		}
	}
	return all, nil
}

// metric reads one that the program measures. Of a name that nobody knows the goal has to be said.
func (p *program) metric(text, eps string) (objective.Metric, error) {
	m, err := objective.ParseMetric(text)
	if err != nil {
		return m, err
	}
	told := strings.HasSuffix(text, ":min") || strings.HasSuffix(text, ":max")
	if !told && p.known.Meaning(m.Name) == "" {
		return m, fmt.Errorf("nobody knows which way %s is better: write %s:max or %s:min", m.Key(), m.Key(), m.Key())
	}
	if m.Setting.IsZero() && eps != "" && p.known.IsAttack(m.Name) {
		if m.Setting, err = objective.ParseThreat(eps); err != nil {
			return m, fmt.Errorf("--eps: %w", err)
		}
	}
	return m, nil
}

// wanted returns what the program measures, and what of it, or of what the space tells, is searched for. A name of the
// objective without a setting means the only metric of that name. Without --metric the program measures the objective,
// and without an objective all is wanted that it measures.
func (p *program) wanted(ask backend.Ask) (measured, wanted []objective.Metric, err error) {
	if measured, err = p.said(ask.Eps); err != nil {
		return nil, nil, err
	}
	for _, text := range ask.Objective {
		m, err := p.find(text, ask.Eps, measured)
		if err != nil {
			return nil, nil, fmt.Errorf("--objective: %w", err)
		}
		if slices.Contains(wanted, m) {
			return nil, nil, fmt.Errorf("--objective: %s stands twice", m.Key())
		}
		wanted = append(wanted, m)
	}
	switch {
	case len(measured) > 0 && len(wanted) == 0:
		return measured, measured, nil
	case len(wanted) == 0:
		return nil, nil, errors.New("no metric: name what the program measures by --metric, such as --metric clean_acc")
	case len(measured) > 0:
		return measured, wanted, nil
	}
	for _, m := range wanted {
		if m != size(m.Name) {
			measured = append(measured, m)
		}
	}
	if len(measured) == 0 {
		return nil, nil, fmt.Errorf("the program measures nothing of --objective %s, which the space tells: name a metric "+
			"of the program's by --metric", strings.Join(ask.Objective, ","))
	}
	return measured, wanted, nil
}

// size is a metric that the space tells, if the name is one's.
func size(name string) objective.Metric {
	if name != "params" && name != "flops" {
		return objective.Metric{}
	}
	return objective.Metric{Name: name, Goal: objective.Minimize}
}

// find returns the metric that a text of the objective means.
func (p *program) find(text, eps string, measured []objective.Metric) (objective.Metric, error) {
	asked, err := objective.ParseMetric(text)
	if err != nil {
		return asked, err
	}
	if len(p.metrics) == 0 && size(asked.Name) == (objective.Metric{}) {
		return p.metric(text, eps)
	}
	source := "the program"
	if m := size(asked.Name); m.Name != "" && !slices.ContainsFunc(measured, func(o objective.Metric) bool {
		return o.Name == m.Name
	}) {
		return m, objective.CheckGoal(text, source, m.Goal)
	}
	if at, err := objective.ParseThreat(eps); err == nil && asked.Setting.IsZero() && p.known.IsAttack(asked.Name) {
		asked.Setting = at
	}
	var same, named []objective.Metric
	for _, m := range measured {
		if m.Name == asked.Name {
			named = append(named, m)
			if m.Setting == asked.Setting {
				same = append(same, m)
			}
		}
	}
	if len(same) == 0 && asked.Setting.IsZero() {
		same = named
	}
	if len(same) != 1 {
		return asked, fmt.Errorf("%s is not one of what --metric says the program measures: want one of %s, params, flops",
			text, strings.Join(usage.Names(measured, objective.Metric.Key), ", "))
	}
	return same[0], objective.CheckGoal(text, source, same[0].Goal)
}

// execReport is what is told of a search that asked a program.
func execReport(about string, sp nasbench201.Space, dataset string, r search.Result) (report.Context, error) {
	c := report.Context{Backend: "exec", About: about, Dataset: dataset, Space: sp, Settings: r.Study.Settings}
	measured := map[space.Arch]map[string]float64{}
	for _, t := range r.Trials {
		if len(t.Record) == 0 || !t.Answers() {
			continue
		}
		var rec external.Record
		if err := json.Unmarshal(t.Record, &rec); err != nil {
			return c, fmt.Errorf("record of trial %d: %w", t.ID, err)
		}
		measured[sp.Canonical(t.Arch)] = rec.Also
	}
	c.Also = func(arch space.Arch) (all []report.Number, err error) {
		also := measured[sp.Canonical(arch)]
		for _, m := range alsoMetrics(also) {
			all = append(all, report.Number{Metric: m, Value: also[m.Key()]})
		}
		all = append(all,
			report.Number{Metric: size("params"), Value: float64(sp.Params(arch))},
			report.Number{Metric: size("flops"), Value: float64(sp.FLOPs(arch))})
		return all, nil
	}
	return c, nil
}

// alsoMetrics are those of values that a record has by their names, in the order of these; those that the space tells
// are left out.
func alsoMetrics(values map[string]float64) (all []objective.Metric) {
	for key := range values {
		if m, err := objective.ParseMetric(key); err == nil && size(m.Name).Name == "" {
			all = append(all, m)
		}
	}
	slices.SortFunc(all, func(a, b objective.Metric) int { return strings.Compare(a.Key(), b.Key()) })
	return all
}
