package stats

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// The 21 patients under 6-mercaptopurine of Freireich et al. (Blood, 1963), weeks in remission; estimates,
// standard errors and the interval of the median by statsmodels' SurvfuncRight (cloglog).
func TestKaplanMeierOfLeukemiaData(t *testing.T) {
	var runs []Observation
	for _, at := range []float64{23, 22, 6, 6, 6, 7, 10, 13, 16} {
		runs = append(runs, Observation{at, true})
	}
	for _, at := range []float64{6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35} {
		runs = append(runs, Observation{at, false})
	}
	s, err := KaplanMeier(runs)
	if err != nil {
		t.Fatal(err)
	}
	want := []struct {
		at, share, deviation float64
		risk, reached        int
	}{
		{6, .8571, .0764, 21, 3}, {7, .8067, .0869, 17, 1}, {10, .7529, .0963, 15, 1}, {13, .6902, .1068, 12, 1},
		{16, .6275, .1141, 11, 1}, {22, .5378, .1282, 7, 1}, {23, .4482, .1346, 6, 1},
	}
	if len(s.Steps) != len(want) {
		t.Fatalf("%d steps, want %d", len(s.Steps), len(want))
	}
	for i, w := range want {
		got := s.Steps[i]
		if got.At != w.at || got.AtRisk != w.risk || got.Reached != w.reached || math.Abs(got.Share-w.share) > 5e-5 || math.Abs(got.Share*math.Sqrt(got.variance)-w.deviation) > 5.1e-5 {
			t.Errorf("step %d: %+v, want %+v", i, got, w)
		}
	}
	if at, ok := s.Median(); !ok || at != 23 || math.Abs(s.Never()-.4482) > 5e-5 || s.Share(5.9) != 1 || s.Share(15) != s.Steps[3].Share {
		t.Errorf("median %v %v, never %v", at, ok, s.Never())
	}
	// .8571^exp(-+ 1.96 * .0891 / .1542), .0891 = .0764/.8571 and .1542 = -log .8571.
	if i, err := s.Interval(6, .95); err != nil || math.Abs(i.Low-.6197) > 1e-4 || math.Abs(i.High-.9516) > 1e-4 {
		t.Errorf("interval at 6: %v, %v", i, err)
	}
}

// Without censoring the estimate is the share of later times.
func TestKaplanMeierOfUncensoredRunsIsTheEmpiricalShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		times := rapid.SliceOfN(rapid.IntRange(1, 12), 1, 30).Draw(t, "times")
		var runs []Observation
		for _, at := range times {
			runs = append(runs, Observation{float64(at), true})
		}
		s, err := KaplanMeier(runs)
		if err != nil {
			t.Fatal(err)
		}
		for at := range 14 {
			later := 0
			for _, v := range times {
				if v > at {
					later++
				}
			}
			want := float64(later) / float64(len(times))
			i, err := s.Interval(float64(at), .9)
			if got := s.Share(float64(at)); err != nil || math.Abs(got-want) > 1e-12 || !(0 <= i.Low && i.Low <= got+1e-12 && got-1e-12 <= i.High && i.High <= 1) {
				t.Fatalf("at %d: %v in %v, %v, want %v", at, got, i, err, want)
			}
		}
		if _, reached := s.Median(); !reached || s.Never() != 0 {
			t.Fatalf("never: %v", s.Never())
		}
	})
}

func TestKaplanMeierOfRunsCensoredAtTheBudget(t *testing.T) {
	s, err := KaplanMeier([]Observation{{300, false}, {20, true}, {300, false}, {300, false}, {300, true}})
	if _, ok := s.Median(); err != nil || ok || math.Abs(s.Never()-.6) > 1e-12 {
		t.Errorf("%+v, %v, never %v", s, err, s.Never())
	}
	none, err := KaplanMeier([]Observation{{300, false}, {300, false}})
	i, errI := none.Interval(300, .95)
	if err != nil || errI != nil || none.Never() != 1 || i.High != 1 || math.Abs(i.Low-math.Sqrt(.025)) > 1e-12 {
		t.Errorf("of runs that reach nothing: %v, %v, %v, %v", none.Never(), err, i, errI)
	}
}

// Exponential times with exponential censoring: the intervals at three quantiles hold the truth.
func TestSurvivalIntervalsCoverTheTruth(t *testing.T) {
	const repeats = 1500
	random := rand.New(rand.NewPCG(11, 11))
	covered := map[float64]int{}
	for range repeats {
		runs := make([]Observation, 60)
		for i := range runs {
			at, watched := random.ExpFloat64(), 2*random.ExpFloat64()
			runs[i] = Observation{math.Min(at, watched), at <= watched}
		}
		s, err := KaplanMeier(runs)
		if err != nil {
			t.Fatal(err)
		}
		for _, share := range []float64{.75, .5, .3} {
			i, err := s.Interval(-math.Log(share), .95)
			if err != nil {
				t.Fatal(err)
			}
			if i.Low <= share && share <= i.High {
				covered[share]++
			}
		}
	}
	for share, n := range covered {
		if c := float64(n) / repeats; math.Abs(c-.95) > .01+4*math.Sqrt(.95*.05/repeats) {
			t.Errorf("share %v: covered in %.1f %%", share, 100*c)
		}
	}
}

func TestKaplanMeierRefusesBadInput(t *testing.T) {
	for _, runs := range [][]Observation{nil, {{math.NaN(), true}}, {{math.Inf(1), false}}} {
		if s, err := KaplanMeier(runs); err == nil {
			t.Errorf("%v: %+v", runs, s)
		}
	}
	s, err := KaplanMeier([]Observation{{1, true}})
	if err != nil {
		t.Fatal(err)
	}
	for name, run := range map[string]func() (Interval, error){
		"confidence": func() (Interval, error) { return s.Interval(1, 2) },
		"NaN":        func() (Interval, error) { return s.Interval(math.NaN(), .95) },
	} {
		if i, err := run(); err == nil {
			t.Errorf("%s: %v", name, fmt.Sprint(i))
		}
	}
}
