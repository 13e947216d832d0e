package anova_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/internal/anova"
	"pgregory.net/rapid"
)

// unbalanced is 90 observations of three factors in 31 clusters, and in three strata if they are wanted, made without
// chance so that other programs can have the same.
func unbalanced(strata bool) anova.Sample {
	s := anova.Sample{Levels: []int{3, 4, 2}}
	for i := range 90 {
		a, b, c := (i*i+i/7)%3, (i*5+i/9+i*i/11)%4, (i/3+i*i/5)%2
		cluster, stratum := i*7%31, i/4%3
		y := float64(i*37%101)/50 + .7*float64(a) - .3*float64(b)*float64(c) + .5*float64(cluster)/31 + .9*float64(stratum)
		if a == b {
			y += .2
		}
		s.X, s.Y = append(s.X, []int{a, b, c}), append(s.Y, y)
		s.Cluster = append(s.Cluster, cluster)
		if strata {
			s.Stratum = append(s.Stratum, stratum)
		}
	}
	return s
}

var (
	threeTerms = []anova.Term{{0}, {1}, {2}, {0, 1}, {0, 2}, {1, 2}}
	mains      = []int{0, 1, 2}
	whole      = []int{0, 1, 2, 3, 4, 5}
)

func model(t testing.TB, s anova.Sample, terms []anova.Term) *anova.Model {
	t.Helper()
	m, err := anova.New(s, terms)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*max(1, math.Abs(b)) }

// TestEffectsAreThoseOfStatsmodels 0.15.0: OLS with sum-to-zero contrasts, cov_type="cluster", use_t=True; t_test of the
// effects. Columns: term, combination, value, low, high, p.
func TestEffectsAreThoseOfStatsmodels(t *testing.T) {
	for strata, rows := range map[bool][][6]float64{
		false: {
			{0, 0, -0.792549660964, -1.090225433286, -0.494873888643, 6.773702053534e-06},
			{0, 1, 0.018602108996, -0.239487048245, 0.276691266238, 8.839594321078e-01},
			{0, 2, 0.773947551968, 0.471473082415, 1.076422021522, 1.231886283882e-05},
			{1, 0, 0.169240290561, -0.239722391971, 0.578202973093, 4.047173534066e-01},
			{1, 3, -0.212575594077, -0.650507519793, 0.225356331639, 3.294508737599e-01},
			{2, 1, -0.346483544394, -0.540849930651, -0.152117158138, 1.014448858697e-03},
			{3, 0, -0.271553062386, -0.914362042248, 0.371255917476, -1},
			{3, 5, 0.190510563642, -0.332021190139, 0.713042317424, -1},
			{3, 11, -0.282492000449, -0.908527640428, 0.343543639530, -1},
		},
		true: {
			{0, 0, -0.794657202147, -0.998446827238, -0.590867577056, 6.885113298101e-09},
			{1, 0, 0.149681922821, -0.114420269343, 0.413784114984, 2.562118593004e-01},
			{1, 3, -0.303500798482, -0.560265469044, -0.046736127919, 2.208861424350e-02},
			{2, 0, 0.383182793956, 0.282751624222, 0.483613963690, 1.076565108647e-08},
			{3, 0, 0.000582391900, -0.360211485003, 0.361376268803, -1},
			{3, 5, -0.016186161175, -0.343478369182, 0.311106046832, -1},
			{3, 11, -0.228728086092, -0.610371471689, 0.152915299506, -1},
		},
	} {
		m := model(t, unbalanced(strata), threeTerms)
		additive, all := m.Effects(mains), m.Effects(whole)
		for _, r := range rows {
			of := additive
			if r[0] > 2 {
				of = all
			}
			e := of[int(r[0])][int(r[1])]
			if !e.Known || !near(e.Value, r[2]) || !near(e.Interval.Low, r[3]) || !near(e.Interval.High, r[4]) {
				t.Errorf("strata %v, term %v, combination %v: %+v %+v, want %v", strata, r[0], r[1], e, e.Interval, r[2:5])
			}
			if r[5] >= 0 && math.Abs(e.P/r[5]-1) > 1e-6 {
				t.Errorf("strata %v, term %v, combination %v: p %v, want %v", strata, r[0], r[1], e.P, r[5])
			}
		}
	}
}

