package table_test

import (
	"context"
	"testing"

	"github.com/nassearch/nassearch/internal/sharedtest"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table"
)

// BenchmarkEvaluate is a query by architecture, over all classes in turn.
func BenchmarkEvaluate(b *testing.B) {
	tab := officialTable(b)
	v := mustSelect(b, tab, table.Settings{}, "pgd_acc", "params")
	sp := nasbench(b)
	requests := make([]objective.Request, sp.Classes())
	for i := range requests {
		requests[i] = objective.Request{Arch: sp.Class(i), Fidelity: 1}
	}
	ctx := context.Background()
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if _, err := v.Evaluate(ctx, requests[i%len(requests)]); err != nil {
			b.Fatal(err)
		}
		i++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds()/1e6, "Mqueries/s")
}

func BenchmarkOpen(b *testing.B) {
	dir, sp := sharedtest.Robustness(b), nasbench(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := table.Open(dir, table.Options{Space: sp}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpenSelect(b *testing.B) {
	dir, sp := sharedtest.Robustness(b), nasbench(b)
	for _, metric := range []string{"pgd_acc", "mean_adv_acc", "corruption_acc", "clean_worst_class_acc"} {
		b.Run(metric, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				tab, err := table.Open(dir, table.Options{Space: sp})
				if err != nil {
					b.Fatal(err)
				}
				mustSelect(b, tab, table.Settings{}, metric)
			}
		})
	}
}

// BenchmarkLookup is everything that the folder has of one architecture.
func BenchmarkLookup(b *testing.B) {
	tab := officialTable(b)
	for name, id := range map[string]int{"first": 0, "last": 15624} {
		a, _ := tab.ByOfficialID(id)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := tab.Lookup(context.Background(), a); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
