// Package program has what the program is to its commands.
package program

import (
	"github.com/nassearch/nassearch/cmd/internal/backends"
	"github.com/nassearch/nassearch/cmd/internal/env"
	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/robustness/measure"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/compare/analysis"
)

// Program is what every command is given: what it runs in, the flags that several have, and all that there is to name.
type Program struct {
	*env.Env
	Out        *output.Printer
	Tables     *backends.Tables
	Backends   *backends.Choice
	Strategies search.Registry
	Attacks    robustness.Catalogue
	Measures   measure.Catalogue
	Statistics []analysis.Statistic // that comparisons tell beside their own
}

// Catalogue knows what networks can be asked.
func (p *Program) Catalogue() objective.Catalogue {
	return objective.Catalogue{Attacks: p.Attacks, Measures: p.Measures}
}
