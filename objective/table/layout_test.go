package table_test

import (
	"context"
	"errors"
	"math"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table"
)

func open(t testing.TB, path string, o table.Options) *table.Table {
	t.Helper()
	o.Space = pairs{}
	tab, err := table.Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	return tab
}

// column returns a metric of all classes.
func column(v *table.View) []float64 {
	var out []float64
	for class := range pairClasses {
		out = append(out, v.Values(class)[0])
	}
	return out
}

var nan = math.NaN()

// Classes are 0,0 0,1 0,2 1,1 1,2 2,2; their representatives are the ids 8 5 2 4 1 0.
func TestValuesBelongToClasses(t *testing.T) {
	tab := open(t, write(t, pairsData()), table.Options{})
	for _, c := range []struct {
		metric   string
		settings table.Settings
		want     []float64
		setting  string
	}{
		{"clean_acc", table.Settings{}, []float64{.1, .9, .7, .8, .6, .5}, ""},
		{"pgd_acc", table.Settings{}, []float64{.008, .15, .12, nan, .11, .1}, "1/255"},
		{"pgd_acc", table.Settings{Eps: "0.5/255"}, []float64{.08, .55, .52, nan, .51, .5}, "0.5/255"},
		{"pgd_acc", table.Settings{Eps: "0.00392"}, []float64{.008, .15, .12, nan, .11, .1}, "1/255"},
		{"pgd_acc@0.5/255", table.Settings{Eps: "1/255"}, []float64{.08, .55, .52, nan, .51, .5}, "0.5/255"},
		{"fog_acc", table.Settings{}, []float64{nan, nan, nan, nan, .8, .3}, "mean of 5 severities"},
		{"fog_acc", table.Settings{Severity: "mean"}, []float64{nan, nan, nan, nan, .8, .3}, "mean of 5 severities"},
		{"fog_acc", table.Settings{Severity: "5"}, []float64{nan, nan, nan, nan, 0, .1}, "severity 5"},
		{"fog_acc@severity4", table.Settings{}, []float64{nan, nan, nan, nan, 1, .2}, "severity 4"},
		{"clean_class1_acc", table.Settings{}, []float64{nan, nan, nan, nan, 0, .8}, ""},
		{"clean_worst_class_acc", table.Settings{}, []float64{nan, nan, nan, nan, 0, .8}, ""},
		{"pgd_class0_acc", table.Settings{}, []float64{nan, nan, nan, nan, nan, .1}, "1/255"},
		{"pgd_worst_class_acc", table.Settings{Eps: "0.5/255"}, []float64{nan, nan, nan, nan, nan, .8}, "0.5/255"},
		{"clean_conf", table.Settings{Eps: "8/255"}, []float64{nan, nan, nan, nan, .375, .25}, ""},
		{"pgd_conf", table.Settings{Eps: "0.5/255"}, []float64{nan, nan, nan, nan, nan, .375}, "0.5/255"},
	} {
		v, err := tab.Select(context.Background(), []string{c.metric}, c.settings)
		if err != nil {
			t.Errorf("%s %+v: %v", c.metric, c.settings, err)
			continue
		}
		if diff := cmp.Diff(c.want, column(v), cmpopts.EquateNaNs(), cmpopts.EquateApprox(0, 1e-15)); diff != "" {
			t.Errorf("%s %+v: %s", c.metric, c.settings, diff)
		}
		if got := v.Metrics()[0].Setting.String(); got != c.setting {
			t.Errorf("%s %+v: setting %q, want %q", c.metric, c.settings, got, c.setting)
		}
	}
}

func TestHoleIsAnErrorAndNoNumber(t *testing.T) {
	tab := open(t, write(t, pairsData()), table.Options{})
	v := mustSelect(t, tab, table.Settings{}, "clean_acc", "pgd_acc")
	_, err := v.Evaluate(context.Background(), objective.Request{Arch: "1,1", Fidelity: 1})
	var missing *objective.MissingError
	if !errors.As(err, &missing) || missing.Metric.Name != "pgd_acc" || missing.Arch != "1,1" {
		t.Errorf("%v, want a *MissingError of pgd_acc of 1,1", err)
	}
	if v.Holes() != 1 {
		t.Errorf("%d holes, want 1", v.Holes())
	}
	if got := v.Values(3); got[0] != .8 || !math.IsNaN(got[1]) {
		t.Errorf("values of the hole %v, want [0.8 NaN]", got)
	}
}

