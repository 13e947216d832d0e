package stats

import (
	"fmt"
	"math"
	"math/bits"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestFixtureUnpaired(t *testing.T) {
	for i, c := range fixtures[struct {
		A, B        []float64
		A12         *float64
		CliffsDelta *float64 `json:"cliffs_delta"`
		MannWhitney []struct {
			Method       string
			Alternative  string
			Continuity   bool
			Statistic, P float64
		}
	}](t, "unpaired*.json") {
		if len(c.MannWhitney) == 0 || c.A12 == nil || c.CliffsDelta == nil {
			t.Fatalf("case %d is incomplete", i)
		}
		for _, want := range c.MannWhitney {
			s := RankSum{Alternative: alternative(t, want.Alternative), Method: method(t, want.Method), Continuity: want.Continuity}
			got, err := MannWhitney(c.A, c.B, s)
			if err != nil {
				t.Fatalf("case %d: %v", i, err)
			}
			near(t, fmt.Sprintf("case %d: U", i), got.U, want.Statistic, tolerance)
			nearRelative(t, fmt.Sprintf("case %d: %+v: p", i, s), got.P, want.P, tolerance)
		}
		e, err := EffectSize(c.A, c.B)
		if err != nil {
			t.Fatalf("case %d: %v", i, err)
		}
		near(t, fmt.Sprintf("case %d: Cliff's delta", i), e.Delta, *c.CliffsDelta, tolerance)
		near(t, fmt.Sprintf("case %d: A12", i), e.A12(), *c.A12, tolerance)
	}
}

// The definition of the exact test: all ways to choose the first sample from both.
func TestMannWhitneyExactCountsDivisions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := drawTied(t, "x", 1, 5), drawTied(t, "y", 1, 5)
		ranks, groups := rank(slices.Concat(x, y))
		for _, a := range []Alternative{TwoSided, Less, Greater} {
			got, err := MannWhitney(x, y, RankSum{Method: Exact, Alternative: a})
			if err != nil {
				t.Fatal(err)
			}
			observed := sum(ranks[:len(x)])
			var atMost, atLeast, all float64
			for chosen := range 1 << len(ranks) {
				if bits.OnesCount(uint(chosen)) != len(x) {
					continue
				}
				r := 0.0
				for i, v := range ranks {
					r += v * float64(chosen>>i&1)
				}
				all++
				if r <= observed {
					atMost++
				}
				if r >= observed {
					atLeast++
				}
			}
			if want := a.pOf(atMost/all, atLeast/all); math.Abs(got.P-want) > 1e-12 || len(groups) == 1 && got.P != 1 {
				t.Fatalf("%v of %v and %v: p is %v, want %v", a, x, y, got.P, want)
			}
		}
	})
}

func TestMannWhitneyRefusesBadInput(t *testing.T) {
	x := []float64{1, 2}
	for name, run := range map[string]func() (RankSumResult, error){
		"empty x":     func() (RankSumResult, error) { return MannWhitney(nil, x, RankSum{}) },
		"empty y":     func() (RankSumResult, error) { return MannWhitney(x, nil, RankSum{}) },
		"NaN":         func() (RankSumResult, error) { return MannWhitney(x, []float64{math.NaN()}, RankSum{}) },
		"method":      func() (RankSumResult, error) { return MannWhitney(x, x, RankSum{Method: -1}) },
		"alternative": func() (RankSumResult, error) { return MannWhitney(x, x, RankSum{Alternative: 3}) },
		"too many":    func() (RankSumResult, error) { return MannWhitney(x, make([]float64, 119), RankSum{Method: Exact}) },
	} {
		if got, err := run(); err == nil {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestEffectSizeIsItsDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := drawTied(t, "x", 1, 12), drawTied(t, "y", 1, 12)
		score := 0.0
		for _, v := range x {
			for _, w := range y {
				score += sign(v - w)
			}
		}
		delta := score / float64(len(x)*len(y))
		e, err := EffectSize(x, y)
		if err != nil || e.Delta != delta {
			t.Fatalf("%v, %v, want %v", e.Delta, err, delta)
		}
		u, err := MannWhitney(x, y, RankSum{})
		if err != nil || math.Abs(u.U/float64(len(x)*len(y))-e.A12()) > 1e-12 {
			t.Fatalf("U of %v and A12 of %v disagree: %v", u.U, e.A12(), err)
		}
	})
}

func TestEffectOfSeparateSamplesIsOne(t *testing.T) {
	e, err := EffectSize([]float64{4, 5, 6, 7, 8}, []float64{1, 2, 3})
	if err != nil || e.Delta != 1 {
		t.Fatal(e, err)
	}
	for _, bad := range [][2][]float64{{nil, {1}}, {{1}, nil}, {{math.NaN()}, {1}}} {
		if e, err := EffectSize(bad[0], bad[1]); err == nil {
			t.Errorf("effect of %v is %v", bad, e)
		}
	}
}
