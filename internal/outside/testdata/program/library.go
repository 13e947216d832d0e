package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/objective/live/census"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/objective/table/micro"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/compare/analysis"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/search/report/comparison"
	"github.com/nassearch/nassearch/search/report/page"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/strategies"
	"github.com/nassearch/nassearch/trainer/kernel"
)

// written counts the bytes of everything that is written.
func written(all ...func(io.Writer) error) (sizes []int, err error) {
	for _, write := range all {
		var b bytes.Buffer
		err = errors.Join(err, write(&b))
		sizes = append(sizes, b.Len())
	}
	return sizes, err
}

// temporary returns a folder, and what removes it.
func temporary() (string, func()) {
	dir, err := os.MkdirTemp("", "outside")
	if err != nil {
		panic(err)
	}
	return dir, func() { os.RemoveAll(dir) }
}

// searchNumbers ends a study at a smaller budget, continues it from its journal, and reports it.
func searchNumbers(ctx context.Context) error {
	dir, remove := temporary()
	defer remove()
	registry := strategies.All()
	registry["again"] = againEntry()
	var result search.Result
	for _, budget := range []int{40, 90} {
		study, err := search.New(search.Config{
			Space: numbers{42}, Evaluator: numbers{42}, Registry: registry, Strategy: "evolution", Seed: 1, Budget: budget,
		})
		if err != nil {
			return err
		}
		journal, err := search.OpenJournal(filepath.Join(dir, "study.jsonl"), "outside", study.Description())
		if err != nil {
			return err
		}
		study.Keep(journal)
		if result, err = study.Run(ctx, 1); err != nil {
			return err
		}
		if err := journal.Close(); err != nil {
			return err
		}
	}
	best, _, _ := result.Best()
	s, err := report.New(context.Background(), result, report.Context{About: "numbers", Budget: 90, Space: numbers{42}, Known: landscape(numbers{42})})
	if err != nil {
		return err
	}
	sizes, err := written(s.Text, s.JSON, s.CSV, func(w io.Writer) error { return page.Study(w, s, "outside") })
	fmt.Printf("search: %d queries, best %s at %v, rank %d, %d reports\n",
		result.Queries, best.Arch, best.Values, *s.Best.Rank, len(sizes))
	return err
}

// compareNumbers compares strategies, its own among them, in a folder, and reports it.
func compareNumbers(ctx context.Context) error {
	dir, remove := temporary()
	defer remove()
	c := compare.Config{
		Space: numbers{42}, Registry: search.Registry{"again": againEntry(), "random": strategies.All()["random"]},
		Tasks: []compare.Task{{Name: "distance", About: "numbers", Evaluator: numbers{42}, Known: landscape(numbers{42})}},
		Strategies: []compare.Strategy{
			{Name: "again", Algorithm: "again"}, {Name: "classes", Algorithm: "random", Options: search.Options{"over": "classes"}},
		},
		Runs: 6, Seed: 1, Budget: 20,
	}
	experiment, err := compare.New(c)
	if err != nil {
		return err
	}
	store, err := compare.OpenStore(dir, "outside", experiment.Plan())
	if err != nil {
		return err
	}
	experiment.Keep(store)
	runs, err := experiment.Run(ctx)
	if err = errors.Join(err, store.Close()); err != nil {
		return err
	}
	found, err := analysis.Analyse(experiment.Plan(), runs, c.Tasks, c.Space, analysis.Statistic{Name: "midrange", Of: midrange})
	if err != nil {
		return err
	}
	figures, err := comparison.Figures(found)
	if err != nil {
		return err
	}
	sizes, err := written(
		func(w io.Writer) error { return comparison.Text(w, found) },
		func(w io.Writer) error { return comparison.CSV(w, found, space.Names{Space: c.Space}) },
		func(w io.Writer) error { return comparison.LaTeX(w, found) },
		func(w io.Writer) error { return report.JSON(w, comparison.JSON{Comparison: found}) },
		func(w io.Writer) error { return page.Comparison(w, found, c.Space, c.Tasks) },
		func(w io.Writer) error { return figures[0].Write(w, "svg") },
	)
	more := found.Results[0].Strategies[0].Checkpoints[0].Quality.More[0].Name
	fmt.Printf("compare: %d runs, complete %v, with %s, %d reports\n", len(runs), found.Complete, more, len(sizes))
	return err
}

