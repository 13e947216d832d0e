package robustness_test

import (
	"context"
	"math/rand/v2"

	"github.com/nassearch/nassearch/robustness"
)

// linear is the model z = W x + b, whose robustness is known in closed form.
type linear struct {
	shape robustness.Shape
	w     [][]float64 // a row for each class
	b     []float64
}

func newLinear(r *rand.Rand, s robustness.Shape, classes int) *linear {
	m := &linear{shape: s, b: make([]float64, classes)}
	for k := range classes {
		row := make([]float64, s.Size())
		for i := range row {
			row[i] = r.NormFloat64()
			m.b[k] -= row[i] / 2 // no class is likeliest everywhere
		}
		m.w = append(m.w, row)
	}
	return m
}

func (m *linear) logits(x []float32) []float32 {
	z := make([]float32, len(m.b))
	for k, row := range m.w {
		sum := m.b[k]
		for i, v := range x {
			sum += row[i] * float64(v)
		}
		z[k] = float32(sum)
	}
	return z
}

func (m *linear) Logits(ctx context.Context, x robustness.Batch) ([]float32, error) {
	var all []float32
	for i := range x.Len() {
		all = append(all, m.logits(x.Image(i))...)
	}
	return all, context.Cause(ctx)
}

func (m *linear) Gradient(ctx context.Context, x robustness.Batch, losses []robustness.Loss) (robustness.Batch, []float32, error) {
	logits, err := m.Logits(ctx, x)
	g := x.Clone()
	clear(g.Pixels)
	dz := make([]float32, len(m.b))
	for i, loss := range losses {
		loss(logits[i*len(dz):(i+1)*len(dz)], dz)
		dx := g.Image(i)
		for k, row := range m.w {
			for j, w := range row {
				dx[j] += dz[k] * float32(w)
			}
		}
	}
	return g, logits, err
}

// reach returns the least z_y - z_k that a threat leaves between two classes: for Linf exactly, every pixel for
// itself; for L2 if no pixel meets 0 or 1.
func (m *linear) reach(x []float32, y, k int, t robustness.Threat) float64 {
	margin := m.b[y] - m.b[k]
	d := make([]float32, len(x))
	for i, v := range x {
		w := m.w[y][i] - m.w[k][i]
		d[i] = float32(w)
		p := float64(v)
		if t.Norm == robustness.Linf && w > 0 {
			p = max(p-t.Eps, 0)
		} else if t.Norm == robustness.Linf {
			p = min(p+t.Eps, 1)
		}
		margin += w * p
	}
	if t.Norm == robustness.L2 {
		margin -= t.Eps * robustness.L2.Length(d, make([]float32, len(d)))
	}
	return margin
}

// robust says what no attack can pass and a perfect one reaches, and by how much of the margin it is decided.
func (m *linear) robust(x []float32, y int, t robustness.Threat) (ok bool, by float64) {
	by = 1e9
	ok = true
	for k := range m.b {
		if k == y {
			continue
		}
		margin := m.reach(x, y, k, t)
		ok = ok && margin > 0
		by = min(by, max(margin, -margin))
	}
	return ok, by
}

// sample returns images with values in [low,high], and the model's own answers, a tenth of them wrong.
func (m *linear) sample(r *rand.Rand, n int, low, high float64) (robustness.Batch, []int) {
	x := robustness.Batch{Shape: m.shape, Pixels: make([]float32, n*m.shape.Size())}
	for i := range x.Pixels {
		x.Pixels[i] = float32(low + (high-low)*r.Float64())
	}
	y := make([]int, n)
	for i := range y {
		z := m.logits(x.Image(i))
		for k, v := range z {
			if v > z[y[i]] {
				y[i] = k
			}
		}
		if r.IntN(10) == 0 {
			y[i] = (y[i] + 1) % len(m.b)
		}
	}
	return x, y
}
