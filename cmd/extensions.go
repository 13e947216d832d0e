package cmd

import (
	"cmp"
	"fmt"
	"maps"
	"strings"

	"github.com/nassearch/nassearch/cmd/backend"
	"github.com/nassearch/nassearch/cmd/internal/backends"
	"github.com/nassearch/nassearch/cmd/internal/protocol"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/robustness/corruption"
	"github.com/nassearch/nassearch/robustness/measure"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/compare/analysis"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/strategies"
	"github.com/nassearch/nassearch/strategies/external"
	"github.com/spf13/cobra"
)

// Extensions are what a program adds to what is here. Every command knows them, its help, and its completion. A name
// that is here already is an error.
type Extensions struct {
	Strategies  search.Registry
	Attacks     robustness.Catalogue
	Corruptions corruption.Catalogue
	Measures    measure.Catalogue
	Quantities  []live.Quantity // that the live backend can be asked for
	Backends    backend.Registry
	Formats     []table.Format       // of tables, tried before the program's own
	Forms       []report.Form        // of results, beside tables, JSON and CSV
	Statistics  []analysis.Statistic // that comparisons tell beside their own
	Commands    []*cobra.Command
}

// known is what networks can be asked.
func (x Extensions) known() objective.Catalogue {
	known := objective.Usual()
	known.Attacks = append(known.Attacks, x.Attacks...)
	known.Corruptions = append(known.Corruptions, x.Corruptions...)
	known.Measures = append(known.Measures, x.Measures...)
	return known
}

// with returns all that the program has and the extensions add, as they do. What programs that propose write to
// standard error goes to say.
func (x Extensions) with(t *backends.Tables, say func(line string)) (Extensions, error) {
	known := x.known()
	all := Extensions{
		Strategies: strategies.All(), Attacks: known.Attacks, Corruptions: known.Corruptions, Measures: known.Measures,
	}
	all.Strategies["exec"] = external.Entry(say)
	all.Quantities = append(live.Quantities(known), x.Quantities...)
	limit := backends.NewLimit()
	all.Backends = append(backend.Registry{
		backends.Table(t), backends.Live(known, all.Quantities, limit), backends.Exec(known, limit),
		backends.Remote(),
	}, x.Backends...)
	usual, err := live.Preset(live.Presets()[0])
	err = cmp.Or(err,
		distinct("strategy", append(all.Strategies.Names(), x.Strategies.Names()...)),
		distinct("attack", all.Attacks.Names()),
		all.Attacks.Validate(),
		corruptible(all.Corruptions),
		measurable(all.Measures),
		distinct("metric", measured(all.Quantities, usual)),
		distinct("backend", all.Backends.Names()),
		distinct("statistic", usage.Names(append(analysis.Statistics(), x.Statistics...),
			func(s analysis.Statistic) string { return s.Name })),
	)
	maps.Copy(all.Strategies, x.Strategies)
	return all, err
}

// corruptible returns an error for a corruption that no metric can be named after, or that is called as all are.
func corruptible(all corruption.Catalogue) error {
	for _, name := range all.Names() {
		as, err := objective.ParseMetric(name + "_acc")
		reserved := name == "" || name == protocol.AllCorruptions
		if err != nil || as.Name != name+"_acc" || reserved || strings.Contains(name, ",") {
			return fmt.Errorf("extensions: the corruption %q cannot be one of a metric: want a name such as fog", name)
		}
	}
	return distinct("corruption", all.Names())
}

// measurable returns an error for a measure that can be no metric.
func measurable(all measure.Catalogue) error {
	for _, m := range all {
		as, err := objective.ParseMetric(m.Name)
		switch {
		case err != nil || as.Name != m.Name:
			return fmt.Errorf("extensions: the measure %q cannot be a metric: want a name such as grad_norm", m.Name)
		case m.Of == nil:
			return fmt.Errorf("extensions: the measure %s has no function that takes it", m.Name)
		}
	}
	return distinct("measure", usage.Names(all, func(m measure.Measure) string { return m.Name }))
}

// measured names the metrics of quantities; a protocol decides about their settings only.
func measured(all []live.Quantity, p live.Protocol) (names []string) {
	for _, q := range all {
		for _, m := range q.Metrics(p) {
			names = append(names, m.Name)
		}
	}
	return names
}

// distinct returns an error for a name that is there twice.
func distinct(what string, names []string) error {
	there := map[string]bool{}
	for _, name := range names {
		if there[name] {
			return fmt.Errorf("extensions: the %s %q is there already: choose another name", what, name)
		}
		there[name] = true
	}
	return nil
}