func TestMembersOfAClassHaveTheSameOutcomeAndCost(t *testing.T) {
	tab, err := table.Open(write(t, pairsData()), table.Options{Space: sizedPairs{}})
	if err != nil {
		t.Fatal(err)
	}
	v := mustSelect(t, tab, table.Settings{}, "pgd_acc", "params", "flops")
	a := objective.Request{Arch: "0,2", Fidelity: 1}
	b := objective.Request{Arch: "2,0", Fidelity: 1}
	x, errX := v.Evaluate(context.Background(), a)
	y, errY := v.Evaluate(context.Background(), b)
	if errX != nil || errY != nil {
		t.Fatal(errX, errY)
	}
	if want := []float64{.12, 2, 2000}; !slices.Equal(x.Values, want) || !slices.Equal(y.Values, want) {
		t.Errorf("%v and %v, want %v", x.Values, y.Values, want)
	}
	// 2,000 FLOPs x 3 x 50,000 x 200 / 10^12 s = 60 ms.
	if v.Cost(a) != v.Cost(b) || v.Cost(a).Seconds() != .06 {
		t.Errorf("costs %v and %v, want 60ms", v.Cost(a), v.Cost(b))
	}
	if a.Fidelity = .5; v.Cost(a).Seconds() != .03 {
		t.Errorf("half of the training costs %v, want 30ms", v.Cost(a))
	}
}

func TestEvaluateRefusesPartOfTheTraining(t *testing.T) {
	v := mustSelect(t, open(t, write(t, pairsData()), table.Options{}), table.Settings{}, "clean_acc")
	_, err := v.Evaluate(context.Background(), objective.Request{Arch: "0,0", Fidelity: .5})
	var fidelity *objective.FidelityError
	if !errors.As(err, &fidelity) {
		t.Errorf("%v, want a *FidelityError", err)
	}
}

func TestEvaluateRefusesWhatIsNoArchitecture(t *testing.T) {
	v := mustSelect(t, open(t, write(t, pairsData()), table.Options{}), table.Settings{}, "clean_acc")
	if _, err := v.Evaluate(context.Background(), objective.Request{Arch: "0,3", Fidelity: 1}); err == nil {
		t.Error("no error for 0,3")
	}
}

func TestExtremesAndRanksFollowTheGoal(t *testing.T) {
	tab, err := table.Open(write(t, pairsData()), table.Options{Space: sizedPairs{}})
	if err != nil {
		t.Fatal(err)
	}
	v := mustSelect(t, tab, table.Settings{}, "pgd_acc", "params")
	if value, class, ok := v.Optimum(0); value != .15 || class != 1 || !ok {
		t.Errorf("best pgd_acc %v of class %d", value, class)
	}
	if value, ok := v.Worst(0); value != .008 || !ok {
		t.Errorf("worst pgd_acc %v", value)
	}
	if value, class, ok := v.Optimum(1); value != 0 || class != 0 || !ok {
		t.Errorf("best params %v of class %d", value, class)
	}
	if value, ok := v.Worst(1); value != 22 || !ok {
		t.Errorf("worst params %v", value)
	}
	if r := v.Rank(0, .11); r != 3 {
		t.Errorf("rank %d of .11, want 3", r)
	}
	if r := v.Rank(1, 1.5); r != 3 {
		t.Errorf("rank %d of 1.5 parameters, want 3", r)
	}
	for _, value := range []float64{.15, .11, .12, .008} {
		want := 0
		for class := range pairClasses {
			if v.Values(class)[0] >= value {
				want++
			}
		}
		if n := v.AtLeast(0, value); n != want {
			t.Errorf("%d classes of at least %v, want %d", n, value, want)
		}
	}
}

func TestEmptyFileHasHolesOnly(t *testing.T) {
	files := with(pairsData(), map[string]string{"cifar10/clean_cm.json": `{"cifar10": {"clean": {"cm": {}}}}`})
	v := mustSelect(t, open(t, write(t, files), table.Options{}), table.Settings{}, "clean_worst_class_acc", "clean_class7_acc")
	if v.Holes() != pairClasses {
		t.Errorf("%d holes, want %d", v.Holes(), pairClasses)
	}
	if _, _, ok := v.Optimum(0); ok {
		t.Error("an optimum of nothing")
	}
	if _, ok := v.Worst(0); ok {
		t.Error("a worst of nothing")
	}
}