// TestSharesAreThoseOfStatsmodels 0.15.0: differences of sums of squares of nested OLS models.
func TestSharesAreThoseOfStatsmodels(t *testing.T) {
	for strata, want := range map[bool][8]float64{
		false: {0.36791230719880486, 0.07901199863898983, 0.30248931016128966, 0.010465227950948666, 0.08601804164245193,
			0.04333472741963579, 0.010531944580535548, 0.015427580492405474},
		true: {0.607559135295169, 0.014293877106946259, 0.4687561593014882, 0.03092873190122512, 0.1704157168794406,
			0.006915924139738741, 0.0012672375725411662, 0.004220435735845203},
	} {
		m := model(t, unbalanced(strata), threeTerms)
		for i, s := range []anova.Share{
			m.Explained(mains, nil), m.Explained(whole, mains),
			m.Explained(mains, []int{1, 2}), m.Explained(mains, []int{0, 2}), m.Explained(mains, []int{0, 1}),
			m.Explained(whole, []int{0, 1, 2, 4, 5}), m.Explained(whole, []int{0, 1, 2, 3, 5}), m.Explained(whole, []int{0, 1, 2, 3, 4}),
		} {
			if !near(s.Value, want[i]) || s.Interval.Low > s.Value || s.Interval.High < s.Value {
				t.Errorf("strata %v, share %d: %v %+v, want %v", strata, i, s.Value, s.Interval, want[i])
			}
		}
	}
}

// factorial is all combinations of levels, with a value each.
func factorial(levels []int, y func(x []int) float64) anova.Sample {
	s := anova.Sample{Levels: levels}
	x := make([]int, len(levels))
	for {
		s.X, s.Y = append(s.X, append([]int{}, x...)), append(s.Y, y(x))
		f := len(x) - 1
		for ; f >= 0; f-- {
			if x[f]++; x[f] < levels[f] {
				break
			}
			x[f] = 0
		}
		if f < 0 {
			return s
		}
	}
}

// TestPropertyFactorialsAreMeans: over all combinations effects are differences of means, shares add up, and do not
// depend on what else is in the model.
func TestPropertyFactorialsAreMeans(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		levels := rapid.SliceOfN(rapid.IntRange(2, 4), 2, 4).Draw(t, "levels")
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		s := factorial(levels, func([]int) float64 { return math.Round(100*r.NormFloat64()) / 8 })
		var terms []anova.Term
		for f := range levels {
			terms = append(terms, anova.Term{f})
		}
		for f := range levels {
			for g := range f {
				terms = append(terms, anova.Term{g, f})
			}
		}
		all := make([]int, len(terms))
		for i := range all {
			all[i] = i
		}
		m, err := anova.New(s, terms)
		if err != nil {
			t.Skip(err)
		}
		grand := mean(s, nil, nil)
		for i, e := range m.Effects(all) {
			for cell, e := range e {
				if want := meanEffect(s, terms[i], cell, grand); !e.Known || math.Abs(e.Value-want) > 1e-9 {
					t.Fatalf("term %v, combination %d: %+v, want %v", terms[i], cell, e, want)
				}
			}
		}
		sum := 0.
		for i := range terms {
			var others []int
			for j := range terms {
				if j != i {
					others = append(others, j)
				}
			}
			alone, last := m.Explained([]int{i}, nil).Value, m.Explained(all, others).Value
			if math.Abs(alone-last) > 1e-9 {
				t.Fatalf("term %v explains %v alone, %v last", terms[i], alone, last)
			}
			sum += alone
		}
		if together := m.Explained(all, nil).Value; math.Abs(sum-together) > 1e-9 {
			t.Fatalf("terms explain %v, together %v", sum, together)
		}
	})
}

// mean is that of the observations that have some levels.
func mean(s anova.Sample, factors, levels []int) float64 {
	sum, n := 0., 0.
observations:
	for i, x := range s.X {
		for k, f := range factors {
			if x[f] != levels[k] {
				continue observations
			}
		}
		sum, n = sum+s.Y[i], n+1
	}
	return sum / n
}

