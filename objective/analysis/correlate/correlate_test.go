package correlate_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/analysis/correlate"
)

func column(name string, values ...float64) correlate.Column {
	return correlate.Column{Metric: objective.Metric{Name: name}, Values: values}
}

var nan = math.NaN()

// TestMatrixByHand: of 3 1 2 5 4 against 1 2 3 4 5, seven pairs of pairs are in the same order and three are not, so
// tau is .4; the ranks differ by 2 1 1 1 1, so rho is 1 - 6*8/(5*24) = .6.
func TestMatrixByHand(t *testing.T) {
	a := []correlate.Column{column("up", 1, 2, 3, nan, 4, 5), column("down", 50, 40, 30, 20, 20, 10)}
	b := []correlate.Column{column("mixed", 3, 1, 2, 9, 5, 4)}
	m, err := correlate.Matrix(t.Context(), a, b, correlate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p := m.Cells[0][0]
	if p.A.Name != "up" || p.B.Name != "mixed" || p.N != 5 || math.Abs(p.Kendall.Value-.4) > 1e-12 || math.Abs(p.Spearman.Value-.6) > 1e-12 {
		t.Errorf("%s with %s of %d: tau %v, rho %v", p.A, p.B, p.N, *p.Kendall, *p.Spearman)
	}
	// 50 40 30 20 20 10 falls, but for one tie, and of 3 1 2 9 5 4 four other pairs do, 3-1 3-2 9-4 5-4: C = 4, D = 10.
	if got, want := m.Cells[1][0].Kendall.Value, (4-10)/math.Sqrt(14*15); math.Abs(got-want) > 1e-12 || m.Cells[1][0].N != 6 {
		t.Errorf("with a tie: tau-b %v of %d, want %v of 6", got, m.Cells[1][0].N, want)
	}
}

func TestSelfIsTheMatrixWithItself(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var columns []correlate.Column
	for i := range 4 {
		c := column(fmt.Sprint(i))
		for range 50 {
			v := float64(r.IntN(20))
			if v == 7 {
				v = nan
			}
			c.Values = append(c.Values, v)
		}
		columns = append(columns, c)
	}
	self, err := correlate.Self(t.Context(), columns, correlate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	full, err := correlate.Matrix(t.Context(), columns, columns, correlate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(full.Cells, self.Cells); d != "" {
		t.Errorf("(-matrix +self)\n%s", d)
	}
}

func TestPairsThatHaveNoCorrelationSayWhy(t *testing.T) {
	for _, c := range []struct {
		name string
		a, b correlate.Column
		want string
	}{
		{"nothing in common", column("a", 1, 2, nan), column("b", nan, nan, 3), "fewer than two"},
		{"one in common", column("a", 1, 2, nan), column("b", nan, 5, 3), "fewer than two"},
		{"constant", column("a", 1, 2, 3), column("b", 5, 5, 5), "the same for all"},
		{"constant where both are", column("a", 1, 2, 3), column("b", 5, 5, nan), "the same for all"},
	} {
		m, err := correlate.Matrix(t.Context(), []correlate.Column{c.a}, []correlate.Column{c.b}, correlate.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if p := m.Cells[0][0]; p.Kendall != nil || p.Spearman != nil || !strings.Contains(p.Problem, c.want) {
			t.Errorf("%s: %+v", c.name, p)
		}
	}
}

// TestBootstrapAgreesWithTheFormula where the formula holds: normal pairs without ties.
func TestBootstrapAgreesWithTheFormula(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	a, b := column("a"), column("b")
	for range 400 {
		v := r.NormFloat64()
		a.Values, b.Values = append(a.Values, v), append(b.Values, v+r.NormFloat64())
	}
	run := func(o correlate.Options) correlate.Pair {
		t.Helper()
		m, err := correlate.Matrix(t.Context(), []correlate.Column{a}, []correlate.Column{b}, o)
		if err != nil {
			t.Fatal(err)
		}
		return m.Cells[0][0]
	}
	formula, drawn := run(correlate.Options{}), run(correlate.Options{Bootstrap: 500, Seed: 1})
	for _, c := range []struct{ formula, drawn *correlate.Coefficient }{{formula.Kendall, drawn.Kendall}, {formula.Spearman, drawn.Spearman}} {
		if c.formula.Value != c.drawn.Value {
			t.Errorf("value %v became %v", c.formula.Value, c.drawn.Value)
		}
		// A quantile of 500 resamples is uncertain by about a tenth of the half-width; .3 is three times that.
		half := (c.formula.High - c.formula.Low) / 2
		if math.Abs(c.formula.Low-c.drawn.Low) > .3*half || math.Abs(c.formula.High-c.drawn.High) > .3*half {
			t.Errorf("interval by formula %.3f to %.3f, by resamples %.3f to %.3f", c.formula.Low, c.formula.High, c.drawn.Low, c.drawn.High)
		}
	}
	if again := run(correlate.Options{Bootstrap: 500, Seed: 1}); !cmp.Equal(drawn, again) {
		t.Error("the same seed gave another interval")
	}
}

func TestMatrixStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	a := []correlate.Column{column("a", 1, 2, 3)}
	if _, err := correlate.Matrix(ctx, a, a, correlate.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
}

// BenchmarkSelf is of eight metrics of as many architectures as the cell space has classes.
func BenchmarkSelf(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	columns := make([]correlate.Column, 8)
	for i := range columns {
		for range 6466 {
			columns[i].Values = append(columns[i].Values, float64(r.IntN(700))/1000)
		}
	}
	for b.Loop() {
		if _, err := correlate.Self(b.Context(), columns, correlate.Options{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(b.Elapsed().Seconds()*1e3/float64(b.N)/36, "ms/pair")
}

// pair is two metrics over n architectures, of which there is nothing else to tell.
func pair(a, b string, n int) correlate.Pair {
	return correlate.Pair{A: objective.Metric{Name: a}, B: objective.Metric{Name: b}, N: n}
}

func TestPairsOfOneTableAreListedOnce(t *testing.T) {
	r := correlate.Result{Self: true, Cells: [][]correlate.Pair{
		{pair("a", "a", 9), pair("a", "b", 7), pair("a", "c", 8)},
		{pair("b", "a", 7), pair("b", "b", 9), pair("b", "c", 6)},
		{pair("c", "a", 8), pair("c", "b", 6), pair("c", "c", 9)},
	}}
	if diff := cmp.Diff([]correlate.Pair{pair("a", "b", 7), pair("a", "c", 8), pair("b", "c", 6)}, r.Pairs()); diff != "" {
		t.Error(diff)
	}
	if least, most := r.Architectures(); least != 6 || most != 8 {
		t.Errorf("over %d to %d architectures", least, most)
	}
	r.Self = false
	if n := len(r.Pairs()); n != 9 {
		t.Errorf("%d pairs with another table, want all 9", n)
	}
}

func TestForemostPairsAreOfAMetricWithItself(t *testing.T) {
	r := correlate.Result{Cells: [][]correlate.Pair{
		{pair("a", "a", 5), pair("a", "b", 5)},
		{pair("b", "a", 5), pair("b", "b", 5)},
	}}
	for most, want := range map[int][]correlate.Pair{
		4: r.Pairs(), 3: {pair("a", "a", 5), pair("b", "b", 5)}, 1: {pair("a", "a", 5)},
	} {
		if diff := cmp.Diff(want, r.Foremost(most)); diff != "" {
			t.Errorf("at most %d: %s", most, diff)
		}
	}
	strangers := correlate.Result{Cells: [][]correlate.Pair{{pair("a", "b", 5), pair("a", "c", 5)}}}
	if diff := cmp.Diff([]correlate.Pair{pair("a", "b", 5)}, strangers.Foremost(1)); diff != "" {
		t.Error(diff)
	}
}

func TestHeatShowsAStatistic(t *testing.T) {
	a, b := []correlate.Column{column("x", 1, 2, 3, 4)}, []correlate.Column{column("y", 1, 2, 4, 3), column("constant", 1, 1, 1, 1)}
	r, err := correlate.Matrix(t.Context(), a, b, correlate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for s, want := range map[correlate.Statistic]float64{correlate.Kendall: 4. / 6, correlate.Spearman: .8} {
		h := r.Heat(s)
		if diff := cmp.Diff([][]string{{"x"}, {"y", "constant"}}, [][]string{h.Rows, h.Columns}); diff != "" {
			t.Error(diff)
		}
		if v := h.Values[0]; math.Abs(v[0]-want) > 1e-12 || !math.IsNaN(v[1]) {
			t.Errorf("%s: %v, want %v and nothing", s.Words(), v, want)
		}
	}
	if r, err := correlate.Self(t.Context(), b, correlate.Options{}); err != nil || len(r.Cells) != 2 || !r.Self {
		t.Errorf("with itself: %+v, %v", r, err)
	}
}
