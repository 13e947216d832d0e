package table_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/space/nasbench201"
)

const twice = "arch,a,b\n\"1,0\",2,\n\"0,1\",4,8\n\"0,0\",1,1\n"

func TestRowsOfOneClassAreJoinedByTheRule(t *testing.T) {
	for _, c := range []struct {
		rule table.Rule
		a, b float64
	}{
		{table.First, 2, math.NaN()},
		{table.Mean, 3, 8},
	} {
		tab, err := openText(t, "x.csv", twice, table.Options{Rows: c.rule})
		if err != nil {
			t.Fatal(err)
		}
		v := mustSelect(t, tab, table.Settings{}, "a", "b").Values(1)
		if v[0] != c.a || v[1] != c.b && !(math.IsNaN(v[1]) && math.IsNaN(c.b)) {
			t.Errorf("%s: %v, want %v %v", c.rule, v, c.a, c.b)
		}
		if i := tab.Info(); i.Rows != c.rule || i.Several != 1 || !strings.Contains(i.Description, string(c.rule)) {
			t.Errorf("%s: %+v", c.rule, i)
		}
	}
	if _, err := openText(t, "x.csv", twice, table.Options{Rows: table.Each}); err == nil {
		t.Error("another space has cells for each")
	}
}

func TestEachCellMayHaveItsOwnValue(t *testing.T) {
	var b strings.Builder
	b.WriteString("# dataset: cifar10\narch,accuracy\n")
	for i := range nasbench201.Cells {
		c, err := nasbench201.FromIndex(i)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s,%d\n", c.Arch(), i)
	}
	path := filepath.Join(write(t, map[string]string{"all.csv": b.String()}), "all.csv")
	if _, err := table.Open(path, table.Options{}); !strings.Contains(fmt.Sprint(err), "--rows each") {
		t.Errorf("%v", err)
	}
	tab, err := table.Open(path, table.Options{Rows: table.Each})
	if err != nil {
		t.Fatal(err)
	}
	v := mustSelect(t, tab, table.Settings{}, "accuracy")
	if v.Classes() != nasbench201.Cells || v.Holes() != 0 || v.Values(4711)[0] != 4711 {
		t.Errorf("%d classes, %d holes, %v", v.Classes(), v.Holes(), v.Values(4711))
	}
}

func TestRobBenchEps(t *testing.T) {
	for name, want := range map[string]string{
		"val_pgd_8.0_acc": "pgd_acc@8/255", "val_pgd_0.0314_acc": "pgd_acc@8/255", "val_pgd_0.01176_acc": "pgd_acc@3/255",
		"val_aa_3.0": "aa_acc@3/255", "pgd_acc@4/255": "pgd_acc@4/255", "val_fgsm@0.0157_acc": "fgsm_acc@4/255",
		"val_pgd_0.5_acc": "", "val_pgd_3.14%_acc": "", "val_pgd_300_acc": "",
	} {
		tab, err := robBench(t, fmt.Sprintf(`{"cifar10": {"0": {%q: {"0": 0.5, "1": 0.5, "2": 0.5}}}}`, name), table.Options{})
		if want == "" {
			var format *table.FormatError
			if !errors.As(err, &format) || !strings.Contains(err.Error(), name) {
				t.Errorf("%s: %v, want a *FormatError with the name", name, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := mustSelect(t, tab, table.Settings{}, want).Metrics()[0].Key(); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
		if got := tab.Info().Seeds.String(); got != "3" {
			t.Errorf("%s: %q seeds", name, got)
		}
	}
}

func TestJavaScriptIsReadAsJSON(t *testing.T) {
	const object = `{"cifar10": {"0": {"val_acc": {"threeseed": 0.5}}}}`
	for text, good := range map[string]bool{
		object: true, "var data = " + object + ";\n": true, "export default " + object: true,
		"window.data=" + object + ";": true, "\ufeff const d = " + object: true,
		"f(" + object + ")": false, "var d = " + object + "; alert(1)": false,
	} {
		dir := write(t, map[string]string{"meta.json": pairsMeta(), "data.js": text})
		tab, err := table.Open(filepath.Join(dir, "data.js"), table.Options{Space: pairs{}})
		if (err == nil) != good {
			t.Errorf("%s: %v", text, err)
		}
		if err == nil && tab.Info().Seeds != (table.Seeds{Least: 3, Most: 3}) {
			t.Errorf("%+v", tab.Info().Seeds)
		}
	}
}

func TestBlankLinesAndSpreadsheetsDropNoComment(t *testing.T) {
	text := "\ufeff\r\n \r\n# dataset: d,,\r\n\r\n\"# description: one, two\",,\r\n\r\narch,a,b\r\n\"0,0\",1,2\r\narch,a,b\r\n\"0,2\",3,4\r\n"
	tab, err := openText(t, "x.csv", text, table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if i := tab.Info(); i.Dataset != "d" || i.Description != "one, two" {
		t.Errorf("%+v", i)
	}
	if v := mustSelect(t, tab, table.Settings{}, "b"); v.Values(0)[0] != 2 || v.Values(2)[0] != 4 {
		t.Error("a header in the middle hides what follows")
	}
}

func TestAnExportKeepsItsNetwork(t *testing.T) {
	const cell = "|none~0|+|none~0|none~1|+|nor_conv_1x1~0|none~1|none~2|"
	const text = "# dataset: mine\n# network: C=4 N=1 classes=10 image=8 inputs=1\narch,a\n" + cell + ",1\n"
	dir := write(t, map[string]string{"a.csv": text, "b.csv": strings.Replace(text, "# network", "# net", 1)})
	tab, err := table.Open(filepath.Join(dir, "a.csv"), table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	class, err := tab.Space().ClassOf(cell)
	if err != nil {
		t.Fatal(err)
	}
	if v := mustSelect(t, tab, table.Settings{}, "params"); v.Values(class)[0] > 6000 || v.Settings()["network"] == "" {
		t.Errorf("%v parameters of %v", v.Values(class), v.Settings())
	}
	if tab, err = table.Open(filepath.Join(dir, "b.csv"), table.Options{}); err != nil {
		t.Fatal(err)
	}
	if _, err := tab.Select(context.Background(), []string{"params"}, table.Settings{}); !strings.Contains(fmt.Sprint(err), "# network: ") {
		t.Errorf("%v, want to be told how to say the network", err)
	}
}
