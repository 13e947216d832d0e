// Command program stands outside the module: it uses what the public packages offer, by its own implementations of
// their interfaces. With arguments it is nassearch with something more of every kind.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/nassearch/nassearch/cmd"
	"github.com/nassearch/nassearch/cmd/backend"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/robustness/corruption"
	"github.com/nassearch/nassearch/robustness/measure"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/compare/analysis"
	"github.com/nassearch/nassearch/search/report"
	"github.com/spf13/cobra"
)

func main() {
	if len(os.Args) > 1 {
		os.Exit(cmd.Main(extensions()))
	}
	ctx := context.Background()
	for _, part := range []func(context.Context) error{searchNumbers, compareNumbers, readTable, attackModel, train} {
		if err := part(ctx); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

// extensions has something of every kind.
func extensions() cmd.Extensions {
	return cmd.Extensions{
		Strategies:  search.Registry{"again": againEntry()},
		Attacks:     robustness.Catalogue{brightening()},
		Corruptions: corruption.Catalogue{negative{}},
		Measures:    measure.Catalogue{width()},
		Quantities:  []live.Quantity{weight{}},
		Backends:    backend.Registry{counting()},
		Formats:     []table.Format{lengths()},
		Forms:       []report.Form{{Name: "go", Write: writeGo}},
		Statistics:  []analysis.Statistic{{Name: "midrange", Of: midrange}},
		Commands:    []*cobra.Command{{Use: "hello", Short: "Greet", Run: func(c *cobra.Command, _ []string) { c.Println("hello") }}},
	}
}
