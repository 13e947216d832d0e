package live

import (
	"testing"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer/kernel"
)

// BenchmarkTrial measures a trial of the micro preset with all that its table holds, in one thread: 3,072 steps of
// training, FGSM at 8 eps on 2,048 images, PGD with 7 steps at 5 eps on 1,024. It prints core seconds, which depend less
// than time on what else the machine does, of each part.
func BenchmarkTrial(b *testing.B) {
	p, err := Preset("micro")
	if err != nil {
		b.Fatal(err)
	}
	p.Val = "none" // all 2,048 test images are attacked
	k, err := kernel.Choose("")
	if err != nil {
		b.Fatal(err)
	}
	l, err := NewLab(p, objective.Usual(), k)
	if err != nil {
		b.Fatal(err)
	}
	const conv = nasbench201.Conv3x3
	for _, c := range []struct {
		name string
		cell nasbench201.Cell
	}{
		{"six 3x3", nasbench201.Cell{conv, conv, conv, conv, conv, conv}},
		{"of every kind", nasbench201.Cell{conv, conv, conv, nasbench201.Skip, nasbench201.Conv1x1, conv}},
		{"one 3x3", nasbench201.Cell{conv, nasbench201.None, nasbench201.Skip, nasbench201.Pool, nasbench201.None, nasbench201.Conv1x1}},
	} {
		b.Run(c.name, func(b *testing.B) { benchmarkTrial(b, l, c.cell) })
	}
}

func benchmarkTrial(b *testing.B, l *Lab, c nasbench201.Cell) {
	parts := []string{"training"}
	sums := make([]float64, 1+len(l.Attacks))
	for b.Loop() {
		stop := (&Meter{}).Start()
		w, _, err := l.Train(b.Context(), c, 1, 1)
		if err != nil {
			b.Fatal(err)
		}
		sums[0] += stop().Seconds()
		for i, a := range l.Attacks {
			stop := (&Meter{}).Start()
			m, err := a.Method(l.Known.Attacks)
			if err != nil {
				b.Fatal(err)
			}
			on := l.Bench(w, l.Images.Test, 1)
			if _, err := on.Attack(b.Context(), m, a.Images, a.At()); err != nil {
				b.Fatal(err)
			}
			on.Close()
			sums[1+i] += stop().Seconds()
		}
	}
	total := 0.0
	for _, a := range l.Attacks {
		parts = append(parts, a.Name)
	}
	for i, s := range sums {
		b.ReportMetric(s/float64(b.N), "core-s/"+parts[i])
		total += s / float64(b.N)
	}
	b.ReportMetric(total, "core-s")
}
