package robustness_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/nassearch/nassearch/robustness"
)

// BenchmarkPGD40 attacks the fixtures' network (C=16, N=1, 32x32) at 1/255 from the images themselves, in one goroutine:
// a loop over whole batches, and an evaluation that leaves the loop's result as it is but stops where an image fell. The
// accuracies must be equal; passes are those of single images.
func BenchmarkPGD40(b *testing.B) {
	v := loadVictim(b)
	m := v.models(b, 1)[0].(robustness.GradModel)
	x, y := v.first(128)
	a := robustness.PGD{Steps: 40, StepSize: 1. / 30}
	last := a
	last.LastPoint = true
	threat := stepCase{Eps255: 1}.threat()
	b.Run("plain", func(b *testing.B) {
		clean := right(b, m, x, y)
		var robust []bool
		for b.Loop() {
			robust = right(b, m, plainPGD(b, m, a, x, y, threat, lanes), y)
		}
		for i := range robust {
			robust[i] = robust[i] && clean[i]
		}
		report(b, robustness.Passes{Forward: 41 * len(y), Backward: 40 * len(y)}, robust)
	})
	for name, a := range map[string]robustness.PGD{"all steps": last, "stopping": a} {
		b.Run(name, func(b *testing.B) {
			e := robustness.Evaluation{Methods: []robustness.Method{method(a)}, Threats: []robustness.Threat{threat}, Batch: lanes}
			var r *robustness.Report
			for b.Loop() {
				var err error
				if r, err = e.Run(context.Background(), []robustness.Model{m}, x, y); err != nil {
					b.Fatal(err)
				}
			}
			report(b, r.Results[0].Passes, r.Results[0].Robust)
		})
	}
}

// report adds images a second, passes an image and the accuracy to a benchmark.
func report(b *testing.B, p robustness.Passes, robust []bool) {
	n := float64(len(robust))
	b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "images/s")
	b.ReportMetric(float64(p.Forward)/n, "forward/image")
	b.ReportMetric(float64(p.Backward)/n, "backward/image")
	b.ReportMetric(float64(count(robust))/n, "accuracy")
}

// instant is a model that answers at once: what remains is what attacks and the evaluation cost themselves.
type instant struct{ logits []float32 }

func (m instant) Logits(_ context.Context, x robustness.Batch) ([]float32, error) {
	var all []float32
	for range x.Len() {
		all = append(all, m.logits...)
	}
	return all, nil
}

func (m instant) Gradient(ctx context.Context, x robustness.Batch, losses []robustness.Loss) (robustness.Batch, []float32, error) {
	z, err := m.Logits(ctx, x)
	grad := make([]float32, len(m.logits))
	for _, loss := range losses {
		loss(m.logits, grad)
	}
	return x, z, err
}

// BenchmarkOverhead measures, per question about an image, what is not the model's: for colour images of 32x32 and grey
// ones of 8x8.
func BenchmarkOverhead(b *testing.B) {
	for _, shape := range []robustness.Shape{{Channels: 3, Height: 32, Width: 32}, {Channels: 1, Height: 8, Width: 8}} {
		x := robustness.Batch{Shape: shape, Pixels: make([]float32, 256*shape.Size())}
		for i := range x.Pixels {
			x.Pixels[i] = float32(i%97) / 97
		}
		for _, norm := range []robustness.Norm{robustness.Linf, robustness.L2} {
			for _, method := range quick()[:6] {
				b.Run(fmt.Sprintf("%dx%d/%v/%s", shape.Height, shape.Width, norm, method.Name), func(b *testing.B) { overhead(b, x, norm, method) })
			}
		}
	}
}

func overhead(b *testing.B, x robustness.Batch, norm robustness.Norm, method robustness.Method) {
	m := instant{[]float32{1, .5, .25, .125, 0, -.5, -1, -1.5, -2, -3}}
	e := robustness.Evaluation{Methods: []robustness.Method{method}, Threats: []robustness.Threat{{Norm: norm, Eps: .01}}}
	questions := 0
	for b.Loop() {
		r, err := e.Run(context.Background(), []robustness.Model{m}, x, make([]int, x.Len()))
		if err != nil {
			b.Fatal(err)
		}
		questions += r.Results[0].Passes.Forward + r.Passes.Forward
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(questions), "ns/question")
}
