package gp

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// smallKernel has terms of several columns, shapes that multiply and one that does not.
var smallKernel = Kernel{
	{Shape: Exponential, Terms: []Term{{0}, {1, 2}, {3}}},
	{Shape: RBF, Terms: []Term{{2, 4}, {0}}},
	{Shape: Matern32, Terms: []Term{{1}, {3, 4}}},
}

// randomPoints have few values in each column, zero among them.
func randomPoints(r *rand.Rand, n int) [][]float64 {
	points := make([][]float64, n)
	for i := range points {
		points[i] = make([]float64, 5)
		for c := range points[i] {
			points[i][c] = float64(r.IntN(4)) / 2
		}
	}
	return points
}

func randomTheta(r *rand.Rand) []float64 {
	theta := make([]float64, smallKernel.Size())
	for i := range theta {
		theta[i] = r.NormFloat64() - 1
	}
	return theta
}

// plainBest rates all points one by one.
func plainBest(p *Posterior, points [][]float64, y []float64, rate func(mean, sd float64) float64, skip func(int) bool) (int, float64) {
	w := p.Weights(y)
	best, top := -1, math.Inf(-1)
	for i, x := range points {
		mean, sd := p.Predict(x, w)
		if v := rate(mean, sd); !skip(i) && v > top {
			best, top = i, v
		}
	}
	return best, top
}

// A pool must find what comparing all points finds, after any sequence of what can happen to it. Ratings differ
// in rounding, so the points may, but not the ratings.
func TestPoolFindsTheBestOfAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		points := randomPoints(r, 150)
		pool := NewPool(smallKernel, points)
		post := NewPosterior(smallKernel, randomTheta(r))
		pool.Condition(post)
		var y []float64
		for range rapid.IntRange(1, 60).Draw(t, "observations") {
			if err := post.Observe(points[r.IntN(len(points))]); err != nil {
				t.Fatal(err)
			}
			pool.Extend()
			y = append(y, r.NormFloat64())
			switch r.IntN(12) {
			case 0: // new hyper-parameters
				next := NewPosterior(smallKernel, randomTheta(r))
				for _, x := range post.Points() {
					if err := next.Observe(x); err != nil {
						t.Fatal(err)
					}
				}
				post = next
				pool.Condition(post)
			case 1: // something that is taken back
				if err := post.Observe(points[0]); err != nil {
					t.Fatal(err)
				}
				pool.Extend()
				pool.Maximize(post.Weights(append(y, 1)), Rating{Rate: func(_, sd float64) float64 { return sd }})
				post.Truncate(len(y))
				pool.Truncate(len(y))
			}
		}
		skip := func(i int) bool { return i%7 == 0 }
		for name, rate := range map[string]func(mean, sd float64) float64{
			"ei":  func(mean, sd float64) float64 { return LogEI(mean, sd, 1) },
			"ucb": func(mean, sd float64) float64 { return UCB(mean, sd, 2) },
		} {
			got, ok := pool.Maximize(post.Weights(y), Rating{Rate: rate, Skip: skip})
			want, top := plainBest(post, points, y, rate, skip)
			mean, sd := post.Predict(points[got], post.Weights(y))
			if v := rate(mean, sd); !ok || skip(got) || math.Abs(v-top) > 1e-6*(1+math.Abs(top)) {
				t.Fatalf("%s: point %d rated %v, the best is %d with %v", name, got, v, want, top)
			}
		}
	})
}

func TestPoolSkipsAll(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	pool := NewPool(smallKernel, randomPoints(r, 10))
	pool.Condition(NewPosterior(smallKernel, randomTheta(r)))
	if i, ok := pool.Maximize(nil, Rating{Rate: func(float64, float64) float64 { return 0 }, Skip: func(int) bool { return true }}); ok {
		t.Errorf("it found point %d", i)
	}
}
