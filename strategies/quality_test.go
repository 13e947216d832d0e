package strategies_test

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/internal/sharedtest"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/objective/table/micro"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/strategies"
	"gonum.org/v1/gonum/stat"
)

// released opens the released dataset's cifar10 table on one metric, at eps 1/255.
func released(t testing.TB, metric string) (nasbench201.Space, *table.View) {
	t.Helper()
	sp, err := nasbench201.New(nasbench201.Benchmark(10, 32))
	if err != nil {
		t.Fatal(err)
	}
	tab, err := table.Open(sharedtest.Robustness(t), table.Options{Space: sp, Dataset: "cifar10"})
	if err != nil {
		t.Fatal(err)
	}
	view, err := tab.Select(t.Context(), []string{metric}, table.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	return sp, view
}

// embedded opens the table in the program on one metric.
func embedded(t testing.TB, metric string) (table.Space, *table.View) {
	t.Helper()
	tab, err := micro.Open("")
	if err != nil {
		t.Fatal(err)
	}
	view, err := tab.Select(t.Context(), []string{metric}, table.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	return tab.Space(), view
}

// study searches the table once.
func study(t testing.TB, sp space.Space, e objective.Evaluator, c search.Config) search.Result {
	t.Helper()
	c.Space, c.Evaluator, c.Registry = sp, e, strategies.All()
	s, err := search.New(c)
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Run(context.Background(), 1)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// BenchmarkSearch runs each strategy with 300 queries, one seed an iteration, and prints how well it does: the
// mean of the best value, the share of runs that find the optimum, and the mean number of queries to within
// .001 of it (300 for a run that never gets there). With "counted" every proposal is a query, also a repeated
// one.
//
//	go test ./strategies -run '^$' -bench 'Search/pgd_acc/bo' -benchtime 100x
func BenchmarkSearch(b *testing.B) {
	const budget = 300
	for _, metric := range []string{"pgd_acc", "fgsm_acc", "clean_acc"} {
		for _, variant := range []string{"bo", "evolution", "evolution/counted", "local", "local/counted", "random", "random/counted"} {
			b.Run(metric+"/"+variant, func(b *testing.B) {
				name, _, counted := strings.Cut(variant, "/")
				sp, view := released(b, metric)
				optimum, _, _ := view.Optimum(0)
				var best, found, queries, duplicates float64
				seed := uint64(0)
				for b.Loop() {
					seed++
					r := study(b, sp, view, search.Config{Strategy: name, Seed: seed, Budget: budget, CountDuplicates: counted})
					top, _, _ := r.Best()
					best += top.Values[0]
					duplicates += float64(r.Duplicates)
					if top.Values[0] == optimum {
						found++
					}
					queries += reach(r.Curve(), optimum-.001)
				}
				n := float64(seed)
				b.ReportMetric(best/n, "best")
				b.ReportMetric(100*found/n, "%optimum")
				b.ReportMetric(queries/n, "queries-to-.001")
				b.ReportMetric(duplicates/n, "duplicates")
			})
		}
	}
}

// BenchmarkPrior runs bo with 300 queries and knowledge from elsewhere, one seed an iteration from 101 on, and prints
// the mean number of queries to within .01, .005 and .001 of the optimum of pgd_acc, and its standard error. The
// released table is searched without any, with fgsm_acc of the same table as a prior, with that shuffled among the
// cells, which says nothing, and with pgd_acc of the table in the program; that one without any, and with the released
// table's.
//
//	go test ./strategies -run '^$' -bench Prior -benchtime 100x -timeout 60m
func BenchmarkPrior(b *testing.B) {
	sp, pgd := released(b, "pgd_acc")
	_, fgsm := released(b, "fgsm_acc")
	small, inside := embedded(b, "pgd_acc")
	inPlace := make([]int, sp.Classes())
	for i := range inPlace {
		inPlace[i] = i
	}
	shuffled := rand.New(rand.NewPCG(1, 1)).Perm(len(inPlace))
	for _, c := range []struct {
		name            string
		space           table.Space
		searched, prior *table.View
		place           []int // of the value that a class has
	}{
		{"none", sp, pgd, nil, nil},
		{"fgsm", sp, pgd, fgsm, inPlace},
		{"shuffled", sp, pgd, fgsm, shuffled},
		{"embedded", sp, pgd, inside, inPlace},
		{"in_embedded/none", small, inside, nil, nil},
		{"in_embedded/released", small, inside, pgd, inPlace},
	} {
		var scores []search.Score
		if c.prior != nil {
			scores = []search.Score{{Name: "prior", Source: c.name, Prior: true, Of: func(a space.Arch) (float64, bool) {
				class, err := c.space.ClassOf(a)
				if err != nil {
					return 0, false
				}
				return c.prior.Values(c.place[class])[0], true
			}}}
		}
		optimum, _, _ := c.searched.Optimum(0)
		b.Run(c.name, func(b *testing.B) {
			seed, queries := uint64(100), [3][]float64{}
			for b.Loop() {
				seed++
				curve := study(b, c.space, c.searched,
					search.Config{Strategy: "bo", Seed: seed, Budget: 300, Scores: scores}).Curve()
				for i, within := range []float64{.01, .005, .001} {
					queries[i] = append(queries[i], reach(curve, optimum-within))
				}
			}
			for i, to := range []string{".01", ".005", ".001"} {
				mean, deviation := stat.MeanStdDev(queries[i], nil)
				b.ReportMetric(mean, "queries-to-"+to)
				b.ReportMetric(stat.StdErr(deviation, float64(len(queries[i]))), "±to-"+to)
			}
		})
	}
}

// reach is the query at which a curve arrives at a value, or its length.
func reach(curve []float64, value float64) float64 {
	for i, v := range curve {
		if v >= value-1e-12 {
			return float64(i + 1)
		}
	}
	return float64(len(curve))
}