func TestLookupListsWhatIsThere(t *testing.T) {
	tab, err := table.Open(write(t, pairsData()), table.Options{Space: sizedPairs{}})
	if err != nil {
		t.Fatal(err)
	}
	values, err := tab.Lookup(context.Background(), "2,2")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, v := range values {
		got = append(got, v.Metric.Words())
	}
	want := []string{
		"clean_acc", "pgd_acc at 0.5/255", "pgd_acc at 1/255",
		"fog_acc, mean of 5 severities", "fog_acc at severity 1", "fog_acc at severity 2", "fog_acc at severity 3", "fog_acc at severity 4", "fog_acc at severity 5",
		"clean_conf", "pgd_conf at 0.5/255", "pgd_conf at 1/255",
		"clean_worst_class_acc", "clean_class0_acc", "clean_class1_acc",
		"pgd_worst_class_acc at 0.5/255", "pgd_worst_class_acc at 1/255",
		"pgd_class0_acc at 0.5/255", "pgd_class0_acc at 1/255", "pgd_class1_acc at 0.5/255", "pgd_class1_acc at 1/255",
		"params", "flops",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	hole, err := tab.Lookup(context.Background(), "1,1")
	if err != nil {
		t.Fatal(err)
	}
	if v := hole[1]; v.Metric.Name != "pgd_acc" || !v.Missing || !math.IsNaN(v.Number) {
		t.Errorf("hole: %+v", v)
	}
}

func TestOfficialIDs(t *testing.T) {
	tab := open(t, write(t, pairsData()), table.Options{})
	if id, rep, ok := tab.OfficialID("1,0"); id != 5 || rep != 5 || !ok {
		t.Errorf("1,0 is #%d of #%d", id, rep)
	}
	if id, rep, ok := tab.OfficialID("0,1"); id != 7 || rep != 5 || !ok {
		t.Errorf("0,1 is #%d of #%d", id, rep)
	}
	if _, _, ok := tab.OfficialID("3,3"); ok {
		t.Error("3,3 has an id")
	}
	if a, ok := tab.ByOfficialID(7); a != "0,1" || !ok {
		t.Errorf("#7 is %s", a)
	}
	for _, id := range []int{-1, 9} {
		if _, ok := tab.ByOfficialID(id); ok {
			t.Errorf("#%d is something", id)
		}
	}
}

func TestReadsOnlyTheFilesOfTheMetrics(t *testing.T) {
	files := with(pairsData(), map[string]string{"cifar10/pgd@Linf_accuracy.json": "{", "cifar10/clean_cm.json": "x"})
	mustSelect(t, open(t, write(t, files), table.Options{}), table.Settings{}, "clean_acc", "fog_acc")
}

func TestFingerprintDependsOnWhatIsMeasured(t *testing.T) {
	tab := open(t, write(t, pairsData()), table.Options{})
	seen := make(map[string]string)
	changed := strings.Replace(pairsData()["cifar10/clean_accuracy.json"], "0.5", "0.51", 1)
	for name, v := range map[string]*table.View{
		"clean":          mustSelect(t, tab, table.Settings{}, "clean_acc"),
		"pgd":            mustSelect(t, tab, table.Settings{}, "pgd_acc"),
		"pgd, other eps": mustSelect(t, tab, table.Settings{Eps: "0.5/255"}, "pgd_acc"),
		"two":            mustSelect(t, tab, table.Settings{}, "clean_acc", "pgd_acc"),
		"two, turned":    mustSelect(t, tab, table.Settings{}, "pgd_acc", "clean_acc"),
		"other value": mustSelect(t, open(t, write(t, with(pairsData(), map[string]string{"cifar10/clean_accuracy.json": changed})), table.Options{}),
			table.Settings{}, "clean_acc"),
	} {
		if other, ok := seen[v.Source()]; ok {
			t.Errorf("%s and %s have the same fingerprint", name, other)
		}
		seen[v.Source()] = name
	}
}

func TestEndedContextEndsReading(t *testing.T) {
	tab := open(t, write(t, pairsData()), table.Options{})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := tab.Select(ctx, []string{"pgd_acc"}, table.Settings{}); !errors.Is(err, context.Canceled) {
		t.Errorf("Select: %v", err)
	}
	if _, err := tab.Lookup(ctx, "0,0"); !errors.Is(err, context.Canceled) {
		t.Errorf("Lookup: %v", err)
	}
	if err := tab.Export(ctx, os.NewFile(0, "")); !errors.Is(err, context.Canceled) {
		t.Errorf("Export: %v", err)
	}
}

func TestSourcesWithoutAllFilesSayWhichOneIsMissing(t *testing.T) {
	tab := open(t, write(t, pairsData()), table.Options{})
	var infos []string
	for _, m := range tab.Metrics() {
		if m.Missing != nil {
			infos = append(infos, m.Metric.Name)
		}
	}
	for _, want := range []string{"fgsm_acc", "corruption_acc", "snow_acc", "fog_conf"} {
		if !slices.Contains(infos, want) {
			t.Errorf("%s is not listed as missing", want)
		}
	}
	_, err := tab.Select(context.Background(), []string{"corruption_acc"}, table.Settings{})
	var file *table.FileError
	if !errors.As(err, &file) || file.File != "cifar10/brightness_accuracy.json" || file.Metric != "corruption_acc" {
		t.Errorf("%v", err)
	}
}

// Workers share one view; the race detector watches.
func TestConcurrentEvaluateAndReading(t *testing.T) {
	tab, err := table.Open(write(t, pairsData()), table.Options{Space: sizedPairs{}})
	if err != nil {
		t.Fatal(err)
	}
	v := mustSelect(t, tab, table.Settings{}, "clean_acc", "params")
	want := mustSelect(t, tab, table.Settings{}, "clean_acc", "pgd_acc").Source()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range 200 {
				class := i % pairClasses
				out, err := v.Evaluate(context.Background(), objective.Request{Arch: pairs{}.Class(class), Fidelity: 1})
				if err != nil || !slices.Equal(out.Values, v.Values(class)) {
					t.Errorf("class %d: %v %v", class, out, err)
				}
			}
			again, err := tab.Select(context.Background(), []string{"clean_acc", "pgd_acc"}, table.Settings{})
			if err != nil || again.Source() != want {
				t.Errorf("another fingerprint, or %v", err)
			}
			if _, err := tab.Lookup(context.Background(), "0,1"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestEvaluateAllocatesNothing(t *testing.T) {
	tab := officialTable(t)
	v := mustSelect(t, tab, table.Settings{}, "pgd_acc", "params")
	r := request(tab, 13433)
	ctx := context.Background()
	if n := testing.AllocsPerRun(100, func() {
		if _, err := v.Evaluate(ctx, r); err != nil {
			t.Fatal(err)
		}
		v.Cost(r)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// Attacks of another norm are the same metric at other settings, whose sizes are radii with pixels in [0,1].
func TestNormsOfAnAttackAreSettingsOfOneMetric(t *testing.T) {
	files := pairsData()
	files["meta.json"] = strings.Replace(files["meta.json"], `"epsilons": {`, `"epsilons": {"pgd@L2": [0.5], `, 1)
	files["cifar10/pgd@L2_accuracy.json"] = `{"cifar10": {"pgd@L2": {"accuracy": {"5": [0.25]}}}}`
	tab := open(t, write(t, files), table.Options{})
	both := mustSelect(t, tab, table.Settings{}, "pgd_acc@l2:0.5", "pgd_acc@0.5/255")
	if diff := cmp.Diff([]string{"pgd_acc@l2:0.5", "pgd_acc@0.5/255"}, []string{both.Metrics()[0].Key(), both.Metrics()[1].Key()}); diff != "" {
		t.Error(diff)
	}
	if got := mustSelect(t, tab, table.Settings{Eps: "l2:0.5"}, "pgd_acc").Metrics()[0]; got != both.Metrics()[0] {
		t.Errorf("--eps l2:0.5 chooses %v", got)
	}
	_, err := tab.Select(context.Background(), []string{"pgd_acc@l2:0.25"}, table.Settings{})
	if want := "no pgd_acc at eps l2:0.25 in table cifar10: it has 0.5 1 (/255) l2:0.5"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}
