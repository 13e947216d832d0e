package comparison_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/compare/analysis"
	"github.com/nassearch/nassearch/search/report/comparison"
)

// drawn are the names of a comparison's figures, each of which is drawn.
func drawn(t *testing.T, c analysis.Comparison) (names []string) {
	t.Helper()
	figures, err := comparison.Figures(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range figures {
		var b bytes.Buffer
		if err := f.Write(&b, "svg"); err != nil || bytes.Contains(b.Bytes(), []byte("NaN")) {
			t.Errorf("%s: %v\n%s", f.Name, err, b.Bytes())
		}
		names = append(names, f.Name)
	}
	return names
}

func TestFiguresAreNamedAfterTheirProblem(t *testing.T) {
	want := []string{
		"pgd_acc@1=2f255-curves", "pgd_acc@1=2f255-regret", "pgd_acc@1=2f255-end",
		"clean_acc,params-curves", "clean_acc,params-regret", "clean_acc,params-end", "cd",
	}
	if diff := cmp.Diff(want, drawn(t, two(t))); diff != "" {
		t.Error(diff)
	}
}

func TestFiguresOfOneProblemNeedNoPrefix(t *testing.T) {
	c := two(t)
	plan := c.Plan
	plan.Problems = plan.Problems[:1]
	for _, k := range []struct {
		runs    []compare.Run
		optimum compare.Number
		want    []string
	}{
		{c.Results[0].Runs, .9, []string{"curves", "regret", "end"}},
		{nil, .9, []string{"curves", "regret"}},
		{c.Results[0].Runs[:9], compare.Unknown(), []string{"curves", "end"}},
	} {
		plan.Problems[0].Optimum = k.optimum
		if !k.optimum.Known() {
			plan.Problems[0].Ideal, plan.Problems[0].Worst = nil, nil
		}
		one, err := analysis.Analyse(plan, k.runs, []compare.Task{{Known: truth{}}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(k.want, drawn(t, one)); diff != "" {
			t.Errorf("%d runs: %s", len(k.runs), diff)
		}
	}
}
