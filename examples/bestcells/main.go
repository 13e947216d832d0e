// Command bestcells asks of the table in the program and of the robustness dataset which cells are best under each
// metric, whether those are the same, and how far robust accuracy ranges among networks of equal size:
//
//	go run ./examples/bestcells robustness-data
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/objective/table/micro"
	"github.com/nassearch/nassearch/space/nasbench201"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: bestcells FOLDER, that of the robustness dataset")
		os.Exit(2)
	}
	if err := run(context.Background(), os.Stdout, os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "bestcells:", err)
		os.Exit(1)
	}
}

// column is a metric of all classes.
type column struct {
	name   string
	values []float64               // by class
	order  []int                   // classes, best first
	rank   func(value float64) int // 1 for the best
}

func run(ctx context.Context, w io.Writer, data string) error {
	small, err := micro.Open("")
	if err != nil {
		return err
	}
	large, err := table.Open(data, table.Options{})
	if err != nil {
		return err
	}
	ofSmall, err := columns(ctx, "micro", small, "clean_acc", "fgsm_acc", "pgd_acc")
	if err != nil {
		return err
	}
	ofLarge, err := columns(ctx, "cifar10", large, "clean_acc", "fgsm_acc", "pgd_acc", "mean_adv_acc")
	if err != nil {
		return err
	}
	all := append(ofSmall, ofLarge...)
	shared(w, all)
	winners(w, all)
	return equalSize(w, all, large)
}

// columns reads metrics, at the eps that the table means where none is said.
func columns(ctx context.Context, name string, t *table.Table, metrics ...string) (all []column, err error) {
	view, err := t.Select(ctx, metrics, table.Settings{})
	if err != nil {
		return nil, err
	}
	if view.Holes() > 0 {
		return nil, fmt.Errorf("table %s misses %d classes", name, view.Holes())
	}
	for i, m := range view.Metrics() {
		c := column{name: fmt.Sprintf("%s %s", name, m.Words()), rank: func(v float64) int { return view.Rank(i, v) }}
		for class := range nasbench201.Classes {
			c.values, c.order = append(c.values, view.Values(class)[i]), append(c.order, class)
		}
		slices.SortStableFunc(c.order, func(a, b int) int { return m.Goal.Compare(c.values[a], c.values[b]) })
		all = append(all, c)
	}
	return all, nil
}

// top is one class in a hundred.
const top = nasbench201.Classes / 100

// shared prints how many of the best cells of one metric are among the best of another.
func shared(w io.Writer, all []column) {
	chance := float64(top*top) / nasbench201.Classes
	fmt.Fprintf(w, "Of the best %d classes of each, how many are shared (by chance %.1f):\n", top, chance)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for i := range all {
		fmt.Fprint(t, all[i].name)
		for j := range i + 1 {
			n := 0
			for _, class := range all[i].order[:top] {
				if slices.Contains(all[j].order[:top], class) {
					n++
				}
			}
			fmt.Fprintf(t, "\t%d", n)
		}
		fmt.Fprintln(t)
	}
	t.Flush()
}

// winners prints the best cell of each metric, and its rank under every metric.
func winners(w io.Writer, all []column) {
	fmt.Fprintln(w, "\nThe best cell of each, and its rank under each in the same order:")
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, c := range all {
		best := c.order[0]
		fmt.Fprintf(t, "%s\t%.4f", c.name, c.values[best])
		for _, other := range all {
			fmt.Fprintf(t, "\t%d", other.rank(other.values[best]))
		}
		fmt.Fprintf(t, "\t%s\n", nasbench201.Members(best)[0].Arch())
	}
	t.Flush()
}

// equalSize prints the ranges over the classes of which the released table measured a cell with two 3x3 convolutions
// and none of 1x1. All these have as many parameters, and the paper finds that their robust accuracy goes from 20 to
// 41 %.
func equalSize(w io.Writer, all []column, released *table.Table) error {
	var group []int
	for class := range nasbench201.Classes {
		_, representative, _ := released.OfficialID(nasbench201.Members(class)[0].Arch())
		arch, _ := released.ByOfficialID(representative)
		if strings.Count(string(arch), "nor_conv_3x3") == 2 && !strings.Contains(string(arch), "nor_conv_1x1") {
			group = append(group, class)
		}
	}
	const title = "\nOver the %d classes with two 3x3 convolutions and none of 1x1, which are of equal size:\n"
	fmt.Fprintf(w, title, len(group))
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\tmin\tmedian\tmax\tof all: min\tmedian\tmax")
	for _, c := range all {
		var some []float64
		for _, class := range group {
			some = append(some, c.values[class])
		}
		fmt.Fprint(t, c.name)
		for _, values := range [][]float64{some, slices.Clone(c.values)} {
			slices.Sort(values)
			fmt.Fprintf(t, "\t%.4f\t%.4f\t%.4f", values[0], values[len(values)/2], values[len(values)-1])
		}
		fmt.Fprintln(t)
	}
	return t.Flush()
}
