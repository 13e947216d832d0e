package gp

import (
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// The best of a pool is the best of all its points, whatever was solved for before, and of equal ones the first.
func TestJointFindsTheBestOfAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		points := make([][]float64, 40)
		for i := range points {
			points[i] = []float64{float64(r.IntN(4)), float64(r.IntN(4)), float64(r.IntN(3))}
		}
		k := Kernel{{Shape: Exponential, Terms: []Term{{0}, {1, 2}}}}
		var joint Joint
		var posteriors []*Posterior
		var weights, targets [][]float64
		for range 2 {
			p := NewPosterior(k, []float64{0, r.NormFloat64(), r.NormFloat64(), -4})
			pool := NewPool(k, points)
			pool.Condition(p)
			joint, posteriors, targets = append(joint, pool), append(posteriors, p), append(targets, nil)
		}
		for range rapid.IntRange(1, 25).Draw(t, "observations") {
			x := points[r.IntN(len(points))]
			for i, p := range posteriors {
				if err := p.Observe(x); err != nil {
					t.Fatal(err)
				}
				joint[i].Extend()
				targets[i] = append(targets[i], r.NormFloat64())
			}
		}
		for i, p := range posteriors {
			weights = append(weights, p.Weights(targets[i]))
		}
		f := NewFrontier([][]float64{{-.5, .5}, {.2, -.3}}, [2]float64{2, 2})
		rate := func(_ int, of []Normal) float64 { return f.LogEHVI(of[0], of[1]) }
		bound := func(_ int, of []Normal) float64 { return f.LogCeiling(of[0], of[1]) }
		skipped := map[int]bool{r.IntN(len(points)): true}
		for range 2 {
			got, ok := joint.Maximize(weights, JointRating{rate, bound, func(i int) bool { return skipped[i] }})
			best, at := 0., -1
			for i, x := range points {
				of := make([]Normal, 2)
				for k, p := range posteriors {
					of[k].Mean, of[k].SD = p.Predict(x, weights[k])
				}
				if v := rate(i, of); !skipped[i] && (at < 0 || v > best+1e-9) {
					best, at = v, i
				}
			}
			of := make([]Normal, 2)
			for k, p := range posteriors {
				of[k].Mean, of[k].SD = p.Predict(points[got], weights[k])
			}
			if !ok || rate(got, of) < best-1e-7 {
				t.Fatalf("point %d with %v, the best is %d with %v", got, rate(got, of), at, best)
			}
			skipped[got] = true
		}
	})
}