// meanEffect is the effect of a combination by means.
func meanEffect(s anova.Sample, t anova.Term, cell int, grand float64) float64 {
	if len(t) == 1 {
		return mean(s, t, []int{cell}) - grand
	}
	a, b := cell/s.Levels[t[1]], cell%s.Levels[t[1]]
	return mean(s, t, []int{a, b}) - mean(s, t[:1], []int{a}) - mean(s, t[1:], []int{b}) + grand
}

// TestPropertyCopiesInAClusterAreOneObservation: a sample whose observations are all there three times, in one cluster
// each, has the same effects and shares, and as wide intervals but for the correction for few observations.
func TestPropertyCopiesInAClusterAreOneObservation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 2))
		one, three := anova.Sample{Levels: []int{3, 3}}, anova.Sample{Levels: []int{3, 3}}
		for i := range rapid.IntRange(20, 60).Draw(t, "n") {
			x, y := []int{r.IntN(3), r.IntN(3)}, r.NormFloat64()
			one.X, one.Y = append(one.X, x), append(one.Y, y)
			for range 3 {
				three.X, three.Y, three.Cluster = append(three.X, x), append(three.Y, y), append(three.Cluster, i)
			}
		}
		terms := []anova.Term{{0}, {1}}
		a, errA := anova.New(one, terms)
		b, errB := anova.New(three, terms)
		if errA != nil || errB != nil {
			t.Fatal(errA, errB)
		}
		n, k := float64(len(one.Y)), float64(a.Rank([]int{0, 1}))
		correct := math.Sqrt((n - 1) / (n - k) * (3*n - k) / (3*n - 1))
		ea, eb := a.Effects([]int{0, 1}), b.Effects([]int{0, 1})
		for i := range ea {
			for l := range ea[i] {
				p, q := ea[i][l], eb[i][l]
				if p.Known != q.Known {
					t.Fatalf("an effect is known: %v, of copies: %v", p.Known, q.Known)
				}
				if !p.Known { // a level that did not come
					continue
				}
				wide := (q.Interval.High - q.Interval.Low) * correct
				if math.Abs(p.Value-q.Value) > 1e-9 || math.Abs(p.Interval.High-p.Interval.Low-wide) > 1e-9 {
					t.Fatalf("effect %+v %v, of copies %+v %v", p, p.Interval, q, q.Interval)
				}
			}
		}
		sa, sb := a.Explained([]int{0, 1}, []int{1}), b.Explained([]int{0, 1}, []int{1})
		if math.Abs(sa.Value-sb.Value) > 1e-9 || math.Abs(sa.Interval.High-sb.Interval.High) > 1e-9 {
			t.Fatalf("share %v %v, of copies %v %v", sa.Value, sa.Interval, sb.Value, sb.Interval)
		}
	})
}

// TestSharesIntervalsCoverAsResamplingDoes: the delta method against the deviation of 2,000 resamples of clusters.
func TestSharesIntervalsCoverAsResamplingDoes(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	s := anova.Sample{Levels: []int{3, 3}}
	for range 400 {
		x := []int{r.IntN(3), r.IntN(3)}
		s.X, s.Y = append(s.X, x), append(s.Y, float64(x[0])+.5*float64(x[0]*x[1])+2*r.NormFloat64())
	}
	terms, both := []anova.Term{{0}, {1}, {0, 1}}, []int{0, 1}
	share := model(t, s, terms).Explained(both, []int{1})
	var sum, squares float64
	const resamples = 2000
	for range resamples {
		drawn := anova.Sample{Levels: s.Levels}
		for range s.Y {
			i := r.IntN(len(s.Y))
			drawn.X, drawn.Y = append(drawn.X, s.X[i]), append(drawn.Y, s.Y[i])
		}
		v := model(t, drawn, terms).Explained(both, []int{1}).Value
		sum, squares = sum+v, squares+v*v
	}
	want := math.Sqrt(squares/resamples - sum*sum/resamples/resamples)
	got := (share.Interval.High - share.Interval.Low) / 2 / 1.96
	if got < .9*want || got > 1.1*want {
		t.Errorf("standard error %.4f of the share %.3f, by resamples %.4f", got, share.Value, want)
	}
}

