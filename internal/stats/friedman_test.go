package stats

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestFixtureRanks(t *testing.T) {
	for i, c := range fixtures[struct {
		Matrix    [][]float64
		MeanRanks []float64 `json:"mean_ranks"`
		Friedman  *struct{ Statistic, P float64 }
		Nemenyi   [][]float64 `json:"nemenyi_p"`
	}](t, "ranks*.json") {
		got, err := Friedman(c.Matrix)
		if err != nil || c.Friedman == nil || len(got.MeanRanks) != len(c.MeanRanks) {
			t.Fatalf("case %d: %+v, %v, want %v", i, got, err, c.MeanRanks)
		}
		for j, r := range got.MeanRanks {
			near(t, fmt.Sprintf("case %d: mean rank %d", i, j), r, c.MeanRanks[j], tolerance)
		}
		near(t, fmt.Sprintf("case %d: statistic", i), got.ChiSquare, c.Friedman.Statistic, tolerance)
		near(t, fmt.Sprintf("case %d: p", i), got.P, c.Friedman.P, tolerance)
		p, err := Nemenyi(got.MeanRanks, got.Problems)
		if err != nil || len(p) != len(c.Nemenyi) {
			t.Fatalf("case %d: %v, %v, want %v", i, p, err, c.Nemenyi)
		}
		for j := range p {
			for k := range p[j] {
				near(t, fmt.Sprintf("case %d: p of %d and %d", i, j, k), p[j][k], c.Nemenyi[j][k], 1e-6)
			}
		}
	}
}

func TestFixtureCriticalDifference(t *testing.T) {
	for i, c := range fixtures[struct {
		K        int
		Alpha, Q float64
		CD       map[string]float64
	}](t, "critical_difference*.json") {
		q, err := NemenyiQuantile(c.K, c.Alpha)
		if err != nil || len(c.CD) == 0 {
			t.Fatalf("case %d: %v, %v", i, err, c.CD)
		}
		near(t, fmt.Sprintf("case %d: q", i), q, c.Q, 1e-6)
		for problems, want := range c.CD {
			var n int
			if _, err := fmt.Sscan(problems, &n); err != nil {
				t.Fatalf("case %d: %v", i, err)
			}
			got, err := CriticalDifference(c.K, n, c.Alpha)
			if err != nil {
				t.Fatalf("case %d: %v", i, err)
			}
			near(t, fmt.Sprintf("case %d: difference over %d problems", i, n), got, want, 1e-6)
		}
	}
}

// Demšar, JMLR 2006, section 3.2.2: four methods on 14 problems with chi^2 = 9.28 have F = 3.69.
func TestImanDavenportOfDemsar(t *testing.T) {
	f, p := imanDavenport(9.28, 14, 4)
	if math.Abs(f-3.69) > .005 || p > .05 || p < .01 { // the critical value of F(3, 39) at 0.05 is 2.85
		t.Errorf("F is %v, p %v", f, p)
	}
}

func TestFriedmanOfTwoMethodsIsTheSignTest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, wins := rapid.IntRange(2, 40).Draw(t, "n"), 0
		rows := make([][]float64, n)
		for i := range rows {
			rows[i] = []float64{0, 1}
			if rapid.Bool().Draw(t, "first") {
				rows[i] = []float64{1, 0}
				wins++
			}
		}
		got, err := Friedman(rows)
		z := float64(2*wins-n) / math.Sqrt(float64(n))
		if err != nil || math.Abs(got.ChiSquare-z*z) > 1e-9 || math.Abs(got.P-math.Erfc(math.Abs(z)/math.Sqrt2)) > 1e-9 {
			t.Fatalf("%+v, %v, want chi^2 %v", got, err, z*z)
		}
	})
}

func TestFriedmanOfFullAgreement(t *testing.T) {
	got, err := Friedman([][]float64{{1, 2, 3}, {4, 5, 6}, {.1, .2, math.Inf(1)}})
	if err != nil || !math.IsInf(got.F, 1) || math.Abs(got.FP-1./36) > 1e-12 || math.Abs(got.ChiSquare-6) > 1e-12 {
		t.Errorf("%+v, %v", got, err)
	}
	got, err = Friedman([][]float64{{1, 1}, {2, 2}})
	if err != nil || got.P != 1 || got.FP != 1 || got.ChiSquare != 0 {
		t.Errorf("of equals: %+v, %v", got, err)
	}
}

