package backends

import (
	"slices"

	"github.com/nassearch/nassearch/cmd/backend"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/robustness"
)

// BegunEps returns the eps that metrics without a setting have in what is continued, where nobody gives another: what
// is meant today by none may be another than when it was begun. It is empty if nothing says it.
func BegunEps(names []string, begun []backend.Begun) string {
	var all []objective.Setting
	for _, b := range begun {
		of, same := settingsOf(names, b.Objective)
		if same {
			all = append(all, of...)
		}
	}
	slices.SortStableFunc(all, func(a, b objective.Setting) int { return int(a.Norm) - int(b.Norm) })
	all = slices.Compact(all)
	if len(all) == 0 || len(all) > 1 && all[1].Norm == robustness.Linf {
		return ""
	}
	return all[0].Key()
}

// settingsOf returns the attacks' settings that metrics without one had where a study was begun with such metrics. It
// is false for a study of others.
func settingsOf(names []string, begun []objective.Metric) (all []objective.Setting, same bool) {
	if len(names) != len(begun) {
		return nil, false
	}
	for i, text := range names {
		m, err := objective.ParseMetric(text)
		switch had := begun[i]; {
		case err != nil || m.Name != had.Name:
			return nil, false
		case m.Setting.IsZero() && had.Setting.Eps != 0:
			all = append(all, had.Setting)
		case !m.Setting.IsZero() && m.Setting != had.Setting:
			return nil, false
		}
	}
	return all, true
}
