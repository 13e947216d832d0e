package predictors_test

import (
	"math"
	"path/filepath"
	"slices"
	"testing"

	"github.com/nassearch/nassearch/internal/sharedtest"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/analysis/predictors"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/space"
)

// spread is a mean with its standard deviation.
type spread struct{ Mean, SD float64 }

// ranked is a score's importance.
type ranked struct {
	Score string
	spread
}

// prior is what the scores tell of a released data set.
type prior struct {
	Dataset          string
	Scores           string
	Classes          int
	ByRepresentative int      `json:"by_representative"`
	ScoreNames       []string `json:"score_names"`
	Repetitions      int
	Correlation      map[string]map[string]struct{ Kendall, Spearman float64 }
	Forest           map[string]struct {
		R2, Kendall     spread
		MDITop3         []ranked `json:"mdi_top3"`
		PermutationTop3 []ranked `json:"permutation_top3"`
	}
}

// columns reads the scores by the rule of representatives, and targets.
func columns(t *testing.T, p prior) (measures, targets []predictors.Column) {
	t.Helper()
	released, err := table.Open(sharedtest.Robustness(t), table.Options{Dataset: p.Dataset})
	if err != nil {
		t.Fatal(err)
	}
	scores, err := table.Open(filepath.Join(sharedtest.Dir(t), "data", "zero-cost", p.Scores), table.Options{Rows: table.Each})
	if err != nil {
		t.Fatal(err)
	}
	view, err := scores.Select(t.Context(), p.ScoreNames, table.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	cells := predictors.Cells{Space: scores.Space(), Metrics: view.Metrics()}
	for i := range view.Metrics() {
		cells.Columns = append(cells.Columns, view.Column(i))
	}
	measures, m, err := cells.ByClass(released.Space(), func(a space.Arch) (int, bool) {
		id, representative, _ := released.OfficialID(a)
		return id, id == representative
	})
	if err != nil || m.Classes != p.Classes || m.Own != p.ByRepresentative {
		t.Fatalf("%+v, %v, want %d classes, %d by their representative", m, err, p.Classes, p.ByRepresentative)
	}
	var names []string
	for name := range p.Correlation {
		names = append(names, name)
	}
	slices.Sort(names)
	values, err := released.Select(t.Context(), names, table.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	for i, metric := range values.Metrics() {
		targets = append(targets, predictors.Column{Metric: metric, Values: values.Column(i)})
	}
	return measures, targets
}

func priors(t *testing.T, check func(t *testing.T, p prior)) {
	for _, file := range sharedtest.Cases(t, "search", "prior*.json") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			var p prior
			sharedtest.ReadJSON(t, file, &p)
			if len(p.Correlation) == 0 {
				t.Fatal("no correlations")
			}
			check(t, p)
		})
	}
}

func TestFixturePriorCorrelations(t *testing.T) {
	priors(t, func(t *testing.T, p prior) {
		measures, targets := columns(t, p)
		r, err := predictors.Analyse(t.Context(), measures, targets, predictors.Options{})
		if err != nil {
			t.Fatal(err)
		}
		seen := 0
		for _, row := range r.Pairs {
			for _, pair := range row {
				want, ok := p.Correlation[pair.Target.Brief()][pair.Measure.Name]
				if !ok || pair.All.N != p.Classes {
					t.Fatalf("%s with %s: over %d classes, want %d", pair.Measure.Name, pair.Target.Brief(), pair.All.N, p.Classes)
				}
				seen++
				if math.Abs(pair.All.Kendall.Value-want.Kendall) > 1e-9 || math.Abs(pair.All.Spearman.Value-want.Spearman) > 1e-9 {
					t.Errorf("%s with %s: tau %v, rho %v, want %v and %v", pair.Measure.Name, pair.Target.Brief(),
						pair.All.Kendall.Value, pair.All.Spearman.Value, want.Kendall, want.Spearman)
				}
			}
		}
		if want := len(p.Correlation) * len(p.ScoreNames); seen != want {
			t.Errorf("%d pairs, want %d", seen, want)
		}
	})
}

// agrees says whether means over as many repetitions are within three standard errors, and a hundredth.
func agrees(got, want spread, n int) bool {
	return math.Abs(got.Mean-want.Mean) <= 3*math.Hypot(got.SD, want.SD)/math.Sqrt(float64(n))+.01
}

// leads says whether the first of a ranking should be the first of another, too.
func leads(top []ranked) bool {
	return top[0].Mean-top[1].Mean > max(top[0].SD, top[1].SD)
}

func TestFixturePriorForest(t *testing.T) {
	if testing.Short() {
		t.Skip("grows fifty forests")
	}
	priors(t, func(t *testing.T, p prior) {
		measures, targets := columns(t, p)
		for _, target := range targets {
			want, ok := p.Forest[target.Metric.Brief()]
			if !ok {
				continue
			}
			r, err := predictors.Analyse(t.Context(), measures, []predictors.Column{target}, predictors.Options{
				Joint: []objective.Metric{target.Metric}, Repetitions: p.Repetitions, Seed: 3})
			if err != nil {
				t.Fatal(err)
			}
			j := r.Joint[0]
			if !agrees(spread(j.Forest.R2), want.R2, p.Repetitions) || !agrees(spread(j.Forest.Kendall), want.Kendall, p.Repetitions) {
				t.Errorf("%s: R2 %v, tau %v, want %v, %v", target.Metric.Brief(), j.Forest.R2, j.Forest.Kendall, want.R2, want.Kendall)
			}
			first := func(of func(predictors.Importance) float64) string {
				return slices.MaxFunc(j.Importance, func(a, b predictors.Importance) int {
					if of(a) > of(b) {
						return 1
					}
					return -1
				}).Measure.Name
			}
			if got := first(func(i predictors.Importance) float64 { return i.Impurity.Mean }); leads(want.MDITop3) && got != want.MDITop3[0].Score {
				t.Errorf("%s: the first by impurity is %s, want %s", target.Metric.Brief(), got, want.MDITop3[0].Score)
			}
			if got := first(func(i predictors.Importance) float64 { return i.Permutation.Mean }); leads(want.PermutationTop3) && got != want.PermutationTop3[0].Score {
				t.Errorf("%s: the first by permutation is %s, want %s", target.Metric.Brief(), got, want.PermutationTop3[0].Score)
			}
		}
	})
}