// Conservative chi^2, F near its level.
func TestImanDavenportKeepsItsLevel(t *testing.T) {
	const repeats = 5000
	random, found := rand.New(rand.NewPCG(5, 5)), 0
	for range repeats {
		rows := make([][]float64, 12)
		for i := range rows {
			rows[i] = make([]float64, 5)
			for j := range rows[i] {
				rows[i][j] = random.Float64()
			}
		}
		got, err := Friedman(rows)
		if err != nil {
			t.Fatal(err)
		}
		if got.FP <= .05 {
			found++
		}
	}
	if share := float64(found) / repeats; math.Abs(share-.05) > .005+4*math.Sqrt(.05*.95/repeats) {
		t.Errorf("differences of nothing in %.1f %%", 100*share)
	}
}

// The range of two normal variables is sqrt 2 |z|; that of k by simulation.
func TestRangeTail(t *testing.T) {
	for _, q := range []float64{.1, 1, 3, 8, 12} {
		if got, want := rangeTail(q, 2), math.Erfc(q/2); math.Abs(got-want) > 1e-12*want {
			t.Errorf("the tail of 2 beyond %v is %v, want %v", q, got, want)
		}
	}
	random, above := rand.New(rand.NewPCG(2, 5)), 0
	const repeats = 40000
	for range repeats {
		low, high := math.Inf(1), math.Inf(-1)
		for range 6 {
			z := random.NormFloat64()
			low, high = min(low, z), max(high, z)
		}
		if high-low > 3.5 {
			above++
		}
	}
	if share, want := float64(above)/repeats, rangeTail(3.5, 6); math.Abs(share-want) > 4*math.Sqrt(want*(1-want)/repeats) {
		t.Errorf("the tail of 6 beyond 3.5 is %v, simulated %v", want, share)
	}
}

func TestCliques(t *testing.T) {
	for _, c := range []struct {
		ranks []float64
		cd    float64
		want  [][]int
	}{
		{[]float64{3, 1, 2}, 1, [][]int{{1, 2}, {2, 0}}},
		{[]float64{1, 2, 3.2, 4.1}, 1.5, [][]int{{0, 1}, {1, 2}, {2, 3}}},
		{[]float64{1, 2, 3}, 5, [][]int{{0, 1, 2}}},
		{[]float64{1, 4}, 2, nil},
		{[]float64{2, 2}, 0, [][]int{{0, 1}}},
	} {
		got, err := Cliques(c.ranks, c.cd)
		if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
			t.Errorf("%v within %v: %v %s", c.ranks, c.cd, err, diff)
		}
	}
}

// A pair shares a clique if, and only if, it lies within the critical difference; no clique holds another.
func TestCliquesHoldAllThatLieWithin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ranks := rapid.SliceOfN(rapid.Float64Range(1, 8), 2, 8).Draw(t, "ranks")
		cd := rapid.Float64Range(0, 5).Draw(t, "cd")
		cliques, err := Cliques(ranks, cd)
		if err != nil {
			t.Fatal(err)
		}
		for i := range ranks {
			for j := range i {
				together := 0
				for _, c := range cliques {
					has := map[int]bool{}
					for _, m := range c {
						has[m] = true
					}
					if has[i] && has[j] {
						together++
					}
				}
				if within := math.Abs(ranks[i]-ranks[j]) <= cd; within != (together > 0) {
					t.Fatalf("%v and %v: %d cliques of %v", ranks[i], ranks[j], together, cliques)
				}
			}
		}
		for i := 1; i < len(cliques); i++ {
			if a, b := cliques[i-1], cliques[i]; a[0] == b[0] || a[len(a)-1] == b[len(b)-1] {
				t.Fatalf("%v and %v: one holds the other", a, b)
			}
		}
	})
}

func TestSeveralProblemsRefuseBadInput(t *testing.T) {
	for name, run := range map[string]func() error{
		"no rows":       func() error { _, err := Friedman(nil); return err },
		"one row":       func() error { _, err := Friedman([][]float64{{1, 2}}); return err },
		"one method":    func() error { _, err := Friedman([][]float64{{1}, {2}}); return err },
		"unequal rows":  func() error { _, err := Friedman([][]float64{{1, 2}, {1}}); return err },
		"NaN":           func() error { _, err := Friedman([][]float64{{1, 2}, {1, math.NaN()}}); return err },
		"nemenyi":       func() error { _, err := Nemenyi([]float64{1}, 3); return err },
		"nemenyi rows":  func() error { _, err := Nemenyi([]float64{1, 2}, 0); return err },
		"nemenyi NaN":   func() error { _, err := Nemenyi([]float64{1, math.NaN()}, 3); return err },
		"one of cd":     func() error { _, err := CriticalDifference(1, 5, .05); return err },
		"problems":      func() error { _, err := CriticalDifference(3, 0, .05); return err },
		"alpha":         func() error { _, err := CriticalDifference(3, 5, 1.5); return err },
		"cliques":       func() error { _, err := Cliques(nil, 1); return err },
		"cliques minus": func() error { _, err := Cliques([]float64{1, 2}, -1); return err },
	} {
		if run() == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
