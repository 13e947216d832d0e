// Package program has what the program is to its commands.
package program

import (
	"github.com/nassearch/nassearch/cmd/internal/backends"
	"github.com/nassearch/nassearch/cmd/internal/env"
	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/objective"
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
	Known      objective.Catalogue  // that a network can be asked
	Statistics []analysis.Statistic // that comparisons tell beside their own
}
