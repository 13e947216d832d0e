package stats

import (
	"cmp"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mathext"
)

// plateaus draws the results of paired runs as searches on a table give them: a shared difficulty of the seed, a
// few distinct values, and a shift of y.
func plateaus(random *rand.Rand, n int, shift float64) (x, y []float64) {
	x, y = make([]float64, n), make([]float64, n)
	for i := range x {
		seed := random.NormFloat64()
		x[i] = math.Round(200*(.6+.01*(seed+random.NormFloat64()))) / 200
		y[i] = math.Round(200*(.6+.01*(seed+random.NormFloat64()+shift))) / 200
	}
	return x, y
}

// One method under two names.
func TestSameMethodShowsNoDifference(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 1))
	quiet := map[string]int{}
	for range 100 {
		x, y := plateaus(random, 100, 0)
		w, err := Wilcoxon(x, y, SignedRank{})
		if err != nil {
			t.Fatal(err)
		}
		m, err := MannWhitney(x, y, RankSum{})
		if err != nil {
			t.Fatal(err)
		}
		for name, p := range map[string]float64{"wilcoxon": w.P, "mann-whitney": m.P} {
			if p > .05 {
				quiet[name]++
			}
		}
	}
	for _, name := range []string{"wilcoxon", "mann-whitney"} {
		t.Logf("%s: no difference in %d of 100", name, quiet[name])
		if quiet[name] < 93 {
			t.Errorf("%s: no difference in %d of 100", name, quiet[name])
		}
	}
}

func TestWilcoxonKeepsItsLevel(t *testing.T) {
	const repeats = 4000
	for _, n := range []int{8, 30, 100} {
		random, found := rand.New(rand.NewPCG(8, uint64(n))), 0
		for range repeats {
			x, y := plateaus(random, n, 0)
			if w, err := Wilcoxon(x, y, SignedRank{}); err != nil {
				t.Fatal(err)
			} else if w.P <= .05 {
				found++
			}
		}
		if share := float64(found) / repeats; share > .05+4*math.Sqrt(.05*.95/repeats) {
			t.Errorf("%d pairs: a difference of nothing in %.1f %%", n, 100*share)
		}
	}
}

// theory is the power of n pairs at a difference of d standard deviations, as the doc of PairedDesign has it.
func theory(alpha float64, n int, d float64) float64 {
	z := mathext.NormalQuantile(1 - alpha/2)
	return normalCDF(math.Abs(d)*math.Sqrt(3*float64(n)/math.Pi-z*z/2) - z)
}

// The normal theory is off by up to two points below 20 pairs, where an exact test has few levels.
func TestPlantedDifferenceIsFoundAtThePowerOfTheory(t *testing.T) {
	const repeats = 3000
	for _, d := range []float64{1, .5, .3} {
		n, err := PairedDesign{}.Pairs(d, 1)
		if err != nil {
			t.Fatal(err)
		}
		random, found := rand.New(rand.NewPCG(9, uint64(n))), 0
		x, zero := make([]float64, n), make([]float64, n)
		for range repeats {
			for i := range x {
				x[i] = random.NormFloat64() + d
			}
			if w, err := Wilcoxon(x, zero, SignedRank{}); err != nil {
				t.Fatal(err)
			} else if w.P <= .05 {
				found++
			}
		}
		want, share := theory(.05, n, d), float64(found)/repeats
		if math.Abs(share-want) > .02+4*math.Sqrt(.8*.2/repeats) {
			t.Errorf("%v sd with %d pairs: found in %.1f %%, theory says %.1f %%", d, n, 100*share, 100*want)
		}
	}
}

func TestPairedDesignAnswersAgree(t *testing.T) {
	for _, p := range []PairedDesign{{}, {Alpha: .01, Power: .9}} {
		alpha, power := cmp.Or(p.Alpha, .05), cmp.Or(p.Power, .8)
		for _, d := range []float64{.02, -.1, .4} {
			n, err := p.Pairs(d, 1)
			if err != nil {
				t.Fatal(err)
			}
			enough, less := theory(alpha, n, d), theory(alpha, n-1, d)
			if enough < power || less >= power {
				t.Errorf("%+v: %d pairs find %v with %v, one less with %v", p, n, d, enough, less)
			}
			smallest, _ := p.Difference(n, 1)
			if smallest > math.Abs(d) || smallest < .95*math.Abs(d) {
				t.Errorf("%+v: %d pairs find %v, planned for %v", p, n, smallest, d)
			}
		}
	}
	// (1.959964 + 0.841621)^2 / 0.25 = 31.395, and 1.959964^2/2 = 1.921, both times pi/3: 34.89.
	if n, err := (PairedDesign{}).Pairs(.5, 1); err != nil || n != 35 {
		t.Errorf("half a standard deviation needs %d, %v", n, err)
	}
	if n, err := (PairedDesign{}).Pairs(100, 1); err != nil || n != 6 {
		t.Errorf("a huge difference needs %d, %v", n, err)
	}
	if d, err := (PairedDesign{}).Difference(5, 1); err != nil || !math.IsInf(d, 1) {
		t.Errorf("five pairs show %v, %v", d, err)
	}
}

func TestPairedDesignRefusesBadInput(t *testing.T) {
	for _, c := range []struct {
		p     PairedDesign
		d, sd float64
	}{
		{d: 0, sd: 1}, {d: 1, sd: 0}, {d: 1, sd: -1}, {d: math.NaN(), sd: 1}, {d: 1, sd: math.NaN()}, {d: 1e-9, sd: 1},
		{p: PairedDesign{Alpha: 5}, d: 1, sd: 1}, {p: PairedDesign{Power: 80}, d: 1, sd: 1},
	} {
		if n, err := c.p.Pairs(c.d, c.sd); err == nil {
			t.Errorf("%+v: %d", c, n)
		}
	}
}