// TestWhatTheDesignDoesNotTellIsNotKnown: two factors that always go together, a level that never comes, and one
// combination that never does.
func TestWhatTheDesignDoesNotTellIsNotKnown(t *testing.T) {
	s := anova.Sample{Levels: []int{2, 2, 3}}
	for i := range 40 {
		a := i % 2
		s.X, s.Y = append(s.X, []int{a, a, i / 2 % 2}), append(s.Y, float64(i*i%11))
	}
	m := model(t, s, []anova.Term{{0}, {1}, {2}})
	e := m.Effects(mains)
	for f, known := range [][]bool{{false, false}, {false, false}, {true, true, false}} {
		for l, want := range known {
			if e[f][l].Known != want {
				t.Errorf("factor %d, level %d: known %v", f, l, e[f][l].Known)
			}
		}
	}
	if m.Rank(mains) != 3 || m.Columns(mains) != 4 {
		t.Errorf("rank %d of %d columns, want 3 of 4", m.Rank(mains), m.Columns(mains))
	}
	if both, one := m.Explained([]int{0, 1}, nil).Value, m.Explained([]int{0}, nil).Value; !near(both, one) {
		t.Errorf("two equal factors explain %v, one %v", both, one)
	}
	// Of two factors with a combination missing, the interaction is not known, the rest is.
	s = anova.Sample{Levels: []int{2, 2}}
	for i := range 30 {
		x := [][]int{{0, 0}, {0, 1}, {1, 0}}[i%3]
		s.X, s.Y = append(s.X, x), append(s.Y, float64(i*i%11))
	}
	m = model(t, s, []anova.Term{{0}, {1}, {0, 1}})
	if e := m.Effects([]int{0, 1}); !e[0][0].Known || !e[1][0].Known {
		t.Error("the additive model lacks an effect that the design tells")
	}
	if e := m.Effects(mains); e[2][0].Known || m.Rank(mains) != 3 {
		t.Errorf("an interaction is told without one of its combinations: %+v", e[2])
	}
}

// TestFixedLevelsAreCountedFromTheirMean: where every observation has one level 2, in one of three factors, its effects
// add up to zero, and differences between factors are those that went in.
func TestFixedLevelsAreCountedFromTheirMean(t *testing.T) {
	s := anova.Sample{Levels: []int{3, 3, 3}, Fixed: []int{2}}
	worth := []float64{1, 2, 6}
	for at := range 3 {
		for a := range 2 {
			for b := range 2 {
				x, y := make([]int, 3), worth[at]
				others := []int{a, b}
				for f := range x {
					if x[f] = 2; f != at {
						x[f], others = others[0], others[1:]
					}
					if x[f] == 1 {
						y += .5 * float64(f)
					}
				}
				s.X, s.Y = append(s.X, x), append(s.Y, y)
			}
		}
	}
	terms := []anova.Term{{0}, {1}, {2}}
	e := model(t, s, terms).Effects(mains)
	got := [3]float64{e[0][2].Value, e[1][2].Value, e[2][2].Value}
	// A level 1 in factor f, against level 0, is worth f/2: the levels 0 and 1 that 2 takes the place of differ too.
	if sum := got[0] + got[1] + got[2]; math.Abs(sum) > 1e-9 || !e[0][2].Known {
		t.Errorf("effects %v add up to %v", got, sum)
	}
	for f := range 3 {
		if d := e[f][1].Value - e[f][0].Value; !near(d, .5*float64(f)) {
			t.Errorf("factor %d: level 1 is worth %v more than level 0, want %v", f, d, .5*float64(f))
		}
	}
	if d := (got[2] - e[2][0].Value) - (got[0] - e[0][0].Value); !near(d, 5) {
		t.Errorf("level 2 is worth %v more in the last factor than in the first, want 5", d)
	}
	s.Fixed = nil
	if e := model(t, s, terms).Effects(mains); e[0][2].Known {
		t.Error("without the definition the effects of a fixed level are told")
	}
}

