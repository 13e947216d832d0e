// Command curves runs every strategy many times on a table and draws the mean of the best value after each
// query, with its standard error:
//
//	go run ./examples/curves --data robustness-data --runs 100 curves.svg
package main

import (
	"context"
	"flag"
	"fmt"
	"image/color"
	"math"
	"os"

	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/strategies"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/plotutil"
	"gonum.org/v1/plot/vg"
)

func main() {
	data := flag.String("data", "robustness-data", "table of measured results")
	metric := flag.String("objective", "pgd_acc", "metric to search for")
	runs := flag.Int("runs", 30, "searches of each strategy")
	budget := flag.Int("budget", 300, "queries of a search")
	flag.Parse()
	if flag.NArg() != 1 || *runs < 2 {
		fmt.Fprintln(os.Stderr, "usage: curves [flags] FILE.svg|FILE.png, with at least 2 runs")
		os.Exit(2)
	}
	if err := draw(context.Background(), *data, *metric, *runs, *budget, flag.Arg(0)); err != nil {
		fmt.Fprintln(os.Stderr, "curves:", err)
		os.Exit(1)
	}
}

// draw makes the picture.
func draw(ctx context.Context, data, metric string, runs, budget int, file string) error {
	tab, err := table.Open(data, table.Options{})
	if err != nil {
		return err
	}
	view, err := tab.Select(ctx, []string{metric}, table.Settings{})
	if err != nil {
		return err
	}
	p := plot.New()
	p.Title.Text = fmt.Sprintf("%s · %d runs each, band: standard error", tab.Info().Description, runs)
	p.X.Label.Text, p.Y.Label.Text = "query (distinct classes)", "best "+view.Metrics()[0].Words()
	p.Legend.Top, p.Legend.Left = false, false
	for i, name := range strategies.All().Names() {
		curves, err := repeat(ctx, tab.Space(), view, name, runs, budget)
		if err != nil {
			return err
		}
		if err := add(p, name, plotutil.Color(i), curves); err != nil {
			return err
		}
	}
	if best, _, ok := view.Optimum(0); ok {
		line := plotter.NewFunction(func(float64) float64 { return best })
		line.Dashes = plotutil.Dashes(2)
		p.Add(line)
		p.Legend.Add("optimum", line)
	}
	p.X.Min, p.X.Max = min(firstShown, float64(budget)/2), float64(budget)
	p.X.Tick.Marker = ticks(budget)
	p.Legend.XOffs, p.Legend.YOffs = -vg.Centimeter/2, vg.Centimeter/2
	return p.Save(18*vg.Centimeter, 11*vg.Centimeter, file)
}

// firstShown is the query at which the picture begins: before it, all strategies climb alike.
const firstShown = 10

// ticks are round numbers of queries.
func ticks(budget int) plot.ConstantTicks {
	step := max(budget/6, 1)
	if step > 10 {
		step -= step % 10
	}
	t := plot.ConstantTicks{{Value: firstShown, Label: fmt.Sprint(firstShown)}}
	for q := step; q <= budget; q += step {
		t = append(t, plot.Tick{Value: float64(q), Label: fmt.Sprint(q)})
	}
	return t
}

// repeat returns the curve of each run.
func repeat(
	ctx context.Context, sp space.Space, view *table.View, name string, runs, budget int,
) ([][]float64, error) {
	var curves [][]float64
	for seed := range uint64(runs) {
		study, err := search.New(search.Config{
			Space: sp, Evaluator: view,
			Registry: strategies.All(), Strategy: name, Seed: seed, Budget: budget,
		})
		if err != nil {
			return nil, err
		}
		r, err := study.Run(ctx, 1)
		if err != nil {
			return nil, err
		}
		curves = append(curves, r.Curve())
	}
	return curves, nil
}

// add draws the mean of curves with a band.
func add(p *plot.Plot, name string, c color.Color, curves [][]float64) error {
	first := min(firstShown, len(curves[0])/2)
	n := len(curves[0]) - first
	line, band := make(plotter.XYs, n), make(plotter.XYs, 2*n)
	for i := range n {
		q := first + i
		var values []float64
		for _, curve := range curves {
			values = append(values, curve[q])
		}
		mean, sd := stat.MeanStdDev(values, nil)
		x, se := float64(q+1), sd/math.Sqrt(float64(len(curves)))
		line[i] = plotter.XY{X: x, Y: mean}
		band[i] = plotter.XY{X: x, Y: mean - se}
		band[2*n-1-i] = plotter.XY{X: x, Y: mean + se}
	}
	area, err := plotter.NewPolygon(band)
	if err != nil {
		return err
	}
	r, g, b, _ := c.RGBA()
	area.Color = color.NRGBA{R: uint8(r >> 8), G: uint8(g >> 8), B: uint8(b >> 8), A: 50}
	area.LineStyle.Width = 0
	l, err := plotter.NewLine(line)
	if err != nil {
		return err
	}
	l.Color, l.Width = c, vg.Points(1.5)
	p.Add(area, l)
	p.Legend.Add(name, l)
	return nil
}
