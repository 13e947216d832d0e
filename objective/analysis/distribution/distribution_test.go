package distribution_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/analysis/distribution"
	"github.com/nassearch/nassearch/objective/table"
)

// measured has 4 classes, one of which misses a value.
const measured = `# dataset: cifar10
# description: by hand
# default eps: 8/255
arch,clean_acc,fgsm_acc@2/255,fgsm_acc@255/255,pgd_acc@4/255,pgd_acc@8/255,clean_loss,pgd_loss@8/255
|none~0|+|none~0|none~1|+|skip_connect~0|none~1|none~2|,0.5,0.1,0.1,0.2,,1.5,4
|none~0|+|none~0|none~1|+|nor_conv_1x1~0|none~1|none~2|,0.6,0.2,0.1,0.3,0.2,1.4,3
|none~0|+|none~0|none~1|+|nor_conv_3x3~0|none~1|none~2|,0.7,0.3,0.1,0.4,0.3,1.3,2
|none~0|+|none~0|none~1|+|avg_pool_3x3~0|none~1|none~2|,0.8,0.4,0.1,0.2,0.1,1.2,1
`

func open(t *testing.T, content string) *table.Table {
	t.Helper()
	path := filepath.Join(t.TempDir(), "measured.csv")
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
	tab, err := table.Open(path, table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return tab
}

func TestWholeRangeIsLeftOut(t *testing.T) {
	got := map[string]int{}
	for _, m := range distribution.Metrics(open(t, measured)) {
		got[m.Metric.Name] = len(m.Settings)
	}
	if diff := cmp.Diff(map[string]int{"fgsm_acc": 1, "pgd_acc": 2, "pgd_loss": 1}, got); diff != "" {
		t.Error(diff)
	}
}

func TestBoxesStandBesideCleanImages(t *testing.T) {
	tab := open(t, measured)
	accuracies := distribution.Metrics(tab)[:2]
	d, err := distribution.Over(t.Context(), tab, objective.Usual(), accuracies, 10)
	if err != nil {
		t.Fatal(err)
	}
	if want := "by hand · 4 classes · dashed: guessing, 0.1"; d.Figure.Title != want {
		t.Errorf("title %q, want %q", d.Figure.Title, want)
	}
	if d.Figure.Values.Title != "accuracy" || d.Figure.Values.High != 1 {
		t.Errorf("axis %+v", d.Figure.Values)
	}
	var panels [][]string
	for _, p := range d.Figure.Panels {
		names := []string{p.Title}
		for _, b := range p.Boxes {
			names = append(names, b.Name)
			if b.Quiet != (b.Name == "clean") || b.Color != figure.Plain {
				t.Errorf("box %+v", b)
			}
		}
		panels = append(panels, names)
	}
	if diff := cmp.Diff([][]string{{"FGSM", "clean", "2"}, {"PGD", "clean", "4", "8"}}, panels); diff != "" {
		t.Error(diff)
	}
	var once []string
	for _, b := range d.Boxes {
		once = append(once, b.Metric.Brief())
	}
	if diff := cmp.Diff([]string{"clean_acc", "fgsm_acc@2/255", "pgd_acc@4/255", "pgd_acc@8/255"}, once); diff != "" {
		t.Error(diff)
	}
	if b := d.Boxes[3]; b.N != 3 || b.Min != .1 || b.Median != .2 || b.Max != .3 || b.Eps.String() != "8/255" {
		t.Errorf("pgd_acc at 8/255: %+v", b)
	}
}

func TestOtherMeasuresHaveNoGuessing(t *testing.T) {
	tab := open(t, measured)
	all, err := distribution.Over(t.Context(), tab, objective.Usual(), distribution.Metrics(tab), 10)
	if err != nil {
		t.Fatal(err)
	}
	if f := all.Figure; f.Reference != nil || f.Values.Title != "" || f.Values.High != 0 || f.Panels[2].Title != "PGD loss" {
		t.Errorf("accuracies and a loss: %+v", f)
	}
	for classes, guessing := range map[int]bool{0: false, 4: true} {
		d, err := distribution.Over(t.Context(), tab, objective.Usual(), distribution.Metrics(tab)[:1], classes)
		if err != nil || (d.Figure.Reference != nil) != guessing {
			t.Errorf("%d image classes: a line at guessing %v, %v", classes, d.Figure.Reference, err)
		}
	}
}

const corrupted = `# description: by hand
arch,clean_acc,fog_acc@severity1,fog_acc@severity3,fog_loss@severity1,snow_acc@severity2,pgd_acc@8/255
|none~0|+|none~0|none~1|+|skip_connect~0|none~1|none~2|,.9,.8,.4,1,.7,.1
|none~0|+|none~0|none~1|+|nor_conv_1x1~0|none~1|none~2|,.7,.6,.2,2,.5,.2
|none~0|+|none~0|none~1|+|nor_conv_3x3~0|none~1|none~2|,.5,,.3,3,,.3
`

func TestCorruptionsAreDrawnBySeverity(t *testing.T) {
	tab := open(t, corrupted)
	var names []string
	for _, m := range distribution.Corruptions(tab) {
		names = append(names, m.Metric.Name)
	}
	if diff := cmp.Diff([]string{"fog_acc", "fog_loss", "snow_acc"}, names); diff != "" {
		t.Fatal(diff)
	}
	accuracies := slices.DeleteFunc(distribution.Corruptions(tab), func(m table.MetricInfo) bool { return !distribution.IsAccuracy(m) })
	d, err := distribution.Over(t.Context(), tab, objective.Usual(), accuracies, 10)
	if err != nil {
		t.Fatal(err)
	}
	var boxes []string
	for _, b := range d.Boxes {
		boxes = append(boxes, fmt.Sprint(b.Name, " ", b.Severity, " ", b.N, " ", b.Median))
	}
	if diff := cmp.Diff([]string{"clean_acc 0 3 0.7", "fog_acc 1 2 0.7", "fog_acc 3 3 0.3", "snow_acc 2 2 0.6"}, boxes); diff != "" {
		t.Error(diff)
	}
	if f := d.Figure; f.Category != "severity" || f.Panels[0].Boxes[2].Name != "3" || f.Panels[1].Title != "snow" {
		t.Errorf("figure %+v", f)
	}
	c := d.Curves()
	if diff := cmp.Diff([]figure.Series{
		{Name: "fog", X: []float64{0, 1, 3}, Y: []float64{.7, .7, .3}},
		{Name: "snow", Color: 1, X: []float64{0, 2}, Y: []float64{.7, .6}},
	}, c.Series); diff != "" || c.Y.Title != "median accuracy" || c.Reference == nil {
		t.Errorf("curves %+v: %s", c, diff)
	}
}