func TestSmallSamples(t *testing.T) {
	terms := []anova.Term{{0}}
	for name, s := range map[string]anova.Sample{
		"none":            {Levels: []int{2}},
		"one":             {Levels: []int{2}, X: [][]int{{0}}, Y: []float64{1}},
		"equal":           {Levels: []int{2}, X: [][]int{{0}, {1}}, Y: []float64{1, 1}},
		"equal in strata": {Levels: []int{2}, X: [][]int{{0}, {1}, {0}, {1}}, Y: []float64{1, 1, 2, 2}, Stratum: []int{5, 5, 9, 9}},
	} {
		if _, err := anova.New(s, terms); !errors.Is(err, anova.ErrConstant) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	m := model(t, anova.Sample{Levels: []int{2}, X: [][]int{{0}, {1}}, Y: []float64{1, 3}}, terms)
	e, share := m.Effects([]int{0})[0], m.Explained([]int{0}, nil)
	if !near(e[0].Value, -1) || !near(e[1].Value, 1) || e[0].Interval != nil || e[0].P != 1 || share.Value != 1 || share.Interval != nil {
		t.Errorf("two observations: %+v, share %+v", e, share)
	}
	for want, s := range map[string]anova.Sample{
		"1 values of y, 0 of x": {Levels: []int{2}, Y: []float64{1}},
		"2 of cluster":          {Levels: []int{2}, X: [][]int{{0}}, Y: []float64{1}, Cluster: []int{0, 1}},
		"is NaN":                {Levels: []int{2}, X: [][]int{{0}}, Y: []float64{math.NaN()}},
		"level 2 of factor 0":   {Levels: []int{2}, X: [][]int{{2}}, Y: []float64{1}},
		"levels of 2 factors":   {Levels: []int{2}, X: [][]int{{0, 0}}, Y: []float64{1}},
	} {
		if _, err := anova.New(s, terms); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
	if _, err := anova.New(anova.Sample{Levels: []int{2}, X: [][]int{{0}}, Y: []float64{1}}, []anova.Term{{1, 0}}); err == nil {
		t.Error("a term of a factor that there is not")
	}
}

// TestSizesDoNotMatter: neither units nor an offset changes shares, and effects only by the unit.
func TestSizesDoNotMatter(t *testing.T) {
	s := unbalanced(false)
	share, effect := model(t, s, threeTerms).Explained(mains, nil).Value, model(t, s, threeTerms).Effects(mains)[0][0].Value
	for _, unit := range []float64{1e-300, 1e-8, 1e300} {
		scaled := s
		scaled.Y = nil
		for _, y := range s.Y {
			scaled.Y = append(scaled.Y, unit*y)
		}
		m := model(t, scaled, threeTerms)
		if got := m.Explained(mains, nil).Value; !near(got, share) {
			t.Errorf("in units of %v: share %v, want %v", unit, got, share)
		}
		if got := m.Effects(mains)[0][0].Value / unit; !near(got, effect) {
			t.Errorf("in units of %v: effect %v, want %v", unit, got, effect)
		}
	}
}

// BenchmarkPairs is of a space of six factors with five levels: 24 main effects and 240 interactions.
func BenchmarkPairs(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	s := factorial([]int{5, 5, 5, 5, 5, 5}, func(x []int) float64 { return float64(x[0]) + r.NormFloat64() })
	for i := range s.Y {
		s.Cluster = append(s.Cluster, i/2)
	}
	var terms []anova.Term
	for f := range 6 {
		terms = append(terms, anova.Term{f})
	}
	for f := range 6 {
		for g := range f {
			terms = append(terms, anova.Term{g, f})
		}
	}
	all := make([]int, len(terms))
	for i := range all {
		all[i] = i
	}
	for b.Loop() {
		m := model(b, s, terms)
		m.Effects(all)
		for i := range all {
			m.Explained(all, append(append([]int{}, all[:i]...), all[i+1:]...))
		}
	}
}