// readTable searches the table in the program, and opens one by a format of its own.
func readTable(ctx context.Context) error {
	t, err := micro.Open("")
	if err != nil {
		return err
	}
	view, err := t.Select(ctx, []string{"pgd_acc@8/255"}, table.Settings{})
	if err != nil {
		return err
	}
	optimum, class, _ := view.Optimum(0)
	fmt.Printf("table: %d classes, the best has %.4f: %s\n", t.Info().Classes, optimum, t.Space().Class(class))
	own, err := table.Open("length:", table.Options{Formats: []table.Format{lengths()}})
	if err != nil {
		return err
	}
	values, err := own.Lookup(ctx, t.Space().Class(0))
	if err != nil {
		return err
	}
	fmt.Printf("format: %s %g\n", values[0].Metric.Name, values[0].Number)
	return nil
}

// threshold is a model of its own: an image is of class 1 if its pixel is above a half.
type threshold struct{}

func (threshold) Logits(_ context.Context, x robustness.Batch) ([]float32, error) {
	var logits []float32
	for _, v := range x.Pixels {
		logits = append(logits, .5-v, v-.5)
	}
	return logits, nil
}

// attackModel attacks a model of its own with an attack of its own.
func attackModel(ctx context.Context) error {
	e := robustness.Evaluation{
		Methods: []robustness.Method{brightening()},
		Threats: []robustness.Threat{{Norm: robustness.Linf, Eps: .2}},
	}
	x := robustness.Batch{Shape: robustness.Shape{Channels: 1, Height: 1, Width: 1}, Pixels: []float32{.1, .4, .6, .9}}
	r, err := e.Run(ctx, []robustness.Model{threshold{}}, x, []int{0, 0, 1, 1})
	if err != nil {
		return err
	}
	fmt.Printf("attack: %s %g %g\n", r.Results[0].Method.Name, r.CleanAccuracy, r.Results[0].Accuracy)
	return nil
}

// train measures one network, by what is its own and by what is not, and makes a table of it.
func train(ctx context.Context) error {
	dir, remove := temporary()
	defer remove()
	p, err := live.Preset("micro")
	if err != nil {
		return err
	}
	p.Training.Epochs, p.Sample, p.Eps = 1, 32, 8
	if p, err = p.Choose([]string{"brighten@8/255"}); err != nil {
		return err
	}
	known := objective.Usual()
	known.Attacks = append(known.Attacks, brightening())
	lab, err := live.NewLab(p, known, kernel.Available()[0])
	if err != nil {
		return err
	}
	e, err := live.NewEvaluator(lab, append(live.Quantities(known), weight{}), []string{"brighten_acc@l2:0.5", "weight"}, live.Limits{})
	if err != nil {
		return err
	}
	cell, err := nasbench201.FromIndex(1462)
	if err != nil {
		return err
	}
	out, err := e.Evaluate(ctx, objective.Request{Arch: cell.Arch(), Fidelity: 1, Seed: 1})
	if err != nil {
		return err
	}
	fmt.Printf("live: %v %v\n", objective.Names(e.Metrics()), out.Values[0] > .1 && out.Values[1] > 0)

	plan := census.Plan{Lab: lab, Seeds: []uint64{1}, Cells: []nasbench201.Cell{cell}}
	header := plan.Header("outside", "outside")
	log, err := census.OpenLog(filepath.Join(dir, "census.jsonl"), &header)
	if err != nil {
		return err
	}
	if err := errors.Join(plan.Build(ctx, log, 1, func(census.Progress) {}), log.Close()); err != nil {
		return err
	}
	measured, err := census.NewTable(header, known, log.Records())
	if err != nil {
		return err
	}
	path := filepath.Join(dir, "table.zip")
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := errors.Join(measured.Write(file), file.Close()); err != nil {
		return err
	}
	t, err := table.Open(path, table.Options{})
	if err != nil {
		return err
	}
	view, err := t.Select(ctx, []string{"brighten_acc"}, table.Settings{})
	if err != nil {
		return err
	}
	fmt.Printf("census: %d of %d classes have %s\n", t.Info().Classes-view.Holes(), t.Info().Classes, view.Metrics()[0].Words())
	return nil
}
