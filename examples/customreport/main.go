// Command customreport is nassearch with one more form of results, one more statistic of comparisons, and one more
// command:
//
//	go run ./examples/customreport --strategy evolution -o flat | grep best
//	go run ./examples/customreport compare --runs 10
//	go run ./examples/customreport cells
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/cmd"
	"github.com/nassearch/nassearch/search/compare/analysis"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/spf13/cobra"
)

// Flat writes a line a number, such as "best.values.pgd_acc = 0.4663", for grep and diff: a form of results is what
// writes the value that -o json shows.
func Flat(w io.Writer, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	var plain any
	if err := json.Unmarshal(text, &plain); err != nil {
		return err
	}
	return flat(w, "", plain)
}

// flat writes what is at a path.
func flat(w io.Writer, path string, value any) (err error) {
	switch v := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if err == nil {
				err = flat(w, path+"."+name, v[name])
			}
		}
	case []any:
		for i, item := range v {
			if err == nil {
				err = flat(w, fmt.Sprintf("%s[%d]", path, i), item)
			}
		}
	default:
		_, err = fmt.Fprintf(w, "%s = %v\n", strings.TrimPrefix(path, "."), v)
	}
	return err
}

// Trimmed is the mean without the tenth at either end: two runs in twenty that went astray do not count. Numbers are in
// ascending order.
func Trimmed(x []float64) float64 {
	cut := len(x) / 10
	sum := 0.
	for _, v := range x[cut : len(x)-cut] {
		sum += v
	}
	return sum / float64(len(x)-2*cut)
}

// Cells returns a command that lists a cell of every class, a line each, as 'table build --archs' reads them.
func Cells() *cobra.Command {
	return &cobra.Command{
		Use: "cells", Short: "List a cell of every class", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			for class := range nasbench201.Classes {
				if _, err := fmt.Fprintln(c.OutOrStdout(), nasbench201.Members(class)[0].Arch()); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// extensions returns all of them.
func extensions() cmd.Extensions {
	return cmd.Extensions{
		Forms:      []report.Form{{Name: "flat", Write: Flat}},
		Statistics: []analysis.Statistic{{Name: "trimmed", Of: Trimmed}},
		Commands:   []*cobra.Command{Cells()},
	}
}

func main() { os.Exit(cmd.Main(extensions())) }
