package stats

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

func TestFixtureWilcoxon(t *testing.T) {
	zeros := map[string]Zeros{"wilcox": DropZeros, "pratt": PrattZeros, "zsplit": SplitZeros}
	for i, c := range fixtures[struct {
		A, B     []float64
		Wilcoxon []struct {
			Method       string
			Alternative  string
			Continuity   bool
			Statistic, P float64
			ZeroMethod   string `json:"zero_method"`
		}
	}](t, "paired*.json") {
		if len(c.Wilcoxon) == 0 {
			t.Errorf("case %d: no wilcoxon", i)
		}
		for _, want := range c.Wilcoxon {
			z, known := zeros[want.ZeroMethod]
			if !known {
				t.Fatalf("case %d: zero method %q", i, want.ZeroMethod)
			}
			s := SignedRank{Alternative: alternative(t, want.Alternative), Zeros: z, Method: method(t, want.Method), Continuity: want.Continuity}
			got, err := Wilcoxon(c.A, c.B, s)
			if err != nil {
				t.Fatalf("case %d: %v", i, err)
			}
			statistic := got.Plus
			if s.Alternative == TwoSided {
				statistic = got.Statistic()
			}
			near(t, fmt.Sprintf("case %d: %+v: statistic", i, s), statistic, want.Statistic, tolerance)
			nearRelative(t, fmt.Sprintf("case %d: %+v: p", i, s), got.P, want.P, tolerance)
		}
	}
}

// drawTied draws a short sample of few different values.
func drawTied(t *rapid.T, name string, least, most int) []float64 {
	return rapid.SliceOfN(rapid.Map(rapid.IntRange(-3, 3), func(i int) float64 { return float64(i) / 10 }), least, most).Draw(t, name)
}

// The definition of the exact test: all signs of the differences that are not zero.
func TestWilcoxonExactCountsSigns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawTied(t, "d", 1, 9)
		for _, z := range []Zeros{DropZeros, PrattZeros, SplitZeros} {
			for _, a := range []Alternative{TwoSided, Less, Greater} {
				s := SignedRank{Method: Exact, Zeros: z, Alternative: a}
				got, err := Wilcoxon(d, make([]float64, len(d)), s)
				if err != nil {
					t.Fatal(err)
				}
				var atMost, atLeast, all float64
				flipped := make([]float64, len(d))
				for signs := range 1 << len(d) {
					for i, v := range d {
						flipped[i] = v
						if signs>>i&1 == 1 {
							flipped[i] = -v
						}
					}
					plus := s.rank(flipped).plus
					all++
					if plus <= got.Plus {
						atMost++
					}
					if plus >= got.Plus {
						atLeast++
					}
				}
				if want := a.pOf(atMost/all, atLeast/all); math.Abs(got.P-want) > 1e-12 {
					t.Fatalf("%+v of %v: p is %v, want %v", s, d, got.P, want)
				}
			}
		}
	})
}

func TestWilcoxonIsFairToBothSides(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := drawTied(t, "x", 1, 60)
		y := drawTied(t, "y", len(x), len(x))
		s := SignedRank{Zeros: Zeros(rapid.IntRange(0, 2).Draw(t, "zeros")), Continuity: rapid.Bool().Draw(t, "continuity")}
		a, errA := Wilcoxon(x, y, s)
		b, errB := Wilcoxon(y, x, s)
		if errA != nil || errB != nil || math.Abs(a.P-b.P) > 1e-12 || a.Plus != b.Minus || a.RankBiserial() != -b.RankBiserial() || !(a.P >= 0 && a.P <= 1) {
			t.Fatalf("%+v, %v, swapped %+v, %v", a, errA, b, errB)
		}
	})
}

// At the largest sample of the exact test the normal approximation is close.
func TestWilcoxonMethodsMeet(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 4))
	for range 20 {
		x, y := make([]float64, 100), make([]float64, 100)
		for i := range x {
			x[i], y[i] = math.Round(20*random.NormFloat64()), math.Round(20*random.NormFloat64())+3
		}
		exact, errE := Wilcoxon(x, y, SignedRank{Method: Exact})
		normal, errN := Wilcoxon(x, y, SignedRank{Method: Asymptotic})
		if errE != nil || errN != nil || math.Abs(exact.P-normal.P) > .005 {
			t.Errorf("exact %v, %v, normal %v, %v", exact.P, errE, normal.P, errN)
		}
	}
}

func TestWilcoxonKnowsTiesOfDecimalFractions(t *testing.T) {
	r, err := Wilcoxon([]float64{.3, .2, .4, .1}, []float64{.2, .1, .5, .1}, SignedRank{})
	if err != nil || r.Pairs != 3 || r.Plus != 4 || r.Minus != 2 || r.P != 1 || r.Method != Exact {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestWilcoxonOfEqualPairsShowsNothing(t *testing.T) {
	x := []float64{.1, .2}
	for _, s := range []SignedRank{{}, {Zeros: PrattZeros, Method: Asymptotic}, {Zeros: SplitZeros}} {
		if r, err := Wilcoxon(x, x, s); err != nil || r.P != 1 || r.RankBiserial() != 0 {
			t.Errorf("%+v: %+v, %v", s, r, err)
		}
	}
}

func TestWilcoxonRefusesBadInput(t *testing.T) {
	x, long := []float64{1, 2}, make([]float64, 301)
	for i := range long {
		long[i] = float64(i + 1)
	}
	for name, run := range map[string]func() (SignedRankResult, error){
		"empty":       func() (SignedRankResult, error) { return Wilcoxon(nil, nil, SignedRank{}) },
		"lengths":     func() (SignedRankResult, error) { return Wilcoxon(x, x[:1], SignedRank{}) },
		"NaN":         func() (SignedRankResult, error) { return Wilcoxon(x, []float64{1, math.NaN()}, SignedRank{}) },
		"infinity":    func() (SignedRankResult, error) { return Wilcoxon(x, []float64{1, math.Inf(1)}, SignedRank{}) },
		"method":      func() (SignedRankResult, error) { return Wilcoxon(x, x, SignedRank{Method: 9}) },
		"alternative": func() (SignedRankResult, error) { return Wilcoxon(x, x, SignedRank{Alternative: -1}) },
		"zeros":       func() (SignedRankResult, error) { return Wilcoxon(x, x, SignedRank{Zeros: 3}) },
		"too many": func() (SignedRankResult, error) {
			return Wilcoxon(long, make([]float64, 301), SignedRank{Method: Exact})
		},
	} {
		if got, err := run(); err == nil {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
