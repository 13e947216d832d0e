package strategies

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
	"pgregory.net/rapid"
)

// The logarithms are those of optuna 5.0.0: _ParzenEstimator(observations, space, parameters).log_pdf(x), with prior
// weight 1 and its default weights.
func TestParzenIsThatOfOptuna(t *testing.T) {
	sequence := func(n int, of func(i int) []int) (all [][]int) {
		for i := range n {
			all = append(all, of(i))
		}
		return all
	}
	for name, c := range map[string]struct {
		observed [][]int
		sizes    []int
		at       [][]int
		want     []float64
	}{
		"nothing observed": {nil, []int{3, 2}, [][]int{{0, 0}}, []float64{-1.791759469228055}},
		"one twice": {
			[][]int{{0, 1}, {2, 1}, {0, 1}}, []int{3, 2}, [][]int{{0, 1}, {2, 0}, {1, 0}},
			[]float64{-0.9968295943581672, -2.484906649788, -2.821378886409213},
		},
		"one older than those of full weight": {
			sequence(26, func(i int) []int { return []int{i % 3, i % 2} }), []int{3, 2}, [][]int{{0, 1}, {2, 0}, {1, 0}},
			[]float64{-1.8244691580778656, -1.831885599023483, -1.8244691580778656},
		},
		"many": {
			sequence(60, func(i int) []int { return []int{i * i % 5, i / 7 % 4, i % 3} }), []int{5, 4, 3},
			[][]int{{0, 1, 2}, {4, 3, 0}, {2, 0, 1}},
			[]float64{-3.8121955835336268, -3.911817590394205, -6.362300470711688},
		},
		"one parameter": {
			sequence(60, func(i int) []int { return []int{i * i % 5} }), []int{5}, [][]int{{0}, {4}, {2}},
			[]float64{-1.6531057981065178, -0.954771163042234, -3.9438954124173278},
		},
	} {
		p := newParzen(c.observed, c.sizes)
		for i, x := range c.at {
			if got := p.logDensity(x); math.Abs(got-c.want[i]) > 1e-12 {
				t.Errorf("%s: density of %v: %.15f, want %.15f", name, x, got, c.want[i])
			}
		}
	}
}

// Whatever was observed, the densities of all choices add to 1, and draws come as often as their densities say.
func TestParzenIsADensity(t *testing.T) {
	sizes := []int{3, 2, 4}
	rapid.Check(t, func(t *rapid.T) {
		observation := rapid.Custom(func(t *rapid.T) []int {
			x := make([]int, len(sizes))
			for i, k := range sizes {
				x[i] = rapid.IntRange(0, k-1).Draw(t, "choice")
			}
			return x
		})
		p := newParzen(rapid.SliceOfN(observation, 0, 70).Draw(t, "observed"), sizes)
		drawn, r := map[string]float64{}, rand.New(rand.NewPCG(1, 1))
		const draws = 2000
		for range draws {
			drawn[key(p.draw(r))]++
		}
		sum := 0.
		for i := range 3 * 2 * 4 {
			x := []int{i % 3, i / 3 % 2, i / 6}
			density := math.Exp(p.logDensity(x))
			sum += density
			if off := drawn[key(x)] - draws*density; math.Abs(off) > 6*math.Sqrt(draws*density)+6 {
				t.Fatalf("%v came %g times of %d, its density is %g", x, drawn[key(x)], draws, density)
			}
		}
		if math.Abs(sum-1) > 1e-12 {
			t.Fatalf("densities add to %.15f", sum)
		}
	})
}

// Hundreds of parameters have densities beyond what numbers hold.
func TestParzenHoldsManyParameters(t *testing.T) {
	const parameters = 2000
	sizes, zeros, ones := make([]int, parameters), make([]int, parameters), make([]int, parameters)
	for i := range sizes {
		sizes[i], ones[i] = 10, 1
	}
	p := newParzen([][]int{zeros, zeros}, sizes)
	near, far := p.logDensity(zeros), p.logDensity(ones)
	if math.IsInf(far, 0) || math.IsNaN(far) || !(near > far) {
		t.Errorf("log density %g of what was observed, %g of the opposite", near, far)
	}
}

func TestTPESplitsByValue(t *testing.T) {
	s, err := newTPE(problem(), search.Options{"startup": "1", "candidates": "5", "gamma": "0.1", "multivariate": "true"})
	if err != nil {
		t.Fatal(err)
	}
	tpe := s.(*TPE)
	e := tpe.problem.Space.(space.Enumerator)
	for i := range 21 {
		tpe.Tell(told(i, e.Class(i), float64(i%7)))
	}
	best, others := tpe.split()
	if len(best) != 3 || len(others) != 18 {
		t.Fatalf("%d best and %d others of 21: want a tenth, rounded up", len(best), len(others))
	}
	for i, class := range []int{6, 13, 20} {
		if got := tpe.space.Compose(best[i]); got != e.Class(class) {
			t.Errorf("%s is number %d of the best, want %s", got, i, e.Class(class))
		}
	}
}

// What is pending counts among those that are not the best: less is proposed near it.
func TestTPEAvoidsWhatIsPending(t *testing.T) {
	s, err := newTPE(problem(), search.Options{"startup": "1", "candidates": "24", "gamma": "0.5", "multivariate": "false"})
	if err != nil {
		t.Fatal(err)
	}
	for i, a := range []space.Arch{"1,2,3", "3,2,1", "0,1,0", "0,0,0"} {
		s.Tell(told(i, a, float64(len(a))))
	}
	var pending []search.Proposal
	for i := range 12 {
		pending = append(pending, search.Proposal{ID: 10 + i, Arch: "4,4,4", Fidelity: 1})
	}
	fours := func(pending []search.Proposal) (n int) {
		for seed := range uint64(200) {
			p, err := s.Ask(t.Context(), rand.New(rand.NewPCG(seed, 0)), pending)
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range s.(*TPE).space.Choices(p.Arch) {
				if v == 4 {
					n++
				}
			}
		}
		return n
	}
	if with, without := fours(pending), fours(nil); with*2 > without {
		t.Errorf("%d fours are proposed while a dozen are pending, %d when none is", with, without)
	}
}
