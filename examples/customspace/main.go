// Command customspace searches a space that has nothing to do with networks, compares strategies on it, and reports
// both, through the library alone. It prints text, and writes JSON, CSV and pages into a folder:
//
//	go run ./examples/customspace out
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/compare/analysis"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/search/report/comparison"
	"github.com/nassearch/nassearch/search/report/page"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/strategies"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: customspace FOLDER, to write into")
		os.Exit(2)
	}
	fit := NewFit(Pieces{Count: 5, Longest: 5})
	err := searched(os.Stdout, os.Args[1], fit)
	if err == nil {
		err = compared(os.Stdout, os.Args[1], fit)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "customspace:", err)
		os.Exit(1)
	}
}

// searched looks for the least deviation, and reports what it found.
func searched(w io.Writer, dir string, fit Fit) error {
	study, err := search.New(search.Config{
		Space: fit.space, Evaluator: fit, Registry: strategies.All(), Strategy: "evolution", Seed: 1, Budget: 200,
	})
	if err != nil {
		return err
	}
	result, err := study.Run(context.Background(), 1)
	if err != nil {
		return err
	}
	known := report.Context{Backend: "formula", About: about, Budget: 200, Space: fit.space, Known: fit}
	s, err := report.New(context.Background(), result, known)
	if err != nil {
		return err
	}
	html := func(w io.Writer) error { return page.Study(w, s, "customspace") }
	return errors.Join(s.Text(w), save(dir, "study.json", s.JSON), save(dir, "study.html", html))
}

// compared runs all strategies many times, and reports which is better.
func compared(w io.Writer, dir string, fit Fit) error {
	c := compare.Config{
		Space: fit.space, Tasks: []compare.Task{{Name: "deviation", About: about, Evaluator: fit, Known: fit}},
		Registry: strategies.All(), Runs: 10, Seed: 1, Budget: 60, Workers: runtime.GOMAXPROCS(0),
	}
	for _, name := range c.Registry.Names() {
		c.Strategies = append(c.Strategies, compare.Strategy{Name: name, Algorithm: name})
	}
	experiment, err := compare.New(c)
	if err != nil {
		return err
	}
	runs, err := experiment.Run(context.Background())
	if err != nil {
		return err
	}
	found, err := analysis.Analyse(experiment.Plan(), runs, c.Tasks, c.Space)
	if err != nil {
		return err
	}
	csv := func(w io.Writer) error { return comparison.CSV(w, found, space.Names{Space: c.Space}) }
	html := func(w io.Writer) error { return page.Comparison(w, found, c.Space, c.Tasks) }
	return errors.Join(comparison.Text(w, found), save(dir, "runs.csv", csv), save(dir, "comparison.html", html))
}

// save writes a file of a folder, which it makes.
func save(dir, name string, content func(io.Writer) error) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	f, err := os.Create(filepath.Join(dir, name))
	if err != nil {
		return err
	}
	return errors.Join(content(f), f.Close())
}
